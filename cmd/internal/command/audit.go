package command

import (
	"context"
	"errors"
	"fmt"

	"kaodian/app/base/audit"
	"kaodian/app/base/text"
)

// AuditLog is a program's audit log with its witness.
type AuditLog interface {
	VerifyAudit(ctx context.Context) (lines int, err error)
	AcceptGap(ctx context.Context, reason string) error
}

// Audit is what the commands for the audit log work with.
type Audit struct {
	Common
	With    func(ctx context.Context, do func(AuditLog) error) error
	Compare string // what else a truncated log can be compared with, after «; else find out who had this machine»
}

// Advise says what to do about an end that is missing.
func (a *Audit) Advise(err error) error {
	if errors.Is(err, audit.ErrCut) {
		return fmt.Errorf("%w; if a backup was restored: %s; else find out who had this machine%s", err, a.Type("audit accept --reason TEXT"), a.Compare)
	}
	return err
}

// AuditCommands are the commands for the audit log.
type AuditCommands struct {
	Verify AuditVerify `cmd:"" help:"Check the chain of the audit log, and that nothing is missing at its end."`
	Accept AuditAccept `cmd:"" help:"Go on with a log whose end is missing because a backup was restored; the gap is noted in it."`
}

// AuditVerify checks the log.
type AuditVerify struct{}

// Run walks the audit log and says whether any line was changed or is missing.
func (AuditVerify) Run(ctx context.Context, a *Audit) error {
	return a.With(ctx, func(log AuditLog) error {
		lines, err := log.VerifyAudit(ctx)
		if err != nil {
			return a.Advise(err)
		}
		return a.Say(map[string]any{"lines": lines, "unbroken": true}, "%d lines, unbroken, none missing at the end\n", lines)
	})
}

// AuditAccept goes on after a gap.
type AuditAccept struct {
	Reason string `required:"" placeholder:"TEXT" help:"Why lines are missing; it stands in the log."`
}

// Run notes the gap in the log and goes on from its present end.
func (c *AuditAccept) Run(ctx context.Context, a *Audit) error {
	if text.Blank(c.Reason) || text.Check(c.Reason) != nil {
		return Usage("--reason says why lines are missing, in letters, for example --reason \"backup of 1 July restored\"")
	}
	return a.With(ctx, func(log AuditLog) error {
		lines, gap := log.VerifyAudit(ctx)
		switch {
		case gap == nil:
			return fmt.Errorf("nothing is missing at the end of the audit log (%d lines), so nothing was changed", lines)
		case !errors.Is(gap, audit.ErrCut):
			return gap
		}
		if err := log.AcceptGap(ctx, c.Reason); err != nil {
			return err
		}
		return a.Say(map[string]any{"accepted": gap.Error()}, "the audit log goes on, and this is noted in it: %s\n", gap)
	})
}
