package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/centre/store"
	"kaodian/app/centre/timekeeper"
	"kaodian/app/exam"
)

// startClock starts the clock of the only process on the data, and warns the
// operator.
func startClock(ctx context.Context, s *store.Store) (*clock.System, error) {
	clk, err := timekeeper.Start(ctx, s, clock.BootID())
	if err != nil {
		return nil, err
	}
	if odd := timekeeper.Warning(clk, s.Rules().Location); odd != "" {
		fmt.Fprintf(os.Stderr, "kaodian: warning: %s\n", odd)
	}
	return clk, nil
}

// startBesideServer goes by the server's clock.
func startBesideServer(ctx context.Context, s *store.Store) (*clock.System, error) {
	return timekeeper.StartBeside(ctx, s, clock.BootID())
}

// timekeeper is the clock's keeper.
func (c *centre) timekeeper(ctx context.Context, log *slog.Logger) (*timekeeper.Keeper, error) {
	keeper := &timekeeper.Keeper{Store: c.Store, Clock: c.clock, Boot: clock.BootID(), Log: log}
	if err := keeper.Begin(ctx); err != nil {
		return keeper, fmt.Errorf("write the time down: %w", err)
	}
	return keeper, nil
}

type clockCommands struct {
	Confirm clockConfirmCommand `cmd:"" help:"Say what time it is, after the machine's clock jumped: the machine's, or another with --at."`
	Reset   clockResetCommand   `cmd:"" help:"Go by the machine's clock again, although a later time was written down."`
}

type clockConfirmCommand struct {
	At  string `placeholder:"TIME" help:"What time it is, if the machine's clock is wrong: '2026-07-01 09:00' by the centre's clock, or 2026-07-01T09:00:00+08:00."`
	Yes bool   `help:"The time is right although it is more than a day from the machine's clock and the exam's."`
}

// Run sets the exam's clock; while a server runs, it asks the server to.
func (c *clockConfirmCommand) Run(ctx context.Context, common *common) error {
	zone, err := common.zone(ctx)
	if err != nil {
		return err
	}
	at := time.Now().In(zone)
	if c.At != "" {
		if at, err = timeOf(c.At, zone); err != nil {
			return usage("--at %q is no time; write for example «%s»", c.At, time.Now().In(zone).Format(atMinute))
		}
	}
	if at.Before(timekeeper.ReleasedAt) {
		return fmt.Errorf("%s is before this program was made; set the machine's clock, or say what time it is with --at", at.Format(time.RFC3339))
	}
	if timekeeper.CheckDate(at) != nil {
		return fmt.Errorf("%s cannot be the time now; say what time it is with --at, for example «%s»", at.Format(time.RFC3339), time.Now().In(zone).Format(atMinute))
	}
	p, err := common.prepare(ctx, toUse)
	if err != nil {
		return err
	}
	served, err := isServed(p.folder)
	if err != nil {
		return err
	}
	if served {
		return common.askServer(ctx, at, c.checkNear)
	}
	return common.confirmAlone(ctx, at, c.checkNear)
}

// checkNear refuses a time that neither clock is near, unless it is said with --yes.
func (c *clockConfirmCommand) checkNear(at time.Time, clk *clock.System) error {
	now := clk.Now().In(at.Location())
	machine := now.Add(clk.Jump())
	if c.Yes || timekeeper.CheckNear(at, machine, now) == nil {
		return nil
	}
	return fmt.Errorf("%s is more than a day from the machine's clock (%s) and from the exam's (%s); if it is that time now, run this again with --yes",
		at.Format(time.RFC3339), machine.Format(time.RFC3339), now.Format(time.RFC3339))
}

// atMinute is a time as it is typed by a watch.
const atMinute = "2006-01-02 15:04"

// timeOf reads a time; one without a zone is the centre's.
func timeOf(typed string, zone *time.Location) (at time.Time, err error) {
	for _, form := range []string{time.RFC3339, time.DateTime, atMinute, "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if at, err = time.ParseInLocation(form, typed, zone); err == nil {
			return at.In(zone), nil
		}
	}
	return at, err
}

// zone is where the centre's clocks hang.
func (c *common) zone(ctx context.Context) (*time.Location, error) {
	_, rules, err := c.readLive(ctx)
	return rules.Location, err
}

// operator is the actor of a command.
func operator() exam.Actor { return exam.Actor{Role: exam.ByStaff, Name: "kaodian clock"} }

// serverAnswers is how long a server may take to carry out a request.
const serverAnswers = 30 * time.Second

// askServer leaves a request for the server and waits until it is done.
func (c *common) askServer(ctx context.Context, at time.Time, check func(time.Time, *clock.System) error) error {
	centre, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer centre.Close()
	if err := check(at, centre.clock); err != nil {
		return err
	}
	if err := timekeeper.Ask(ctx, centre.Store, at, operator()); err != nil {
		return err
	}
	for deadline := time.Now().Add(serverAnswers); time.Now().Before(deadline); time.Sleep(serverAnswers / 100) {
		waits, err := timekeeper.Asked(ctx, centre.Store)
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if !waits {
			return c.say(map[string]any{"now": at}, "the server goes by %s now\n", at.Format(time.RFC3339))
		}
	}
	return errors.New("the server has not done it yet; look at its log, and run this again")
}

func (c *common) confirmAlone(ctx context.Context, at time.Time, check func(time.Time, *clock.System) error) error {
	centre, lock, err := c.openExclusive(ctx, startClock)
	if err != nil {
		return err
	}
	defer lock.Close()
	before := centre.Now().In(at.Location())
	keeper, err := centre.timekeeper(ctx, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err == nil {
		err = check(at, centre.clock)
	}
	if err == nil {
		err = keeper.Confirm(ctx, at, true, operator())
	}
	now := centre.Now().In(at.Location())
	if err := errors.Join(err, centre.Close()); err != nil {
		return err
	}
	return c.say(map[string]any{"before": before, "now": now}, "the time is %s (it was %s)\n", now.Format(time.RFC3339), before.Format(time.RFC3339))
}

type clockResetCommand struct{}

// Run forgets a later time that was recorded while the machine's clock was
// wrong. It is a command of its own because it can reopen windows.
func (clockResetCommand) Run(ctx context.Context, common *common) error {
	centre, lock, err := common.openExclusive(ctx, func(context.Context, *store.Store) (*clock.System, error) {
		return clock.New(timekeeper.ReleasedAt), nil
	})
	if err != nil {
		return err
	}
	defer lock.Close()
	before, err := centre.resetClock(ctx)
	now := centre.Now().In(centre.Rules().Location)
	if err := errors.Join(err, centre.Close()); err != nil {
		return err
	}
	if before.IsZero() {
		return common.say(map[string]any{"now": now}, "the time is %s (none had been written down)\n", now.Format(time.RFC3339))
	}
	return common.say(map[string]any{"before": before, "now": now},
		"the time is %s (it was %s)\n", now.Format(time.RFC3339), before.In(now.Location()).Format(time.RFC3339))
}

func (c *centre) resetClock(ctx context.Context) (before time.Time, err error) {
	if c.clock.Jump() < -clock.Tolerance {
		return before, fmt.Errorf("the machine's clock shows a time before %s; set it first", timekeeper.ReleasedAt.Format(time.DateOnly))
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
	err = c.Audit(ctx, store.Entry{Action: store.ActionClockReset, By: exam.Actor{Role: exam.BySystem}, Args: map[string]any{"before": before, "now": c.Now()}})
	if err != nil {
		return before, err
	}
	return before, errors.Join(timekeeper.Forget(ctx, c.Store), c.RecordTime(ctx), c.RecordConfirmed(ctx))
}
