package main

import (
	"context"
	"fmt"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/cmd/internal/command"
)

type userCommands struct {
	List command.UserList `cmd:"" help:"List the staff accounts."`
	command.UserCommands
	Unlock userUnlockCommand  `cmd:"" help:"Let a locked account log in again, or one (a candidate's by its ticket) that has to wait after wrong log-ins."`
	Remove command.UserRemove `cmd:"" help:"Take an account away for good; what it did keeps its name."`
}

// users are the accounts, for the commands that both programs have.
func (c *common) users() *command.Users {
	return &command.Users{
		Common: c.forCommands(),
		Shown:  func(t time.Time) time.Time { return t }, // in the exam's zone
		With: func(ctx context.Context, do func(command.Accounts) error) error {
			return c.withCentre(ctx, func(c *centre) error { return do(c) })
		},
	}
}

type userUnlockCommand struct {
	Name   string `arg:"" optional:"" help:"Staff account."`
	Ticket string `placeholder:"NUMBER" help:"Admission ticket number of a candidate, instead of a staff account."`
}

// Run removes the lock and the wrong log-ins, also while the server runs.
func (u *userUnlockCommand) Run(ctx context.Context, common *common, users *command.Users) error {
	if (u.Name == "") == (u.Ticket == "") {
		return usage("say whom: «kaodian user unlock NAME», or «kaodian user unlock --ticket NUMBER» for a candidate")
	}
	if u.Name != "" {
		err := users.Unlock(ctx, u.Name)
		if refusal.CodeOf(err) == refusal.NotFound {
			return fmt.Errorf("%w, and «kaodian user unlock --ticket %s» is for a candidate", err, u.Name)
		}
		return err
	}
	return common.withCentre(ctx, func(c *centre) error {
		err := c.Unlock(ctx, store.TicketAccount(u.Ticket), exam.Actor{Role: exam.BySystem})
		if refusal.CodeOf(err) == refusal.NotFound {
			return fmt.Errorf("there is no ticket %s here; compare the number with the admission ticket", u.Ticket)
		}
		if err != nil {
			return err
		}
		return common.say(map[string]string{"unlocked": u.Ticket}, "%s may log in again.\n", u.Ticket)
	})
}
