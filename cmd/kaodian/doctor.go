package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"kaodian/cmd/kaodian/doctor"
	"kaodian/sync/outbox"
)

type doctorCommand struct{}

// Run says what the doctor finds of this machine.
func (doctorCommand) Run(ctx context.Context, common *common) error {
	var found []doctor.Check
	ill := 0
	err := common.machine().Examine(ctx, func(c doctor.Check) {
		if c.State == doctor.Wrong {
			ill++
		}
		found = append(found, c)
		if !common.JSON {
			fmt.Print(c)
		}
	})
	if err != nil {
		return err
	}
	if common.JSON {
		err = common.say(map[string]any{"checks": found}, "")
	}
	return errors.Join(err, verdict(ill))
}

func (c *common) machine() *doctor.Machine {
	return &doctor.Machine{
		Database: databaseName,
		Models:   modelFolders(c.Data),
		Type:     c.forCommands().Type,
		Folder:   func(ctx context.Context) (string, error) { return c.ready(ctx, toUse) },
		Open: func(ctx context.Context) (*doctor.Centre, error) {
			opened, err := c.open(ctx)
			if err != nil {
				return nil, err
			}
			return opened.forDoctor(), nil
		},
		Failure: func(folder string) *doctor.Failure {
			failed := readFailure(folder)
			if failed == nil {
				return nil
			}
			return &doctor.Failure{At: failed.At, Error: failed.Error}
		},
		Waiting: waitingText,
	}
}

func (c *centre) forDoctor() *doctor.Centre {
	return &doctor.Centre{
		Store: c.Store, Clock: c.clock, Certificate: c.settings().HTTP.Certificate, Key: c.settings().HTTP.Key,
		Audit: c.verifyAudit, Outbox: func() (*outbox.Outbox, error) { return c.outbox(slog.New(slog.DiscardHandler)) }, Backups: c.backups, Files: c.files, Close: c.Close,
	}
}

func verdict(ill int) error {
	switch ill {
	case 0:
		return nil
	case 1:
		return errors.New("one thing is wrong; do what stands beside it, then run this again")
	}
	return fmt.Errorf("%d things are wrong; do what stands beside them, then run this again", ill)
}
