package exam

import (
	"slices"
	"time"

	"kaodian/app/base/refusal"
)

// maxExtraTime bounds one grant against a slip of the keyboard.
const maxExtraTime = 4 * time.Hour

// GiveExtraTime is the Event 补时 (R22): a running attempt gets more time, a
// timed-out one of an order that is not final runs again with its clips.
// Never past the window's close: staff move the window for that. A grant that
// the attempt has already changes nothing, so one given to many (RanAt) can be
// told again after a crash.
type GiveExtraTime struct {
	ID           string // the grant's, the same for all attempts that get it
	AttemptID    string
	By           Actor
	Duration     time.Duration
	Reason       string
	OtherRunning bool // as in Start
	// What the desk's page showed, where one attempt was meant; "" and zero are
	// not asked for.
	Seen         AttemptState
	SeenDeadline time.Time
}

func (e GiveExtraTime) apply(a *act) error {
	attempt, err := a.staffFind(e.AttemptID, e.Reason)
	if err != nil {
		return err
	}
	if e.Duration <= 0 || e.Duration > maxExtraTime {
		return refusal.New(ExtraTimeInvalid, "max_minutes", int(maxExtraTime.Minutes()))
	}
	if slices.Contains(attempt.Grants, e.ID) {
		return nil
	}
	ranOut := e.Seen == Running && attempt.State == AutoSubmitted // by itself: what is meant is the same
	if err := asSeen(attempt, e.Seen); err != nil && !ranOut {
		return err
	}
	if !e.SeenDeadline.IsZero() && !e.SeenDeadline.Equal(attempt.Deadline) {
		return refusal.New(AttemptChanged, "state", attempt.State)
	}
	switch attempt.State {
	case Running:
		return a.extend(attempt, e, attempt.Extra+e.Duration, FactExtraTime)
	case AutoSubmitted:
		return a.reopen(attempt, e)
	}
	return refusal.New(AttemptOver, "state", attempt.State)
}

// reopen lets a timed-out attempt run again until now plus the extra time.
func (a *act) reopen(attempt *Attempt, e GiveExtraTime) error {
	switch {
	case a.order.IsFinal(a.rules, a.now) || !a.order.SealedAt.IsZero():
		return refusal.New(OrderFinal)
	case e.OtherRunning:
		return refusal.New(OtherOrderRunning)
	}
	fullEnd := attempt.StartedAt.Add(attempt.Limit)
	if err := a.extend(attempt, e, a.now.Add(e.Duration).Sub(fullEnd), FactReopened); err != nil {
		return err
	}
	a.erasePractice(func(Attempt) bool { return true }) // one at a time, as in Start
	a.order.Marks = nil                                 // of a time when it was final; its clips may change now
	attempt.State = Running
	attempt.EndedAt = time.Time{}
	return nil
}

func (a *act) extend(attempt *Attempt, e GiveExtraTime, extra time.Duration, kind FactKind) error {
	deadline := a.deadline(*attempt, extra)
	if !deadline.After(later(attempt.Deadline, a.now)) {
		return refusal.New(WindowClosesFirst, "closes_at", a.order.Window.ClosesAt)
	}
	attempt.Extra = extra
	attempt.Grants = append(attempt.Grants, e.ID)
	attempt.Deadline = deadline
	a.happened(kind, e.By, attempt, func(f *Fact) {
		f.Reason = e.Reason
		f.Args = map[string]any{"seconds": int(e.Duration.Seconds()), "deadline": deadline}
	})
	return nil
}

// deadline is when an attempt with that extra time ends; a practice run is
// not bound to the window.
func (a *act) deadline(attempt Attempt, extra time.Duration) time.Time {
	full := attempt.StartedAt.Add(attempt.Limit + extra)
	if a.order.IsPractice(attempt.ID) {
		return full
	}
	return earlier(full, a.order.Window.ClosesAt)
}

// Void is the Event of staff voiding an attempt for a fault of the centre:
// it does not count against the three (R22). Its clips stay as evidence.
type Void struct {
	AttemptID string
	By        Actor
	Second    string // who confirmed it, where it takes two people
	Reason    string
	Seen      AttemptState // what the desk's page showed; "" is not asked for
}

func (e Void) apply(a *act) error {
	attempt, err := a.staffFind(e.AttemptID, e.Reason)
	if err != nil {
		return err
	}
	switch {
	case attempt.State == Voided:
		return refusal.New(AlreadyVoided)
	case !a.order.SealedAt.IsZero():
		return refusal.New(OrderSealed)
	case a.order.IsPractice(attempt.ID):
		return refusal.New(refusal.NotFound)
	}
	if err := asSeen(attempt, e.Seen); err != nil {
		return err
	}
	before := attempt.State
	attempt.VoidedFrom = before
	a.end(attempt, Voided)
	a.order.Marks = nil
	a.happened(FactVoided, e.By, attempt, func(f *Fact) {
		f.Reason = e.Reason
		f.Args = map[string]any{"before": before}
		if e.Second != "" {
			f.Args["confirmed_by"] = e.Second
		}
	})
	return nil
}

func (a *act) staffFind(attemptID, reason string) (*Attempt, error) {
	if err := CheckReason(reason); err != nil {
		return nil, err
	}
	attempt := a.order.FindAttempt(attemptID)
	if attempt == nil {
		return nil, refusal.New(refusal.NotFound)
	}
	return attempt, nil
}

// MoveWindow is the Event of staff moving an order's window for a fault of
// the centre (R22). A running attempt keeps its full time as far as the new
// window allows; an order neither submitted nor sealed is final no longer (R16).
type MoveWindow struct {
	Window Window
	By     Actor
	Reason string
}

func (e MoveWindow) apply(a *act) error {
	if err := CheckReason(e.Reason); err != nil {
		return err
	}
	if err := e.Window.check(); err != nil {
		return err
	}
	last := a.order.current()
	switch {
	case !e.Window.ClosesAt.After(a.now):
		return refusal.New(WindowClosed, "closed_at", e.Window.ClosesAt)
	case last != nil && last.State == Submitted:
		return refusal.New(OrderSubmitted)
	case !a.order.SealedAt.IsZero():
		return refusal.New(OrderSealed)
	}
	before := a.order.Window
	a.order.Window = e.Window
	a.order.WindowMovedAt = a.now
	if last != nil && last.State == Running {
		last.Deadline = a.deadline(*last, last.Extra)
	}
	a.happened(FactWindowMoved, e.By, nil, func(f *Fact) {
		f.Reason = e.Reason
		f.Args = map[string]any{
			"opened_at": before.OpensAt, "closed_at": before.ClosesAt,
			"opens_at": e.Window.OpensAt, "closes_at": e.Window.ClosesAt,
		}
	})
	return nil
}

// StartPractice is the Event of a practice run 模拟考试 (R26): the whole flow
// with a made-up item; no attempt spent, nothing kept after a day. While one
// runs, on this device or another, starting again changes nothing (R10).
type StartPractice struct {
	AttemptID    string
	Device       string
	Item         ItemSpec
	OtherRunning bool
	Pick         func(n int) int
}

func (e StartPractice) apply(a *act) error {
	running := func(p Attempt) bool { return p.State == Running }
	if a.order.FindAttempt(e.AttemptID) != nil || slices.ContainsFunc(a.order.Practice, running) {
		return nil
	}
	last := a.order.current()
	switch {
	case a.order.disqualification() != nil:
		return refusal.New(Disqualified)
	case last != nil && last.State == Running:
		return refusal.New(AttemptRunning)
	case e.OtherRunning:
		return refusal.New(OtherOrderRunning)
	case !a.now.Before(a.order.Window.ClosesAt):
		return refusal.New(WindowClosed, "closed_at", a.order.Window.ClosesAt)
	}
	a.erasePractice(func(Attempt) bool { return true })
	limit := a.rules.Limit(a.order.Grade)
	a.order.Practice = append(a.order.Practice, Attempt{
		ID:        e.AttemptID,
		Number:    0,
		State:     Running,
		StartedAt: a.now,
		Deadline:  a.now.Add(limit),
		Limit:     limit,
		Code:      drawCode(nil, e.Pick),
		Device:    e.Device,
		Items:     []Item{{ID: "1", Name: e.Item.Name, Kind: e.Item.Kind, Piece: e.Item.Piece}},
	})
	a.happened(FactPracticeStarted, candidate(), &a.order.Practice[0], nil)
	return nil
}

// erasePractice removes the practice runs that match, with their clips.
func (a *act) erasePractice(match func(Attempt) bool) {
	for i := range a.order.Practice {
		run := &a.order.Practice[i]
		if match(*run) {
			a.removeClips(run, system())
			a.happened(FactPracticeErased, system(), run, nil)
		}
	}
	a.order.Practice = slices.DeleteFunc(a.order.Practice, match)
}
