package exam

import (
	"time"

	"kaodian/app/base/refusal"
)

// Event is something that happens to an order. The events are the structs of
// this package whose docs say «Event».
type Event interface {
	apply(*act) error
}

// Fact is one dated thing that happened to an order (R31): it goes into the
// audit log and travels in the batch.
type Fact struct {
	Kind      FactKind
	At        time.Time
	By        Actor
	Reason    string
	AttemptID string
	ClipID    string
	Args      map[string]any // details that are no personal data
}

// FactKind names what happened.
type FactKind string

// The facts.
const (
	FactConsented       FactKind = "consented"
	FactAttemptStarted  FactKind = "attempt_started"
	FactCodeRevealed    FactKind = "code_revealed"
	FactTakenOver       FactKind = "taken_over"
	FactClipReceived    FactKind = "clip_received"
	FactClipSetAside    FactKind = "clip_set_aside"
	FactClipRestored    FactKind = "clip_restored"
	FactClipRemoved     FactKind = "clip_removed"
	FactClipMoved       FactKind = "clip_moved"
	FactClipPreviewed   FactKind = "clip_previewed"
	FactSubmitted       FactKind = "submitted"
	FactReset           FactKind = "reset"
	FactTimedOut        FactKind = "timed_out"
	FactExtraTime       FactKind = "extra_time"
	FactReopened        FactKind = "reopened"
	FactVoided          FactKind = "voided"
	FactVoidUndone      FactKind = "void_undone"
	FactWindowMoved     FactKind = "window_moved"
	FactPracticeStarted FactKind = "practice_started"
	FactPracticeErased  FactKind = "practice_erased"
	FactPersonChanged   FactKind = "person_changed"
	FactDecided         FactKind = "decided"
	FactDecisionConfirm FactKind = "decision_confirmed"
	FactDecisionUndone  FactKind = "decision_undone"
	FactFreed           FactKind = "media_freed"
	FactSealed          FactKind = "sealed"
	FactHeard           FactKind = "announcement_ticked"
	FactDeparture       FactKind = "departure_marked"
	FactDepartureUndone FactKind = "departure_withdrawn"
	FactMarked          FactKind = "marked"
	FactSettled         FactKind = "marks_settled"
	FactAppealed        FactKind = "appealed"
	FactAppealDecided   FactKind = "appeal_decided"
	FactRecused         FactKind = "examiner_recused"
	FactReadmitted      FactKind = "examiner_readmitted"
	FactNoted           FactKind = "irregularity_noted"
	FactNoteUndone      FactKind = "irregularity_undone"
	FactCheckedIn       FactKind = "checked_in"
	FactCheckInUndone   FactKind = "check_in_undone"
	FactIdentified      FactKind = "identified"

	// Of rows of the board whose phone is not heard, which the store keeps.
	FactRowClosed FactKind = "row_closed"
	FactRowShown  FactKind = "row_shown"

	// Of results, which the store keeps: what of them a candidate sees is published.
	FactResultConfirmed FactKind = "result_confirmed"
	FactResultPublished FactKind = "result_published"
	FactResultWithdrawn FactKind = "result_withdrawn"

	// Of calls for help (R30), which the store keeps.
	FactHelpAsked     FactKind = "help_asked"
	FactHelpAnswered  FactKind = "help_answered"
	FactHelpClosed    FactKind = "help_closed"
	FactHelpWithdrawn FactKind = "help_withdrawn"
)

// Actor is who did it.
type Actor struct {
	Role Role
	Name string // staff account, or "" for the candidate and the system
}

// Role is the kind of actor.
type Role string

// The roles.
const (
	ByCandidate Role = "candidate"
	ByStaff     Role = "staff"
	ByProvince  Role = "province"
	BySystem    Role = "system"
)

// Apply returns the order as it is after the event at now, and what
// happened. Timeouts that came due before now are written down first. A
// refused event returns an *refusal.Error and changes nothing: the order comes back
// as it was given.
func Apply(r Rules, o Order, e Event, now time.Time) (Order, []Fact, error) {
	next := o.Clone()
	a := &act{rules: r, order: &next, now: now}
	a.expire()
	if err := e.apply(a); err != nil {
		return o, nil, err
	}
	return next, a.facts, nil
}

// act is one Apply under way: the order being changed and its facts.
type act struct {
	rules Rules
	order *Order
	now   time.Time
	facts []Fact
}

// happened notes a fact at now; change fills in what is special about it.
func (a *act) happened(kind FactKind, by Actor, attempt *Attempt, change func(*Fact)) {
	fact := Fact{Kind: kind, At: a.now, By: by}
	if attempt != nil {
		fact.AttemptID = attempt.ID
	}
	if change != nil {
		change(&fact)
	}
	a.facts = append(a.facts, fact)
}

func candidate() Actor { return Actor{Role: ByCandidate} }
func system() Actor    { return Actor{Role: BySystem} }

// expire writes down the timeouts that came due, dated to their deadlines (R16).
func (a *act) expire() {
	for _, list := range [][]Attempt{a.order.Attempts, a.order.Practice} {
		for i := range list {
			a.timeOut(&list[i])
		}
	}
}

func (a *act) timeOut(attempt *Attempt) {
	if attempt.State == attempt.StateAt(a.now) {
		return
	}
	attempt.State = AutoSubmitted
	attempt.EndedAt = attempt.Deadline
	if a.order.IsPractice(attempt.ID) && attempt.Videos() > 0 {
		a.order.PracticedAt = attempt.Deadline
	}
	a.happened(FactTimedOut, system(), attempt, func(f *Fact) { f.At = attempt.Deadline })
}

// Tick is the Event of time passing: due timeouts are written down (R16) and
// practice runs older than a day erased (R26), unless they are kept for now.
type Tick struct{ KeepPractice bool }

func (e Tick) apply(a *act) error {
	if e.KeepPractice {
		return nil
	}
	a.erasePractice(func(p Attempt) bool { return !a.now.Before(p.StartedAt.Add(practiceKept)) })
	return nil
}

// find returns the attempt of a candidate's act, or the refusal.
func (a *act) find(attemptID string) (*Attempt, error) {
	attempt := a.order.FindAttempt(attemptID)
	if attempt == nil {
		return nil, refusal.New(refusal.NotFound)
	}
	if a.order.disqualification() != nil {
		return nil, refusal.New(Disqualified)
	}
	return attempt, nil
}

// findRunning is find for acts that need a running attempt.
func (a *act) findRunning(attemptID string) (*Attempt, error) {
	attempt, err := a.find(attemptID)
	if err != nil {
		return nil, err
	}
	if attempt.State != Running {
		return nil, refusal.New(AttemptOver, "state", attempt.State)
	}
	return attempt, nil
}

// requireDevice refuses another device than the one that holds the attempt (R10).
func requireDevice(attempt *Attempt, device string) error {
	if attempt.Device != device {
		return refusal.New(OtherDevice)
	}
	return nil
}
