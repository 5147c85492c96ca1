package store

import (
	"context"
	"strconv"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// DateNotConfirmed refuses what cannot be undone while the date is in doubt.
const DateNotConfirmed refusal.Code = "date_not_confirmed"

// DateDoubted says that the machine's clock jumped and nobody has said yet
// what time it is: what cannot be undone waits.
func (s *Store) DateDoubted() bool { return clock.Doubted(s.clock) }

// checkDate refuses what cannot be undone while the date is in doubt.
func (s *Store) checkDate() error {
	if s.DateDoubted() {
		return refusal.New(DateNotConfirmed)
	}
	return nil
}

// confirmedAt is the setting with the exam's time at which a person last set the
// clock, in milliseconds since 1970.
const confirmedAt = "clock_confirmed"

// held is how long nothing is erased by age after a person set the clock: a wrong
// date can be taken back within it. By the exam's clock, which only a person sets.
const held = 24 * time.Hour

// Erases says whether what is old may be erased now: not while the date is in
// doubt, and not within a day after a person set the clock. A start that finds
// the machine ahead counts that as passed, as everywhere (timekeeper.Start).
func (s *Store) Erases(ctx context.Context) (bool, error) {
	if s.DateDoubted() {
		return false, nil
	}
	text, err := s.FindSetting(ctx, confirmedAt)
	if err != nil || text == "" {
		return err == nil, err
	}
	at, err := strconv.ParseInt(text, 10, 64)
	return err == nil && s.Now().Sub(s.at(at)) >= held, err
}

// RecordConfirmed notes that a person set the clock to the present time.
func (s *Store) RecordConfirmed(ctx context.Context) error {
	return s.SetSetting(ctx, confirmedAt, strconv.FormatInt(s.Now().UnixMilli(), 10))
}

// MachineTime is what the machine's clock shows, right or wrong.
func (s *Store) MachineTime() time.Time { return s.Now().Add(clock.Jump(s.clock)) }

// mayBe is the other moment that it may be while the date is in doubt.
func (s *Store) mayBe() time.Time {
	if !s.DateDoubted() {
		return time.Time{}
	}
	return s.MachineTime()
}

// StatusOf is the order's, with a window open that is so by the clock or, while
// the date is in doubt, by the machine's: nobody is turned away for a date only.
func (s *Store) StatusOf(o exam.Order) exam.Status {
	status := o.Status(s.Rules(), s.Now())
	if status == exam.StatusWaiting && o.Window.Contains(s.mayBe()) {
		return exam.StatusOpen
	}
	return status
}

// Redating is a clock that was set by a person.
type Redating struct {
	From, To time.Time
	// Counted is since when the clock ran on without a break: an attempt that
	// began since then and runs keeps its time left, whoever is logged in since
	// then stays so. Doubted is since when the date was in doubt: all that
	// began since then is dated anew.
	Counted, Doubted time.Time
	By               exam.Actor
	// Mark is what a start goes by, of the clock as it is set.
	Mark Setting
}

// Setting is a setting that outlives the process.
type Setting struct{ Name, Value string }

// Redate writes down that the clock is set, in one transaction with what has
// to be dated anew for it, the time as the last one (LastTime), and the clock's
// mark: a start after a crash must not count what was dated anew by the former
// clock. The caller sets the clock.
func (s *Store) Redate(ctx context.Context, r Redating) error {
	return s.write(ctx, func(c *change) error {
		step := r.To.Sub(r.From).Milliseconds()
		attempts, err := c.ListRedatedAttempts(ctx, query.ListRedatedAttemptsParams{Counted: r.Counted.UnixMilli(), Doubted: r.Doubted.UnixMilli()})
		if err != nil {
			return err
		}
		for _, attempt := range attempts {
			if err := c.redate(attempt.ID, step); err != nil {
				return err
			}
			c.changed = append(c.changed, attempt.OrderID)
			err := c.audit(Entry{Action: ActionAttemptRedated, By: r.By, OrderID: attempt.OrderID, AttemptID: attempt.ID, Args: map[string]any{"by_ms": step}})
			if err != nil {
				return err
			}
		}
		if err := c.redateVisits(r, step); err != nil {
			return err
		}
		if err := c.RedateJobs(ctx, step); err != nil {
			return err
		}
		for _, name := range []string{lastTime, confirmedAt} {
			if err := c.SetSetting(ctx, query.SetSettingParams{Name: name, Value: strconv.FormatInt(r.To.UnixMilli(), 10)}); err != nil {
				return err
			}
		}
		if err := c.SetSetting(ctx, query.SetSettingParams(r.Mark)); err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionClockSet, By: r.By, Args: map[string]any{"from": r.From, "to": r.To, "attempts": len(attempts)}})
	})
}

func (c *change) redate(attemptID string, step int64) error {
	if err := c.RedateAttempt(c.ctx, query.RedateAttemptParams{Step: step, ID: attemptID}); err != nil {
		return err
	}
	if err := c.RedateUploads(c.ctx, query.RedateUploadsParams{Step: step, AttemptID: attemptID}); err != nil {
		return err
	}
	return c.RedateClips(c.ctx, query.RedateClipsParams{Step: step, AttemptID: attemptID})
}

// redateVisits keeps who is here: their sessions, codes and calls for help.
func (c *change) redateVisits(r Redating, step int64) error {
	now, counted := r.From.UnixMilli(), r.Counted.UnixMilli()
	if err := c.RedateSessions(c.ctx, query.RedateSessionsParams{Step: step, Counted: counted, Now: now}); err != nil {
		return err
	}
	if err := c.RedatePhonePasses(c.ctx, query.RedatePhonePassesParams{Step: step, Counted: counted, Now: now}); err != nil {
		return err
	}
	if err := c.RedateHelpCalls(c.ctx, query.RedateHelpCallsParams{Step: step, Counted: counted}); err != nil {
		return err
	}
	return c.RedateHelpAnswers(c.ctx, query.RedateHelpAnswersParams{Step: step, Counted: counted})
}
