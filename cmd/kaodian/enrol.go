package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"kaodian/app/exam"
	"kaodian/sync/batch"
	"kaodian/sync/outbox"
)

type enrolCommand struct {
	File string `arg:"" type:"existingfile" help:"The enrolment file from the province."`
}

// Run joins the province: it makes keys and sends the request. If the drop cannot
// be reached, the next sync run sends it.
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
	return errors.Join(common.join(ctx, centre, invitation), centre.Close())
}

// joined is what enrolment prints.
type joined struct {
	Centre  string `json:"centre"`
	Install string `json:"install"`
	Told    bool   `json:"told"` // the province has the request
	// Answered says that the province took the enrolment.
	Answered bool `json:"answered"`
}

// notAnswered is what a centre that has joined still waits for.
const notAnswered = "the province has still to answer the enrolment; «kaodian sync status» says when it has"

func (c *common) join(ctx context.Context, centre *centre, invitation batch.Invitation) error {
	member, err := centre.join(ctx, invitation, exam.Actor{Role: exam.BySystem})
	if err != nil {
		return err
	}
	out, err := centre.outbox(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	untold := out.RequestEnrolment(ctx)
	if outbox.TroubleOf(untold) == outbox.Refused {
		return untold
	}
	if untold != nil {
		fmt.Fprintf(os.Stderr, "kaodian: the province could not be told yet (%v); the next sync run does it\n", untold)
	}
	status, err := out.Status(ctx)
	if err != nil {
		return err
	}
	next := notAnswered
	if status.Answered {
		next = "the province took the enrolment"
	}
	return c.say(joined{Centre: member.Centre, Install: member.Install, Told: untold == nil, Answered: status.Answered},
		"joined as centre %s, install %s; %s\n", member.Centre, member.Install, next)
}
