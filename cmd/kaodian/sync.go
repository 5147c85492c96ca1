package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kaodian/sync/outbox"
)

type syncCommands struct {
	Now    syncNowCommand    `cmd:"" help:"Seal and send what is final, marked or not, and read receipts."`
	Out    syncOutCommand    `cmd:"" help:"Put sealed batches on a stick."`
	In     syncInCommand     `cmd:"" help:"Read receipts from a stick."`
	Status syncStatusCommand `cmd:"" help:"Show how sending stands."`
}

// alsoUnmarked explains a requested run: unlike the scheduled one it also sends
// the orders that wait for marks.
type alsoUnmarked struct {
	Marked bool `help:"Leave orders that wait for ticks and marks (exam.review_time)."`
}

type syncNowCommand struct{ alsoUnmarked }

// Run does one sync run now; batches without a receipt are sent once more.
func (s *syncNowCommand) Run(ctx context.Context, common *common) error {
	return common.withOutbox(ctx, func(o *outbox.Outbox) error {
		o.Unmarked = !s.Marked
		return o.Resend(ctx, "")
	})
}

type syncOutCommand struct {
	alsoUnmarked
	Dir string `arg:"" type:"existingdir" help:"Folder on the stick."`
}

// Run seals what is final and copies every batch without a receipt to the stick.
func (s *syncOutCommand) Run(ctx context.Context, common *common) error {
	return common.withOutbox(ctx, func(o *outbox.Outbox) error {
		o.Unmarked = !s.Marked
		return o.Resend(ctx, "dir:"+s.Dir)
	})
}

type syncInCommand struct {
	Dir string `arg:"" type:"existingdir" help:"Folder on the stick."`
}

// Run reads the receipts that came back on the stick.
func (s *syncInCommand) Run(ctx context.Context, common *common) error {
	return common.withOutbox(ctx, func(o *outbox.Outbox) error { return o.FetchFrom(ctx, "dir:"+s.Dir) })
}

type syncStatusCommand struct{}

// Run shows the status of sending.
func (syncStatusCommand) Run(ctx context.Context, common *common) error {
	return common.withOutbox(ctx, func(*outbox.Outbox) error { return nil })
}

// withOutbox runs do and prints the status of sending afterwards.
func (c *common) withOutbox(ctx context.Context, do func(*outbox.Outbox) error) error {
	centre, err := c.open(ctx)
	if err != nil {
		return err
	}
	out, err := centre.outbox(slog.New(slog.DiscardHandler))
	if err != nil {
		return errors.Join(err, centre.Close())
	}
	stop := tellProgress(out)
	err = do(out)
	stop()
	if err == nil {
		err = c.printStatus(ctx, out, centre.Now().Location())
	}
	return errors.Join(err, centre.Close())
}

func (c *common) printStatus(ctx context.Context, out *outbox.Outbox, zone *time.Location) error {
	status, err := out.Status(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return c.say(statusBody(status), "")
	}
	if !status.Enrolled { // an answer, not a refusal
		fmt.Println(outbox.ErrNotEnrolled)
		return nil
	}
	fmt.Printf("centre %s: %s\n", status.Centre, waitingText(status))
	if !status.Answered {
		fmt.Println(notAnswered)
	}
	for _, line := range roadLines(status, zone) {
		fmt.Println(line)
	}
	for _, line := range parcelLines(status) {
		fmt.Println(line)
	}
	for _, b := range status.Batches {
		fmt.Printf("batch %d: %s, %d orders, %d files, %d bytes\n", b.Sequence, b.State, b.Orders, b.Files, b.Bytes)
	}
	return nil
}

// roadLines say how the road to the province stands: a run that is under way, here
// or in another process, what came of the last one, and what the drop does.
func roadLines(s outbox.Status, zone *time.Location) (lines []string) {
	switch {
	case s.Progress != nil:
		lines = append(lines, "a run is under way: "+progressText(*s.Progress))
	case s.Sending:
		lines = append(lines, "a run is under way")
	}
	switch {
	case s.NoLine:
		lines = append(lines, fmt.Sprintf("there is no line to the province at the moment (%s); it was last there on %s, and what is final goes as soon as it is back",
			s.LastError, s.LastContact.In(zone).Format("2006-01-02 15:04")))
	case s.LastError != "":
		lines = append(lines, "the last sending failed: "+s.LastError)
	}
	if s.Note.Text != "" {
		lines = append(lines, "note: "+s.Note.Text)
	}
	return lines
}

// waitingText says which orders wait and why.
func waitingText(s outbox.Status) string {
	text := fmt.Sprintf("%d final orders wait, %d are in batches without a receipt", s.WaitingOrders, s.Unanswered)
	for _, rest := range []struct {
		orders int
		why    string
	}{
		{int(s.RefusedOrders), "are in a refused batch and go again after «kaodian enrol FILE» with a new file of the province"},
		{s.Unmarked, "of those that wait are not marked yet"},
		{s.BusyOrders, "have a clip that is landing or being examined"},
		{s.OpenOrders, "are not final: they can still be reset"},
		{s.LaterOrders, "of earlier batches have later marks, ticks or decisions to send"},
	} {
		if rest.orders > 0 {
			text += fmt.Sprintf(", %d %s", rest.orders, rest.why)
		}
	}
	return text
}
