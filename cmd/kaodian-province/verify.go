package main

import (
	"context"
	"errors"
	"strings"

	"kaodian/app/province/store"
	"kaodian/cmd/internal/command"
	"kaodian/sync/inbox"
)

type verifyCommand struct {
	Dir string `arg:"" name:"batch_dir" type:"existingdir" help:"The batch's folder: …/<centre>/<install>/<sequence>."`
}

// checked is what verify prints.
type checked struct {
	Holds bool          `json:"holds"`
	Wrong []string      `json:"wrong"`
	Notes []string      `json:"notes"`
	Batch *inbox.Report `json:"batch,omitempty"` // only if everything could be checked
}

// Run checks the batch and says what is wrong. Sizes and sums need no store;
// with one, the signature and what is inside are checked too.
func (v *verifyCommand) Run(ctx context.Context, common *common) error {
	wrong, notes, err := inbox.Sums(ctx, v.Dir)
	if err != nil {
		return err
	}
	found := checked{Wrong: append([]string{}, wrong...), Notes: append([]string{}, notes...)}
	err = common.with(ctx, func(s *store.Store) error { return v.open(ctx, common, s, &found) })
	if errors.Is(err, store.ErrNoStore) {
		found.Notes = append(found.Notes, "there is no store, so signature and content were not checked; name it with --store")
		err = nil
	}
	if err != nil {
		return err
	}
	found.Holds = len(found.Wrong) == 0
	if err := common.print(found, found.text()); err != nil {
		return err
	}
	if !found.Holds {
		return command.ErrReported
	}
	return nil
}

// open checks what needs the province's keys, if the files are as they were sent.
func (v *verifyCommand) open(ctx context.Context, common *common, s *store.Store, found *checked) error {
	in, err := common.inbox(ctx, s)
	if err != nil || len(found.Wrong) > 0 {
		return err
	}
	report, err := in.Verify(ctx, v.Dir)
	if inbox.IsFaultOf(err) {
		found.Wrong = append(found.Wrong, err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	found.Batch = &report
	return nil
}

func (c checked) text() string {
	var lines []string
	for _, text := range c.Wrong {
		lines = append(lines, "wrong: "+text)
	}
	for _, text := range c.Notes {
		lines = append(lines, "note: "+text)
	}
	if c.Holds {
		lines = append(lines, "nothing is wrong")
	}
	return strings.Join(lines, "\n")
}
