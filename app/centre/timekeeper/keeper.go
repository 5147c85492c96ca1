package timekeeper

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// Store is what a Keeper needs of the centre's store.
type Store interface {
	Memory
	Redate(ctx context.Context, r store.Redating) error
	RecordTime(ctx context.Context) error
}

// Keeper looks after the clock of a server, or of a command that works alone.
type Keeper struct {
	Store Store
	Clock *clock.System
	Boot  string // names the machine's present run
	Log   *slog.Logger

	mu      sync.Mutex
	counted time.Time // since when the clock has run without a break
	doubted time.Time // since when the date is in doubt, zero while it is not
	said    time.Duration
	phones  phones
}

// ClockState is the state of the clock, for staff.
type ClockState struct {
	Time     time.Time  `json:"time" doc:"What the exam goes by"`
	Machine  time.Time  `json:"machine_time" doc:"What the machine's clock shows"`
	Doubted  bool       `json:"doubted" doc:"The date is in doubt: nothing is closed, sealed, sent or erased until somebody says what time it is"`
	Since    *time.Time `json:"since,omitempty" doc:"Since when, by the exam's clock"`
	Phones   int        `json:"phones" doc:"How many phones that logged in of late told their time"`
	ByPhones *time.Time `json:"phones_time,omitempty" doc:"What they say, the middle of them"`
	Differs  bool       `json:"phones_differ" doc:"The phones say another time than the exam's clock"`
}

// Begin records how the clock was started.
func (k *Keeper) Begin(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	former, err := readMark(ctx, k.Store)
	if err != nil {
		return err
	}
	now := k.Clock.Now()
	k.counted, k.said = now, k.Clock.Jump()
	if at, known := former.Now(k.Boot); known && at.Sub(now).Abs() < clock.Tolerance {
		k.counted = former.Counted
		k.doubted = former.Doubted
	}
	return errors.Join(k.judge(ctx), k.note(ctx), k.Store.RecordTime(ctx))
}

// judge notes when a doubt begins or ends.
func (k *Keeper) judge(ctx context.Context) error {
	doubted := k.Clock.Doubted()
	if doubted == !k.doubted.IsZero() {
		return nil
	}
	k.doubted = time.Time{}
	if doubted {
		k.doubted = k.Clock.Now()
	}
	return k.note(ctx)
}

// note records the mark; k.mu is held.
func (k *Keeper) note(ctx context.Context) error {
	text, err := json.Marshal(mark{Mark: k.Clock.Mark(k.Boot), Counted: k.counted, Doubted: k.doubted})
	if err != nil {
		return err
	}
	return k.Store.SetSetting(ctx, markName, string(text))
}

// noteOf is the mark once the clock is moved on by step, and the date no more
// in doubt.
func (k *Keeper) noteOf(step time.Duration) (store.Setting, error) {
	moved := k.Clock.Mark(k.Boot)
	moved.Time, moved.Agreed = moved.Time.Add(step), k.Clock.Jump()-step
	text, err := json.Marshal(mark{Mark: moved, Counted: k.counted.Add(step)})
	return store.Setting{Name: markName, Value: string(text)}, err
}

// watching is how often the two clocks are compared.
const watching = 5 * time.Second

// Run watches the clock until the context ends, and carries out what a command
// beside the server requests.
func (k *Keeper) Run(ctx context.Context) error {
	tick := time.NewTicker(watching)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := errors.Join(k.Look(ctx), k.answer(ctx)); err != nil && ctx.Err() == nil {
			k.Log.Error("keep the time", "error", err)
		}
	}
}

// Look compares the clocks and reports each change once.
func (k *Keeper) Look(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if jump := k.Clock.Jump(); (jump - k.said).Abs() > slack/10 {
		k.said = jump
		k.Log.Warn("the machine's clock was set; the exam goes on by its own", "ahead_of_the_exam", jump.Round(time.Second), "in_doubt", k.Clock.Doubted())
	}
	return k.judge(ctx)
}

// State returns the state of the clock.
func (k *Keeper) State() ClockState {
	k.mu.Lock()
	defer k.mu.Unlock()
	now, jump := k.Clock.Now(), k.Clock.Jump()
	s := ClockState{Time: now, Machine: now.Add(jump), Doubted: k.Clock.Doubted()}
	if s.Doubted && !k.doubted.IsZero() {
		s.Since = new(k.doubted) // the page changes its zone
	}
	if ahead, count := k.phones.median(); count > 0 {
		ahead -= k.Clock.SetBy()
		s.Phones, s.ByPhones = count, new(now.Add(ahead))
		s.Differs = count >= minPhones && ahead.Abs() >= clock.Tolerance
	}
	return s
}

// Confirm sets the clock to the time that a person confirmed. A time within the
// tolerance of the machine's clock means the machine's clock. Running attempts
// keep their time left. DateInvalid for an impossible time, DateFar for one far
// from the machine's clock, the exam's and the phones', unless they are sure.
func (k *Keeper) Confirm(ctx context.Context, to time.Time, sure bool, by exam.Actor) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.Clock.Now()
	machine := now.Add(k.Clock.Jump())
	if to.Sub(machine).Abs() < clock.Tolerance {
		to = machine
	}
	if err := CheckDate(to); err != nil {
		return err
	}
	if err := CheckNear(to, machine, k.others(now)...); err != nil && !sure {
		return err
	}
	return k.set(ctx, store.Redating{From: now, To: to, Counted: k.counted, Doubted: k.since(now), By: by})
}

// others are the clocks beside the machine's; k.mu is held.
func (k *Keeper) others(now time.Time) []time.Time {
	if ahead, count := k.phones.median(); count >= minPhones {
		return []time.Time{now, now.Add(ahead - k.Clock.SetBy())}
	}
	return []time.Time{now}
}

func (k *Keeper) since(now time.Time) time.Time {
	if k.doubted.IsZero() {
		return now
	}
	return k.doubted
}

// set records and sets the clock, in the order in which no attempt looks timed
// out in between.
func (k *Keeper) set(ctx context.Context, r store.Redating) error {
	step := r.To.Sub(r.From)
	var err error
	if r.Mark, err = k.noteOf(step); err != nil {
		return err
	}
	if step < 0 {
		k.Clock.Set(step)
	}
	if err := k.Store.Redate(ctx, r); err != nil {
		if step < 0 {
			k.Clock.Set(-step)
		}
		return err
	}
	if step >= 0 {
		k.Clock.Set(step)
	}
	k.Log.Warn("the exam's clock was set", "from", r.From, "to", r.To, "by", r.By.Name)
	k.counted, k.doubted, k.said = k.counted.Add(step), time.Time{}, k.Clock.Jump()
	return nil
}

// Ask leaves a request for the server: a person confirmed the time. The server
// has nobody to ask again, so the caller checks the time (CheckNear).
func Ask(ctx context.Context, m Memory, to time.Time, by exam.Actor) error {
	text, err := json.Marshal(request{To: to, By: by})
	if err != nil {
		return err
	}
	return m.SetSetting(ctx, requestName, string(text))
}

// Asked says whether that request still waits.
func Asked(ctx context.Context, m Memory) (bool, error) {
	text, err := m.FindSetting(ctx, requestName)
	return text != "", err
}

type request struct {
	To time.Time  `json:"to"`
	By exam.Actor `json:"by"`
}

// answer carries out a command's request.
func (k *Keeper) answer(ctx context.Context) error {
	text, err := k.Store.FindSetting(ctx, requestName)
	if err != nil || text == "" {
		return err
	}
	var asked request
	if err := json.Unmarshal([]byte(text), &asked); err == nil {
		err = k.Confirm(ctx, asked.To, true, asked.By)
		if err != nil && refusal.CodeOf(err) == "" {
			return err // tried again in the next round
		}
	}
	return k.Store.SetSetting(ctx, requestName, "")
}
