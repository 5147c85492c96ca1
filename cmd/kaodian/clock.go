package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/store/queue"
	"kaodian/app/clock"
	"kaodian/app/exam"
)

const (
	// servingClock is the setting with the mark of the server's clock.
	servingClock = "serving_clock"
	// lag is how old the time written down may be while the server runs: it
	// writes it each minute.
	lag = 2 * time.Minute
	// slack is how far the machine's clock may be off without a word.
	slack = time.Minute
)

// startClock starts the clock no earlier than the last time the database
// wrote down: a machine that starts in 1970 must not reopen a window. While
// attempts run it goes on by the former server's clock, whatever the machine's
// was set to since: a restart ends no countdown either.
func startClock(ctx context.Context, s *store.Store) (*clock.System, error) {
	last, err := s.LastTime(ctx)
	if err != nil {
		return nil, err
	}
	deadline, err := s.NextDeadline(ctx)
	if err != nil {
		return nil, err
	}
	former, known, err := readMark(ctx, s)
	if err != nil {
		return nil, err
	}
	if known && !deadline.IsZero() && !former.Before(last) && time.Since(former).Abs() > slack {
		clk := clock.At(former)
		fmt.Fprintf(os.Stderr, "kaodian: warning: the machine's clock was set to %s while attempts run; kaodian goes on from %s; "+
			"start the server again when they have ended\n", machineTime(clk), showing(clk))
		return clk, nil
	}
	clk := clock.New(later(last, releasedAt))
	if clk.Jump() < -slack {
		fmt.Fprintf(os.Stderr, "kaodian: warning: the machine's clock shows %s, but %s was written down before, so kaodian goes on from there; "+
			"set the machine's clock; if it is right, stop the server and run «kaodian clock reset»\n", machineTime(clk), showing(clk))
	}
	return clk, nil
}

func showing(clk *clock.System) string { return clk.Now().Format(time.RFC3339) }

func machineTime(clk *clock.System) string { return clk.Now().Add(clk.Jump()).Format(time.RFC3339) }

// readMark tells the time by the mark of the server's clock; false where there
// is no good one.
func readMark(ctx context.Context, s *store.Store) (now time.Time, known bool, err error) {
	text, err := s.FindSetting(ctx, servingClock)
	if err != nil {
		return time.Time{}, false, err
	}
	var mark clock.Mark
	if json.Unmarshal([]byte(text), &mark) != nil {
		return time.Time{}, false, nil
	}
	now, known = mark.Now(queue.BootID())
	return now, known, nil
}

// startBesideServer goes by the server's clock, whatever the machine's clock
// was set to since the server started: no command may time out an attempt
// whose countdown runs. Without a good mark it is the time last written down,
// which is behind the server's.
func startBesideServer(ctx context.Context, s *store.Store) (*clock.System, error) {
	last, err := s.LastTime(ctx)
	if err != nil {
		return nil, err
	}
	if last.IsZero() { // nothing can have started yet
		return clock.New(releasedAt), nil
	}
	now, known, err := readMark(ctx, s)
	if err != nil {
		return nil, err
	}
	if known && now.After(last) {
		return clock.At(earlier(now, last.Add(lag))), nil
	}
	return clock.At(last), nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// showTime writes down the server's time and the mark of its clock, for the
// commands beside it.
func (c *centre) showTime(ctx context.Context) error {
	text, err := json.Marshal(c.clock.Mark(queue.BootID()))
	if err != nil {
		return err
	}
	return errors.Join(c.SetSetting(ctx, servingClock, string(text)), c.RecordTime(ctx))
}

// watchClock says when the machine's clock was set while the server runs; jump
// is how far it is ahead.
func watchClock(log *slog.Logger, jump func() time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		tick := time.NewTicker(slack)
		defer tick.Stop()
		for said := jump(); ; {
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
			if now := jump(); (now - said).Abs() > slack/10 {
				said = now
				log.Warn("the machine's clock was set; the exam goes on by its own; start kaodian again when no attempt runs", "ahead_of_the_exam", now.Round(time.Second))
			}
		}
	}
}

type clockCommands struct {
	Reset clockResetCommand `cmd:"" help:"Go by the machine's clock again, although a later time was written down."`
}

type clockResetCommand struct{}

// Run forgets a later time that was written down while the machine's clock
// was wrong. It is an act of its own because it can reopen windows.
func (clockResetCommand) Run(ctx context.Context, common *common) error {
	centre, lock, err := common.openAlone(ctx, func(context.Context, *store.Store) (*clock.System, error) { return clock.New(releasedAt), nil })
	if err != nil {
		return err
	}
	defer lock.Close()
	before, err := centre.resetClock(ctx)
	now := centre.Now()
	if err := errors.Join(err, centre.Close()); err != nil {
		return err
	}
	return common.say(map[string]any{"before": before, "now": now},
		"the time is %s (it was %s)\n", now.Format(time.RFC3339), before.Format(time.RFC3339))
}

func (c *centre) resetClock(ctx context.Context) (before time.Time, err error) {
	if c.clock.Jump() < -slack {
		return before, fmt.Errorf("the machine's clock shows a time before %s; set it first", releasedAt.Format(time.DateOnly))
	}
	if before, err = c.LastTime(ctx); err != nil {
		return before, err
	}
	deadline, err := c.NextDeadline(ctx)
	if err != nil {
		return before, err
	}
	if !deadline.IsZero() { // its countdown would run longer by as much as the clock goes back
		return before, fmt.Errorf("an attempt runs until %s by the clock as it is now; start the server, wait until it has ended, and reset the clock then", deadline.In(c.Rules().Location).Format(time.RFC3339))
	}
	err = c.Audit(ctx, store.Entry{Action: "clock_reset", By: exam.Actor{Role: exam.BySystem}, Args: map[string]any{"before": before, "now": c.Now()}})
	if err != nil {
		return before, err
	}
	return before, errors.Join(c.SetSetting(ctx, servingClock, ""), c.RecordTime(ctx))
}
