// Package timekeeper keeps the exam's clock right over restarts and steps of the
// machine's clock: it decides which clock a start uses, notices a jump, and sets
// the clock when a person has confirmed the time.
//
// While the date is in doubt the exam's clock continues from the last recorded
// time, so that nothing comes due too early; an act that cannot be undone asks
// clock.Doubted and waits. Two settings outlive the process: the last time
// (store.LastTime), which is never set from a doubted date, and the mark of the
// clock with the doubt; a crash at any moment preserves the doubt. It must not
// import web.
package timekeeper

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/refusal"
)

// DateInvalid refuses a time that it cannot be now.
const DateInvalid refusal.Code = "date_invalid"

// DateFar refuses a time that no clock is near, until it is said again. Its
// arguments are the time, the machine's (machine_time) and by how many seconds
// the time is ahead of that.
const DateFar refusal.Code = "date_far"

const (
	// markName is the setting with the mark of the server's clock.
	markName = "serving_clock"
	// requestName is the setting by which a command beside the server confirms
	// the time.
	requestName = "clock_request"
	// longAway is how long a box may be off before somebody has to confirm the
	// date: over a weekend yes, overnight no.
	longAway = 48 * time.Hour
	// slack is how far the machine's clock may be off without a doubt.
	slack = time.Minute
	// lag is how old the recorded time may be while the server runs: it records
	// it every minute.
	lag = 2 * time.Minute
)

// ReleasedAt is certainly past: a machine whose clock shows an earlier time has
// lost it.
var ReleasedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// lastDate is certainly in the future: a later date is a typing error, and
// spans of some hundred years overflow a time.Duration.
var lastDate = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

// CheckDate refuses a time that it cannot be now (DateInvalid).
func CheckDate(t time.Time) error {
	if t.Before(ReleasedAt) || !t.Before(lastDate) {
		return refusal.New(DateInvalid)
	}
	return nil
}

// CheckNear refuses a time more than a day from every clock that is known: a
// mistyped year would close, send and erase everything (DateFar).
func CheckNear(t, machine time.Time, others ...time.Time) error {
	for _, shown := range append(others, machine) {
		if t.Sub(shown).Abs() <= 24*time.Hour {
			return nil
		}
	}
	return refusal.New(DateFar, "time", t, "machine_time", machine, "ahead_s", int64(t.Sub(machine).Seconds()))
}

// Memory is what outlives the process.
type Memory interface {
	LastTime(ctx context.Context) (time.Time, error)
	NextDeadline(ctx context.Context) (time.Time, error)
	FindSetting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// mark is the recorded state of the server's clock.
type mark struct {
	clock.Mark
	Counted time.Time `json:"counted"`          // since when it has run without a break
	Doubted time.Time `json:"doubted,omitzero"` // since when the date is in doubt
}

func readMark(ctx context.Context, m Memory) (mark, error) {
	text, err := m.FindSetting(ctx, markName)
	if err != nil {
		return mark{}, err
	}
	var found mark
	if json.Unmarshal([]byte(text), &found) != nil {
		return mark{}, nil
	}
	return found, nil
}

// Start starts the clock of the only process that works on the data; boot
// is the machine's boot ID.
//
// It is never earlier than the last recorded time: a machine that starts in
// 1970 must not reopen a window. Within one boot it continues the former server's
// clock while attempts run, so that a restart ends no countdown, and while the
// two clocks differ. A machine's clock that is far ahead, or ahead while the date
// was in doubt already, waits for a person.
func Start(ctx context.Context, m Memory, boot string) (*clock.System, error) {
	last, err := m.LastTime(ctx)
	if err != nil {
		return nil, err
	}
	deadline, err := m.NextDeadline(ctx)
	if err != nil {
		return nil, err
	}
	mark, err := readMark(ctx, m)
	if err != nil {
		return nil, err
	}
	if former, known := mark.Now(boot); known && !former.Before(last) {
		clk := clock.At(former)
		clk.Agree(mark.Agreed)
		if clk.Doubted() || mark.Agreed != 0 || !deadline.IsZero() && clk.Jump().Abs() > slack {
			return clk, nil
		}
	}
	if behind := clock.At(last); !last.IsZero() && behind.Jump() > longAway || !mark.Doubted.IsZero() && behind.Doubted() {
		return behind, nil
	}
	return clock.New(later(last, ReleasedAt)), nil
}

// StartBeside continues the server's clock in a command, even if the machine's
// clock was set since the server started: no command may time out an attempt
// whose countdown runs. Without a valid mark it starts at the last recorded time,
// which is behind the server's.
func StartBeside(ctx context.Context, m Memory, boot string) (*clock.System, error) {
	last, err := m.LastTime(ctx)
	if err != nil {
		return nil, err
	}
	if last.IsZero() { // nothing can have started yet
		return clock.New(ReleasedAt), nil
	}
	mark, err := readMark(ctx, m)
	if err != nil {
		return nil, err
	}
	clk := clock.At(last)
	if now, known := mark.Now(boot); known && now.After(last) {
		clk = clock.At(earlier(now, last.Add(lag)))
		clk.Agree(mark.Agreed)
	}
	return clk, nil
}

// Forget deletes the mark of a clock that was wrong.
func Forget(ctx context.Context, m Memory) error { return m.SetSetting(ctx, markName, "") }

// Warning is what an operator has to know about the clock at the start, or "";
// its times are in the exam's zone.
func Warning(clk *clock.System, zone *time.Location) string {
	now := clk.Now().In(zone)
	exam, machine := now.Format(time.RFC3339), now.Add(clk.Jump()).Format(time.RFC3339)
	switch jump := clk.Jump(); {
	case clk.Doubted() && jump > 0:
		return fmt.Sprintf("the machine's clock shows %s, but the last time that was written down is %s; kaodian goes on from there, and closes, seals, sends and erases nothing "+
			"until somebody says that the date is right: on the staff's page, or with «kaodian clock confirm --data DIR»", machine, exam)
	case jump < -slack:
		return fmt.Sprintf("the machine's clock shows %s, but %s was written down before, so kaodian goes on from there; "+
			"set the machine's clock, then say on the staff's page or with «kaodian clock confirm --data DIR» that the date is right", machine, exam)
	case jump > slack:
		return fmt.Sprintf("the machine's clock was set to %s while attempts run; kaodian goes on from %s; "+
			"start the server again when they have ended", machine, exam)
	}
	return ""
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
