package main

import (
	"context"
	"time"

	"kaodian/app/province/store"
	"kaodian/cmd/internal/command"
)

type userCommands struct {
	List command.UserList `cmd:"" help:"List the accounts."`
	command.UserCommands
	Unlock command.UserUnlock `cmd:"" help:"Let an account log in again at once that is locked, or has to wait after wrong log-ins."`
	Remove command.UserRemove `cmd:"" help:"Take an account away for good; what it did keeps its name."`
}

// users are the accounts, for the commands that both programs have.
func (c *common) users() *command.Users {
	return &command.Users{
		Common: c.forCommands(),
		Shown:  time.Time.Local,
		With: func(ctx context.Context, do func(command.Accounts) error) error {
			return c.with(ctx, func(s *store.Store) error { return do(s) })
		},
	}
}
