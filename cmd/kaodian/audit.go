package main

import (
	"context"
	"errors"
	"fmt"

	"kaodian/app/base/audit"
	"kaodian/app/base/text"
)

type auditCommands struct {
	Verify auditVerifyCommand `cmd:"" help:"Check the chain of the audit log, and that nothing is missing at its end."`
	Accept auditAcceptCommand `cmd:"" help:"Go on with a log whose end is missing because a backup was restored; the gap is noted in it."`
}

type auditVerifyCommand struct{}

// Run walks the audit log and says whether any line was changed or is missing.
func (auditVerifyCommand) Run(ctx context.Context, common *common) error {
	return common.atCentre(ctx, func(c *centre) error {
		lines, err := c.verifyAudit(ctx)
		if err != nil {
			return cutAdvice(err)
		}
		return common.say(map[string]any{"lines": lines, "unbroken": true}, "%d lines, unbroken, none missing at the end\n", lines)
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
	return common.atCentre(ctx, func(c *centre) error {
		lines, gap := c.verifyAudit(ctx)
		switch {
		case gap == nil:
			return fmt.Errorf("nothing is missing at the end of the audit log (%d lines), so nothing was changed", lines)
		case !errors.Is(gap, audit.ErrCut):
			return gap
		}
		if err := c.AcceptGap(ctx, a.Reason); err != nil {
			return err
		}
		if err := c.witness().Accept(ctx); err != nil {
			return err
		}
		return common.say(map[string]any{"accepted": gap.Error()}, "the audit log goes on, and this is noted in it: %s\n", gap)
	})
}

// witness is the file that says how far the audit log went.
func (c *centre) witness() audit.Witness { return audit.Witness{Folder: c.folder, Log: c.Log} }

func (c *centre) verifyAudit(ctx context.Context) (lines int, err error) {
	if lines, err = c.VerifyAudit(ctx); err == nil {
		err = c.witness().Check(ctx)
	}
	return lines, err
}

// cutAdvice says what to do about an end that is missing.
func cutAdvice(err error) error {
	if errors.Is(err, audit.ErrCut) {
		return fmt.Errorf("%w; if a backup was restored: kaodian audit accept --reason TEXT; else find out who had this machine, and compare with what the province has", err)
	}
	return err
}

// Close keeps how far the audit log went, then closes the database. What is
// missing at the log's end is said where somebody asks, not here.
func (c *centre) Close() error {
	kept := c.witness().Keep(context.Background())
	if errors.Is(kept, audit.ErrCut) {
		kept = nil
	}
	return errors.Join(kept, c.Store.Close())
}
