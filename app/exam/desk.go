package exam

import (
	"time"

	"kaodian/app/base/refusal"
)

// What the desk does in a candidate's place, and takes back. Each says what its
// page showed (Seen): of two helpers who act at once one wins, and the other is
// refused with AttemptChanged instead of doing something else than was meant.

// SubmitFor is the Event of staff submitting for a candidate who cannot (R14):
// what holds for the candidate's own submission holds for it, but for the device.
type SubmitFor struct {
	AttemptID string
	By        Actor
	Reason    string
	Seen      AttemptState // "" is not asked for
}

func (e SubmitFor) apply(a *act) error {
	attempt, err := a.actFor(e.AttemptID, e.Reason, e.Seen)
	if err != nil {
		return err
	}
	if attempt.State != Running {
		return refusal.New(AttemptOver, "state", attempt.State)
	}
	return a.submit(attempt, e.By, e.Reason)
}

// ResetFor is the Event of staff resetting in a candidate's name: within the
// limits of R15, and counted as the candidate's own.
type ResetFor struct {
	AttemptID string
	By        Actor
	Reason    string
	Seen      AttemptState // "" is not asked for
	Arriving  bool         // as in ResetAttempt
}

func (e ResetFor) apply(a *act) error {
	attempt, err := a.actFor(e.AttemptID, e.Reason, e.Seen)
	switch {
	case err != nil:
		return err
	case a.order.IsPractice(attempt.ID):
		return refusal.New(refusal.NotFound)
	case attempt.State == Reset:
		return refusal.New(AttemptOver, "state", attempt.State)
	}
	if err := a.mayReset(attempt, e.Arriving); err != nil {
		return err
	}
	a.reset(attempt, e.By, e.Reason)
	return nil
}

// actFor finds the attempt of an act in the candidate's name.
func (a *act) actFor(attemptID, reason string, seen AttemptState) (*Attempt, error) {
	attempt, err := a.staffFind(attemptID, reason)
	if err != nil {
		return nil, err
	}
	if err := asSeen(attempt, seen); err != nil {
		return nil, err
	}
	if a.order.disqualification() != nil {
		return nil, refusal.New(Disqualified)
	}
	return attempt, nil
}

// asSeen refuses an act at an attempt that is not what the desk's page showed.
func asSeen(attempt *Attempt, seen AttemptState) error {
	if seen != "" && seen != attempt.State {
		return refusal.New(AttemptChanged, "state", attempt.State)
	}
	return nil
}

// UndoVoid is the Event of a void taken back: the attempt is again what it
// would be without it, with its clips, as long as nothing was started after it
// and the order is in no batch. A running one whose deadline came meanwhile has
// timed out (R16). Marks that the void took away are given anew.
type UndoVoid struct {
	AttemptID    string
	By           Actor
	Reason       string
	OtherRunning bool // as in Start
}

func (e UndoVoid) apply(a *act) error {
	attempt, err := a.staffFind(e.AttemptID, e.Reason)
	if err != nil {
		return err
	}
	deadline := attempt.Deadline
	if attempt.VoidedFrom == Running {
		deadline = a.deadline(*attempt, attempt.Extra) // the window may have moved meanwhile
	}
	runs := attempt.VoidedFrom == Running && a.now.Before(deadline)
	switch {
	case attempt.State != Voided || attempt.VoidedFrom == "":
		return refusal.New(NotVoided)
	case !a.order.SealedAt.IsZero():
		return refusal.New(OrderSealed)
	case attempt.ID != a.order.Attempts[len(a.order.Attempts)-1].ID:
		return refusal.New(LaterAttempt)
	case runs && e.OtherRunning:
		return refusal.New(OtherOrderRunning)
	}
	if runs { // one at a time, as in Start
		a.erasePractice(func(Attempt) bool { return true })
	}
	attempt.State = attempt.VoidedFrom
	if attempt.State == Running {
		attempt.EndedAt, attempt.Deadline = time.Time{}, deadline
	}
	a.happened(FactVoidUndone, e.By, attempt, func(f *Fact) {
		f.Reason = e.Reason
		f.Args = map[string]any{"back_to": attempt.VoidedFrom}
	})
	a.timeOut(attempt)
	return nil
}

// DeskActs are what the desk may do at an attempt.
type DeskActs struct {
	Submit, Reset, Void, UndoVoid, ExtraTime, Reopen, TakeIn, Disqualify bool
}

// DeskActs says what the desk may do at an attempt now: what is offered is what
// would be taken, but for another order of the person that runs.
func (o Order) DeskActs(r Rules, attemptID string, now time.Time) DeskActs {
	attempt := o.FindAttempt(attemptID)
	if attempt == nil {
		return DeskActs{}
	}
	const reason = "x"
	taken := func(e Event) bool {
		_, _, err := Apply(r, o, e, now)
		return err == nil
	}
	state := attempt.StateAt(now)
	more := taken(GiveExtraTime{ID: "new", AttemptID: attemptID, Duration: time.Minute, Reason: reason})
	return DeskActs{
		Submit:     taken(SubmitFor{AttemptID: attemptID, Reason: reason}),
		Reset:      taken(ResetFor{AttemptID: attemptID, Reason: reason}),
		Void:       taken(Void{AttemptID: attemptID, Reason: reason}),
		UndoVoid:   taken(UndoVoid{AttemptID: attemptID, Reason: reason}),
		ExtraTime:  more && state == Running,
		Reopen:     more && state == AutoSubmitted,
		TakeIn:     len(attempt.Items) > 0 && CheckTakeIn(r, o, attemptID, attempt.Items[0].ID, 1, now) == nil,
		Disqualify: taken(Decide{ID: "new", Kind: Disqualify, Reason: reason, By: Actor{Role: ByStaff}}),
	}
}
