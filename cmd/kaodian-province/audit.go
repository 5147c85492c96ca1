package main

import (
	"context"

	"kaodian/app/province/store"
	"kaodian/cmd/internal/command"
)

// audit is the audit log, for the commands that both programs have.
func (c *common) audit() *command.Audit {
	return &command.Audit{Common: c.forCommands(), With: func(ctx context.Context, do func(command.AuditLog) error) error {
		return c.with(ctx, func(s *store.Store) error { return do(s) })
	}}
}
