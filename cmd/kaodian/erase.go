package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strings"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/erase"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

type eraseCommand struct {
	Person string `arg:"" help:"A ticket number or the ID number of the person."`
	Find   bool   `help:"Only say how much of the person lies where."`
	Reason string `placeholder:"TEXT" help:"Why, without the person's name; it stays."`
	Unsent bool   `help:"Also what the province has not received: it never will."`
	Yes    bool   `help:"Do not ask for the ticket number."`
}

// Run erases a person and proves it, or says where the person lies.
func (e *eraseCommand) Run(ctx context.Context, common *common) error {
	if !e.Find && e.Reason == "" {
		return usage("say why with --reason TEXT, or look first with --find")
	}
	return common.withCentre(ctx, func(centre *centre) error {
		eraser := centre.eraser()
		if !e.Find {
			if err := eraser.GoOn(ctx); err != nil {
				return err
			}
		}
		whom, err := centre.FindWhom(ctx, e.Person)
		if err != nil {
			return err
		}
		if e.Find {
			return e.find(ctx, common, centre, whom)
		}
		return e.erase(ctx, common, centre, whom)
	})
}

func (e *eraseCommand) find(ctx context.Context, common *common, centre *centre, whom store.Whom) error {
	found, err := centre.eraser().Find(ctx, whom)
	if err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "one person with the tickets %s lies in:\n", strings.Join(whom.Tickets, ", "))
	for _, place := range found {
		if place.Count > 0 {
			fmt.Fprintf(&text, "  %6d  %s (an erasure: %s)\n", place.Count, place.Place, place.Done)
		}
	}
	data := map[string]any{"tickets": whom.Tickets, "places": found, "hindrance": ""}
	if err := centre.CheckErase(ctx, whom, e.Unsent); err != nil {
		data["hindrance"] = explainErase(err).Error()
		fmt.Fprintf(&text, "it cannot be erased now: %v\n", explainErase(err))
	}
	return common.say(data, "%s", text.String())
}

func (e *eraseCommand) erase(ctx context.Context, common *common, centre *centre, whom store.Whom) error {
	what := store.Erasing{ID: store.NewID(), Whom: whom, Reason: e.Reason, By: typist(), Unsent: e.Unsent}
	if err := errors.Join(what.Check(), centre.CheckErase(ctx, whom, e.Unsent)); err != nil {
		return explainErase(err)
	}
	if err := e.confirmed(whom); err != nil {
		return err
	}
	proof, err := centre.eraser().Erase(ctx, what)
	if proof.File == "" {
		return explainErase(err)
	}
	return errors.Join(common.say(proof, "%sThe proof lies in %s\n", proof.Text(), proof.File), err)
}

// confirmed asks for a ticket number of the person.
func (e *eraseCommand) confirmed(whom store.Whom) error {
	if e.Yes {
		return nil
	}
	fmt.Fprintf(os.Stderr, "This erases one person with %d orders, for good. Type one of the ticket numbers to confirm: ", len(whom.Orders))
	typed, _ := bufio.NewReader(os.Stdin).ReadString('\n') // what was not typed is no ticket number
	for _, ticket := range whom.Tickets {
		if exam.FoldID(typed) == exam.FoldID(ticket) {
			return nil
		}
	}
	return errors.New("that is no ticket number of this person; nothing was erased")
}

// typist is who types at the machine.
func typist() exam.Actor {
	by := exam.Actor{Role: exam.BySystem}
	if who, err := user.Current(); err == nil {
		by.Name = who.Username
	}
	return by
}

// explainErase says of a refusal what to do, as an operator's error does.
func explainErase(err error) error {
	switch {
	case errors.Is(err, store.ErrEraseUnsent):
		return fmt.Errorf("%w; send first with «kaodian sync now» and wait for the receipt, or give up what is unsent with --unsent", err)
	case refusal.CodeOf(err) == exam.ReasonMissing:
		return errors.New("say in words why: --reason TEXT")
	case refusal.CodeOf(err) == exam.ReasonTooLong:
		return fmt.Errorf("the reason is too long: at most %d characters", exam.MaxReason)
	case refusal.CodeOf(err) == store.DateNotConfirmed:
		return errors.New("nothing is erased while the date is in doubt; confirm it on the staff's page or with «kaodian clock confirm»")
	}
	return err
}

func (c *centre) eraser() *erase.Eraser {
	return &erase.Eraser{Store: c.Store, Folder: c.folder, Program: version}
}
