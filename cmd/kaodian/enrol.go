package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"kaodian/sync/batch"
	"kaodian/sync/outbox"
)

type enrolCommand struct {
	File string `arg:"" type:"existingfile" help:"The enrolment file from the province."`
}

// Run joins the province: keys are made, and the request is sent if the drop
// can be reached; else the next sync run sends it.
func (e *enrolCommand) Run(ctx context.Context, common *common) error {
	text, err := os.ReadFile(e.File)
	if err != nil {
		return err
	}
	invitation, err := batch.ParseInvitation(text)
	if err != nil {
		return err
	}
	centre, err := common.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(join(ctx, centre, invitation), centre.Close())
}

func join(ctx context.Context, centre *centre, invitation batch.Invitation) error {
	member, err := outbox.Join(centre.folder, invitation)
	if err != nil {
		return err
	}
	fmt.Printf("joined as centre %s, install %s\n", member.Centre, member.Install)
	out, err := centre.outbox(nil)
	if err != nil {
		return err
	}
	if err := out.Introduce(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "kaodian: the province could not be told yet (%v); the next sync run does it\n", err)
	}
	return nil
}
