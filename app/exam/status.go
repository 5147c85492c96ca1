package exam

import "time"

// Status is the contract's status of an order.
type Status string

// The statuses; absent is 缺考 and forfeited 自动弃权 (R17).
const (
	StatusWaiting       Status = "waiting"
	StatusOpen          Status = "open"
	StatusRunning       Status = "running"
	StatusSubmitted     Status = "submitted"
	StatusAutoSubmitted Status = "auto_submitted"
	StatusAbsent        Status = "absent"
	StatusForfeited     Status = "forfeited"
	StatusDisqualified  Status = "disqualified"
)

// Statuses are all of them, those that are over first.
func Statuses() []Status {
	return []Status{StatusSubmitted, StatusAutoSubmitted, StatusAbsent, StatusForfeited, StatusDisqualified, StatusRunning, StatusOpen, StatusWaiting}
}

// Status is derived from the order and now; nothing has to be written down
// for it to be true.
func (o Order) Status(r Rules, now time.Time) Status {
	if o.disqualification() != nil {
		return StatusDisqualified
	}
	last := o.current()
	if last != nil && last.State != Reset {
		return o.statusOf(*last, r, now)
	}
	switch {
	case now.Before(o.Window.OpensAt):
		return StatusWaiting
	case now.Before(o.Window.ClosesAt):
		return StatusOpen
	case last == nil:
		return StatusAbsent
	}
	return StatusForfeited
}

func (o Order) statusOf(last Attempt, r Rules, now time.Time) Status {
	switch last.StateAt(now) {
	case Running:
		return StatusRunning
	case Submitted:
		return StatusSubmitted
	}
	// Nothing can reopen a final order, so a timed-out attempt without a
	// whole clip is forfeited from then on (R17).
	if last.Videos() == 0 && o.IsFinal(r, now) {
		return StatusForfeited
	}
	return StatusAutoSubmitted
}

// FinalAt is when the order is or becomes final (R16); false while an
// attempt runs, because its end is not known yet.
func (o Order) FinalAt(r Rules, now time.Time) (time.Time, bool) {
	last := o.current()
	if last == nil || last.State == Reset {
		return o.Window.ClosesAt, true
	}
	switch last.StateAt(now) {
	case Submitted:
		return last.EndedAt, true
	case AutoSubmitted:
		return later(o.resetEnd(r, *last), last.Deadline.Add(r.UploadGrace)), true
	}
	return time.Time{}, false
}

// IsFinal says that only final orders' acts are left: marking and sending (R16).
func (o Order) IsFinal(r Rules, now time.Time) bool {
	at, known := o.FinalAt(r, now)
	return known && !now.Before(at)
}

// resetEnd is the first moment at which a timed-out attempt cannot be reset
// any more: the end of its deadline's day or the window's close (R15). Who
// moves the window after the timeout opens all of the new one to it (R16).
func (o Order) resetEnd(r Rules, a Attempt) time.Time {
	if r.ResetTimedOut == ResetWithinWindow || !o.WindowMovedAt.Before(a.Deadline) {
		return o.Window.ClosesAt
	}
	return earlier(r.dayEnd(a.Deadline), o.Window.ClosesAt)
}

// ResetsUsed counts the resets of the order (R15).
func (o Order) ResetsUsed() int { return len(o.Attempts) - o.countNot(Reset) }

// ResetsLeft is how many resets the candidate still has, 0 when none can be
// made any more (R14, R15, R17).
func (o Order) ResetsLeft(r Rules, now time.Time) int {
	left := max(0, r.MaxResets()-o.ResetsUsed())
	last := o.current()
	switch {
	case o.disqualification() != nil, !now.Before(o.Window.ClosesAt):
		return 0
	case last == nil || last.State == Reset:
		return left
	case last.StateAt(now) == Submitted, o.AttemptsUsed() >= r.MaxAttempts:
		return 0
	case !now.Before(o.resetEnd(r, *last)):
		return 0
	}
	return left
}

// ResetUntil is the first moment at which the running or timed-out attempt
// cannot be reset any more; false where there is nothing to reset.
func (o Order) ResetUntil(r Rules, now time.Time) (time.Time, bool) {
	last := o.current()
	if last == nil || o.ResetsLeft(r, now) == 0 {
		return time.Time{}, false
	}
	switch last.StateAt(now) {
	case Running, AutoSubmitted:
		return o.resetEnd(r, *last), true
	}
	return time.Time{}, false
}

// ShortWindow says that less than the full time is left before the window
// closes, so that the start page can warn (R7).
func (o Order) ShortWindow(r Rules, now time.Time) bool {
	return o.Window.Contains(now) && o.Window.ClosesAt.Sub(now) < r.Limit(o.Grade)
}

// UploadCutoff is the first moment that is too late for the last byte of a
// clip (R13); false when no byte is taken any more: after a submit, a reset
// or a void, or, past the deadline, for an upload not begun before it.
func (a Attempt) UploadCutoff(r Rules, begunAt time.Time) (time.Time, bool) {
	switch a.State {
	case Running, AutoSubmitted:
	default:
		return time.Time{}, false
	}
	if !begunAt.Before(a.Deadline) {
		return time.Time{}, false
	}
	return a.Deadline.Add(r.UploadGrace), true
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
