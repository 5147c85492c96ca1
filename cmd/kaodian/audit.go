package main

import (
	"context"
	"errors"
)

type auditCommands struct {
	Verify auditVerifyCommand `cmd:"" help:"Check the chain of the audit log."`
}

type auditVerifyCommand struct{}

// Run walks the audit log and says whether any line was changed.
func (auditVerifyCommand) Run(ctx context.Context, common *common) error {
	centre, err := common.open(ctx)
	if err != nil {
		return err
	}
	lines, err := centre.VerifyAudit(ctx)
	if err := errors.Join(err, centre.Close()); err != nil {
		return err
	}
	return common.say(map[string]any{"lines": lines, "unbroken": true}, "%d lines, unbroken\n", lines)
}
