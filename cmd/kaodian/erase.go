package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/erase"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/backup"
)

type eraseCommand struct {
	Person string `arg:"" optional:"" help:"A ticket number, the ID number or the name of the person."`
	Find   bool   `help:"Only say how much of the person lies where, and what an erasure would leave."`
	Reason string `placeholder:"TEXT" help:"Why, without anybody's name; it stays."`
	Unsent bool   `help:"Also what the province has not received: it never will."`
	Yes    bool   `help:"Do not ask for the ticket number."`
	GoOn   bool   `help:"Only go on with erasures that could not end yet."`
	List   bool   `help:"Only list the erasures, and what the province answered."`
}

// Run erases a person and proves it, or says where the person lies.
func (e *eraseCommand) Run(ctx context.Context, common *common) error {
	if err := e.usage(); err != nil {
		return err
	}
	return common.withCentre(ctx, func(centre *centre) error {
		switch {
		case e.List:
			return listErasures(ctx, common, centre)
		case e.GoOn:
			return goOnErasing(ctx, common, centre)
		case !e.Find:
			if err := centre.eraser().GoOn(ctx); err != nil { // another's does not hold up this one
				fmt.Fprintf(os.Stderr, "an earlier erasure could not end: %v\n", err)
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

func (e *eraseCommand) usage() error {
	alone := e.GoOn || e.List
	switch {
	case alone && (e.Person != "" || e.Find) || e.GoOn && e.List:
		return usage("--go-on and --list stand alone")
	case alone:
		return nil
	case e.Person == "":
		return usage("say whom: a ticket number, an ID number or a name")
	case !e.Find && e.Reason == "":
		return usage("say why with --reason TEXT, or look first with --find")
	}
	return nil
}

func goOnErasing(ctx context.Context, common *common, centre *centre) error {
	eraser := centre.eraser()
	if err := eraser.GoOn(ctx); err != nil {
		return err
	}
	left, err := eraser.Unended(ctx)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("%d erasures wait for the end of an exam or of another erasure; try again afterwards", len(left))
	}
	if err != nil {
		return err
	}
	return common.say(map[string]any{"waiting": 0}, "every erasure is proved\n")
}

func listErasures(ctx context.Context, common *common, centre *centre) error {
	list, err := centre.ListErasures(ctx)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, one := range list {
		fmt.Fprintf(&text, "%s  %s  %s, by %s: %s\n", one.ID, one.At.Format(time.DateTime), proved(one), one.By.Name, one.Reason)
		for _, told := range one.Told {
			fmt.Fprintf(&text, "  told in batch %s %d: %s\n", told.Install, told.Sequence, told.State)
		}
	}
	if len(list) == 0 {
		text.WriteString("nobody was erased\n")
	}
	return common.say(map[string]any{"erasures": list}, "%s", text.String())
}

func proved(e store.ErasureState) string {
	if e.ProvedAt.IsZero() {
		return "not proved yet"
	}
	return "proved " + e.ProvedAt.Format(time.DateTime)
}

func (e *eraseCommand) find(ctx context.Context, common *common, centre *centre, whom store.Whom) error {
	seen, err := centre.eraser().Find(ctx, whom)
	if err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "one person with the tickets %s lies in:\n", strings.Join(whom.Tickets, ", "))
	for _, place := range seen.Places {
		if place.Count > 0 {
			fmt.Fprintf(&text, "  %6d  %s (an erasure: %s)\n", place.Count, place.Place, place.Done)
		}
	}
	for _, look := range seen.Looks {
		fmt.Fprintf(&text, "a person has to look: %s, row %s\n", look.Place, look.Row)
	}
	if seen.More > 0 {
		fmt.Fprintf(&text, "a person has to look: %d rows more\n", seen.More)
	}
	data := map[string]any{"tickets": whom.Tickets, "places": seen.Places, "looks": seen.Looks, "more_looks": seen.More, "hindrance": ""}
	if err := centre.CheckErase(ctx, e.what(whom)); err != nil {
		data["hindrance"] = explainErase(err).Error()
		fmt.Fprintf(&text, "it cannot be erased now: %v\n", explainErase(err))
	}
	return common.say(data, "%s", text.String())
}

func (e *eraseCommand) what(whom store.Whom) store.Erasing {
	return store.Erasing{ID: store.NewID(), Whom: whom, Reason: e.Reason, By: typist(), Unsent: e.Unsent}
}

func (e *eraseCommand) erase(ctx context.Context, common *common, centre *centre, whom store.Whom) error {
	what := e.what(whom)
	if err := errors.Join(what.Check(), centre.CheckErase(ctx, what)); err != nil {
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
	case refusal.CodeOf(err) == refusal.DiskFull:
		return fmt.Errorf("%w; an erasure that was begun is gone on with when there is room, by the running server or by «kaodian erase --go-on»", err)
	case refusal.CodeOf(err) == store.DateNotConfirmed:
		return errors.New("nothing is erased while the date is in doubt; confirm it on the staff's page or with «kaodian clock confirm»")
	}
	return err
}

func (c *centre) eraser() *erase.Eraser {
	return &erase.Eraser{Store: c.Store, Folder: c.folder, Program: version, Backups: c.heldByBackups, Patience: erasePatience}
}

// erasePatience is how long the server leaves an erasure alone that could not end: a
// try may write the whole database anew.
const erasePatience = 15 * time.Minute

// heldByBackups says which backups hold an erased person still: nobody can take one
// person out of what is sealed.
func (c *centre) heldByBackups(ctx context.Context) ([]string, error) {
	state, err := c.backupState(ctx)
	if err != nil || state.MadeAt.IsZero() {
		return nil, err
	}
	key := "a key on paper that is not known here any more"
	if keys, err := backup.LoadKeys(c.folder); err == nil {
		key = "the key on paper of " + keys.MadeAt.Format(time.DateOnly) + ", " + keys.Recipient
	}
	return []string{fmt.Sprintf("those up to %s of %s in %s hold the person; they are sealed to %s, and the oldest go as new ones are made. Remove them, or make new ones until they are gone; who restores one has to erase the person again",
		state.Backup, state.MadeAt.Format(time.DateTime), state.To, key)}, nil
}
