package main

import (
	"context"
	"errors"
	"fmt"

	"kaodian/app/base/audit"
	"kaodian/app/base/text"
	"kaodian/app/province/store"
)

type auditCommands struct {
	Verify auditVerifyCommand `cmd:"" help:"Check the chain of the audit log, and that nothing is missing at its end."`
	Accept auditAcceptCommand `cmd:"" help:"Go on with a log whose end is missing because a backup was restored; the gap is noted in it."`
}

type auditVerifyCommand struct{}

// Run walks the audit log and says whether any line was changed or is missing.
func (auditVerifyCommand) Run(ctx context.Context, common *common) error {
	return common.with(ctx, func(s *store.Store) error {
		lines, err := s.VerifyAudit(ctx)
		if errors.Is(err, audit.ErrCut) {
			return fmt.Errorf("%w; if a backup was restored: kaodian-province audit accept --reason TEXT; else find out who had this machine", err)
		}
		if err != nil {
			return err
		}
		return common.print(map[string]any{"lines": lines, "unbroken": true}, fmt.Sprintf("%d lines, unbroken, none missing at the end", lines))
	})
}

type auditAcceptCommand struct {
	Reason string `required:"" placeholder:"TEXT" help:"Why lines are missing; it stands in the log."`
}

// Run notes the gap in the log and goes on from its present end.
func (a *auditAcceptCommand) Run(ctx context.Context, common *common) error {
	if text.Blank(a.Reason) || text.Check(a.Reason) != nil {
		return usage("--reason says why lines are missing, in letters, for example --reason \"backup of 1 July restored\"")
	}
	return common.with(ctx, func(s *store.Store) error {
		lines, gap := s.VerifyAudit(ctx)
		switch {
		case gap == nil:
			return fmt.Errorf("nothing is missing at the end of the audit log (%d lines), so nothing was changed", lines)
		case !errors.Is(gap, audit.ErrCut):
			return gap
		}
		if err := s.AcceptGap(ctx, a.Reason); err != nil {
			return err
		}
		return common.print(map[string]any{"accepted": gap.Error()}, fmt.Sprintf("the audit log goes on, and this is noted in it: %s", gap))
	})
}
