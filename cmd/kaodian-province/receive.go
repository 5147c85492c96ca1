package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"kaodian/app/province/store"
	"kaodian/cmd/internal/command"
	"kaodian/sync/inbox"
)

type receiveCommand struct {
	Root  string        `required:"" type:"path" placeholder:"DIR" help:"Where the FTP server or the stick puts what centres send."`
	Watch bool          `help:"Go on until SIGTERM, looking again and again."`
	Every time.Duration `default:"3s" help:"How long --watch rests."`
}

// Run takes in what is there.
func (r *receiveCommand) Run(ctx context.Context, common *common) error {
	return common.with(ctx, func(s *store.Store) error {
		in, err := common.inbox(ctx, s)
		if err != nil {
			return err
		}
		publisher, err := common.publisher(ctx, s)
		if err != nil {
			return err
		}
		if r.Watch {
			printer := changePrinter{known: map[string]string{}, json: common.JSON}
			return in.Watch(ctx, r.Root, max(r.Every, 100*time.Millisecond), func(outcomes []inbox.Outcome, err error) {
				_, put := publisher.Put(ctx, r.Root)
				printer.print(outcomes, errors.Join(err, put))
			})
		}
		outcomes, err := in.Receive(ctx, r.Root)
		_, put := publisher.Put(ctx, r.Root)
		err = errors.Join(err, put)
		if err != nil && len(outcomes) == 0 {
			return err // «nothing is there» would not be true
		}
		if printErr := common.print(append([]inbox.Outcome{}, outcomes...), describe(outcomes)); printErr != nil {
			return printErr
		}
		if err != nil {
			return err
		}
		return refusals(outcomes)
	})
}

// refusals makes the command end with 1 if something new was not taken.
func refusals(outcomes []inbox.Outcome) error {
	for _, o := range outcomes {
		if o.New && o.Status != string(store.Accepted) && o.Status != inbox.Enrolled {
			return command.ErrReported
		}
	}
	return nil
}

func describe(outcomes []inbox.Outcome) string {
	if len(outcomes) == 0 {
		return "nothing is there"
	}
	lines := []string{}
	for _, o := range outcomes {
		lines = append(lines, line(o))
	}
	return strings.Join(lines, "\n")
}

func line(o inbox.Outcome) string {
	text := o.Name + ": " + o.Status
	if o.Status == string(store.Accepted) {
		text += fmt.Sprintf(", %d orders, %d clips", o.Orders, o.Clips)
		if !o.New {
			text += ", known already"
		}
	}
	if len(o.Reasons) > 0 {
		text += " (" + strings.Join(o.Reasons, "; ") + ")"
	}
	return text
}

// changePrinter prints what changed since the last run of a watch.
type changePrinter struct {
	known  map[string]string
	failed string
	json   bool
}

func (t *changePrinter) print(outcomes []inbox.Outcome, err error) {
	for _, o := range outcomes {
		name, state := o.Name, o.Status+strings.Join(o.Reasons, ";")
		switch o.Status {
		case inbox.Forked, inbox.Junk, inbox.UnknownSender:
			name += " " + o.Status // reported beside another outcome of that name
		}
		if t.known[name] == state {
			continue
		}
		t.known[name] = state
		t.printLine(o)
	}
	failed := ""
	if err != nil {
		failed = err.Error()
	}
	if failed != "" && failed != t.failed {
		fmt.Fprintf(os.Stderr, "kaodian-province: %s\n", strings.Join(slices.Collect(strings.SplitSeq(failed, "\n")), "; "))
	}
	t.failed = failed
}

// printLine prints one outcome; a failure to print has nowhere to go.
func (t *changePrinter) printLine(o inbox.Outcome) {
	if t.json {
		if text, err := json.Marshal(o); err == nil {
			fmt.Println(string(text))
		}
		return
	}
	fmt.Println(line(o))
}
