package exam

import (
	"slices"
	"time"
)

// ledger is the small model beside the code: an order rebuilt from its first
// registration and its facts alone, with a countdown of its own.
type ledger struct {
	rules    Rules
	grade    int
	window   Window
	entries  []*entry // attempts, oldest first
	practice []*entry
	against  map[string]bool // disqualifications: pending false, in force true
	sealedAt time.Time
	movedAt  time.Time // the window, last
	answer   ConsentAnswer
	broken   map[string]bool // clips that were looked at and hold no video
}

type entry struct {
	id         string
	practice   bool
	state      AttemptState
	runFrom    time.Time     // when the present or last run began
	allowance  time.Duration // of that run
	deadline   time.Time
	endedAt    time.Time
	clips      map[string]string // by item
	revealedAt time.Time
	voidedFrom AttemptState
}

func newLedger(r Rules, o Order) *ledger {
	return &ledger{rules: r, grade: o.Grade, window: o.Window, against: map[string]bool{}, broken: map[string]bool{}, answer: o.Consent.Answer}
}

// look takes in what an examination found.
func (l *ledger) look(e Looked) {
	if l.sealedAt.IsZero() {
		l.broken[e.ClipID] = e.Broken
	}
}

// videos counts the clips that may be videos.
func (l *ledger) videos(e *entry) int {
	count := 0
	for _, clip := range e.clips {
		if !l.broken[clip] {
			count++
		}
	}
	return count
}

// write takes one fact in.
func (l *ledger) write(f Fact) {
	e := l.find(f.AttemptID)
	switch f.Kind {
	case FactAttemptStarted:
		l.entries = append(l.entries, l.begin(f, false))
	case FactPracticeStarted:
		l.practice = append(l.practice, l.begin(f, true))
	case FactPracticeErased:
		l.practice = slices.DeleteFunc(l.practice, func(p *entry) bool { return p == e })
	case FactCodeRevealed:
		e.revealedAt = f.At
	case FactTimedOut:
		e.end(AutoSubmitted, f.At)
	case FactSubmitted:
		e.end(Submitted, f.At)
	case FactReset:
		e.end(Reset, f.At)
	case FactVoided:
		e.voidedFrom = f.Args["before"].(AttemptState)
		e.end(Voided, f.At)
	case FactVoidUndone:
		e.state = e.voidedFrom
		if e.state == Running {
			e.endedAt = time.Time{}
			l.aim(e)
		}
	case FactExtraTime:
		e.allowance += seconds(f)
		l.aim(e)
	case FactReopened:
		e.state, e.endedAt, e.runFrom, e.allowance = Running, time.Time{}, f.At, seconds(f)
		l.aim(e)
	case FactWindowMoved:
		l.move(f)
	default:
		l.writeRest(f, e)
	}
}

func (l *ledger) writeRest(f Fact, e *entry) {
	switch f.Kind {
	case FactClipReceived, FactClipRestored:
		e.clips[f.Args["item"].(string)] = f.ClipID
	case FactClipRemoved, FactClipSetAside:
		if item := f.Args["item"].(string); e.clips[item] == f.ClipID { // else it stood behind another
			delete(e.clips, item)
		}
	case FactClipMoved:
		e.exchange(f.Args["from"].(string), f.Args["item"].(string))
	case FactDecided:
		if f.Args["kind"] == Disqualify {
			l.against[f.Args["decision"].(string)] = !f.Args["pending"].(bool)
		}
	case FactDecisionConfirm:
		if f.Args["kind"] == Disqualify {
			l.against[f.Args["decision"].(string)] = true
		}
	case FactDecisionUndone:
		delete(l.against, f.Args["decision"].(string))
	case FactSealed:
		l.sealedAt = f.At
	case FactPersonChanged:
		l.answer = ConsentNone
	case FactConsented:
		l.answer = f.Args["answer"].(ConsentAnswer)
	}
}

func seconds(f Fact) time.Duration { return time.Duration(f.Args["seconds"].(int)) * time.Second }

func (l *ledger) begin(f Fact, practice bool) *entry {
	e := &entry{id: f.AttemptID, practice: practice, state: Running, runFrom: f.At, clips: map[string]string{}}
	e.allowance = map[bool]time.Duration{l.grade <= 4: 30 * time.Minute, l.grade >= 8: time.Hour, l.grade > 4 && l.grade < 8: 45 * time.Minute}[true]
	l.aim(e)
	return e
}

// aim sets the deadline of a run: its allowance, cut by the window.
func (l *ledger) aim(e *entry) {
	e.deadline = e.runFrom.Add(e.allowance)
	if !e.practice && l.window.ClosesAt.Before(e.deadline) {
		e.deadline = l.window.ClosesAt
	}
}

func (l *ledger) move(f Fact) {
	l.movedAt = f.At
	l.window = Window{OpensAt: f.Args["opens_at"].(time.Time), ClosesAt: f.Args["closes_at"].(time.Time)}
	for _, e := range l.entries {
		if e.state == Running {
			l.aim(e)
		}
	}
}

func (e *entry) end(state AttemptState, when time.Time) {
	e.state = state
	if e.endedAt.IsZero() {
		e.endedAt = when
	}
}

func (e *entry) exchange(from, to string) {
	one, other := e.clips[from], e.clips[to]
	e.clips[to] = one
	e.clips[from] = other
	if other == "" {
		delete(e.clips, from)
	}
}

func (l *ledger) find(id string) *entry {
	for _, e := range slices.Concat(l.entries, l.practice) {
		if e.id == id {
			return e
		}
	}
	return nil
}

// last is the last attempt that counts, nil if there is none.
func (l *ledger) last() *entry {
	for _, e := range slices.Backward(l.entries) {
		if e.state != Voided {
			return e
		}
	}
	return nil
}

// over says that the run ended, by the clock or by a fact.
func (e *entry) over(now time.Time) bool { return e.state != Running || !now.Before(e.deadline) }

// final is R16 read aloud.
func (l *ledger) final(now time.Time) bool {
	e := l.last()
	switch {
	case e == nil || e.state == Reset:
		return !now.Before(l.window.ClosesAt)
	case e.state == Submitted:
		return true
	case !e.over(now):
		return false
	}
	local := e.deadline.In(shanghai)
	midnight := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, shanghai)
	movedSince := !l.movedAt.Before(e.deadline)
	dayOver := !now.Before(midnight) && l.rules.ResetTimedOut == ResetWithinDay && !movedSince
	windowOver := !now.Before(l.window.ClosesAt)
	graceOver := !now.Before(e.deadline.Add(l.rules.UploadGrace))
	return (dayOver || windowOver) && graceOver
}

// status is R16, R17 and R20 read aloud.
func (l *ledger) status(now time.Time) Status {
	for _, inForce := range l.against {
		if inForce {
			return StatusDisqualified
		}
	}
	e := l.last()
	switch {
	case e == nil || e.state == Reset:
		return l.statusWithoutRun(e, now)
	case e.state == Submitted:
		return StatusSubmitted
	case !e.over(now):
		return StatusRunning
	case l.videos(e) == 0 && l.final(now):
		return StatusForfeited
	}
	return StatusAutoSubmitted
}

func (l *ledger) statusWithoutRun(e *entry, now time.Time) Status {
	switch {
	case now.Before(l.window.OpensAt):
		return StatusWaiting
	case now.Before(l.window.ClosesAt):
		return StatusOpen
	case e == nil:
		return StatusAbsent
	}
	return StatusForfeited
}
