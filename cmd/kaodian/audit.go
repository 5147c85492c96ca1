package main

import (
	"context"
	"errors"

	"kaodian/app/base/audit"
	"kaodian/cmd/internal/command"
)

// audit is the audit log, for the commands that both programs have.
func (c *common) audit() *command.Audit {
	return &command.Audit{
		Common:  c.forCommands(),
		Compare: ", and compare with what the province has",
		With: func(ctx context.Context, do func(command.AuditLog) error) error {
			return c.withCentre(ctx, func(c *centre) error { return do(witnessed{c}) })
		},
	}
}

// witnessed is the audit log together with its witness.
type witnessed struct{ *centre }

// VerifyAudit walks the log and asks the witness.
func (w witnessed) VerifyAudit(ctx context.Context) (lines int, err error) { return w.verifyAudit(ctx) }

// AcceptGap records the gap and lets the witness continue from the log's end.
func (w witnessed) AcceptGap(ctx context.Context, reason string) error {
	if err := w.centre.AcceptGap(ctx, reason); err != nil {
		return err
	}
	return w.witness().Accept(ctx)
}

// CheckAuditEnd checks the log's end, and brings the witness up to date.
func (w witnessed) CheckAuditEnd(ctx context.Context) error {
	if err := w.centre.CheckAuditEnd(ctx); err != nil {
		return err
	}
	return w.witness().Keep(ctx)
}

// witness is the file that keeps the end of the audit log.
func (c *centre) witness() audit.Witness { return audit.Witness{Folder: c.folder, Log: c.Log} }

func (c *centre) verifyAudit(ctx context.Context) (lines int, err error) {
	lines, err = c.VerifyAudit(ctx)
	if err != nil && !errors.Is(err, audit.ErrUnproved) {
		return lines, err
	}
	if own := c.witness().Check(ctx); own != nil {
		return lines, own
	}
	return lines, err
}

// Close updates the audit log's witness, then closes the database. A truncated
// log is not reported here: VerifyAudit and the server do that.
func (c *centre) Close() error {
	kept := c.witness().Keep(context.Background())
	if errors.Is(kept, audit.ErrCut) {
		kept = nil
	}
	return errors.Join(kept, c.Store.Close())
}
