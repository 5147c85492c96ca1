package exam

import (
	"strings"
	"time"
	"unicode/utf8"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
)

// Start is the Event with which an attempt begins (R7). Starting again while
// this order's attempt runs, or after the attempt of that id ended, changes
// nothing and is no error (R10).
type Start struct {
	AttemptID    string // the id the attempt gets
	Device       string
	Agreed       bool
	RulesVersion string // the version the candidate agreed to
	CurrentRules string // the version in force (R6)
	// OtherRunning says that another order of the person has a running
	// attempt: one at a time over all orders (R7).
	OtherRunning bool
	Draw         Draw
	// MayBe is the other moment that it may be, while the date is in doubt; an
	// attempt may start too in a window that holds it. Zero else.
	MayBe time.Time
}

func (e Start) apply(a *act) error {
	last := a.order.current()
	if last != nil && last.State == Running || a.order.FindAttempt(e.AttemptID) != nil {
		return nil
	}
	if err := a.mayStart(e); err != nil {
		return err
	}
	items, err := e.Draw.items(*a.order)
	if err != nil {
		return err
	}
	a.erasePractice(func(Attempt) bool { return true })
	a.order.Attempts = append(a.order.Attempts, a.begin(e, items))
	started := &a.order.Attempts[len(a.order.Attempts)-1]
	a.happened(FactAttemptStarted, candidate(), started, func(f *Fact) {
		f.Args = map[string]any{
			"number":        started.Number,
			"deadline":      started.Deadline,
			"rules_version": e.RulesVersion,
			"questions":     drawnIDs(items),
		}
	})
	return nil
}

func (a *act) begin(e Start, items []Item) Attempt {
	limit := a.rules.Limit(a.order.Grade)
	return Attempt{
		ID:           e.AttemptID,
		Number:       len(a.order.Attempts) + 1,
		State:        Running,
		StartedAt:    a.now,
		Deadline:     earlier(a.now.Add(limit), a.order.Window.ClosesAt),
		Limit:        limit,
		Code:         e.Draw.code(*a.order),
		Device:       e.Device,
		RulesVersion: e.RulesVersion,
		Items:        items,
	}
}

func (a *act) mayStart(e Start) error {
	if a.order.disqualification() != nil {
		return refusal.New(Disqualified)
	}
	if err := a.mayStartNow(e.OtherRunning, e.MayBe); err != nil {
		return err
	}
	switch {
	case !e.Agreed:
		return refusal.New(RulesNotAgreed)
	case e.RulesVersion != e.CurrentRules:
		return refusal.New(RulesChanged, "rules_version", e.CurrentRules)
	case a.order.Consent.Answer == ConsentNone:
		return refusal.New(ConsentMissing)
	case a.rules.PracticeFirst && a.order.PracticedAt.IsZero():
		return refusal.New(PracticeFirst)
	}
	return nil
}

// mayStartNow are R7's conditions of time and number.
func (a *act) mayStartNow(otherRunning bool, mayBe time.Time) error {
	if last := a.order.current(); last != nil {
		switch last.State {
		case Submitted:
			return refusal.New(OrderSubmitted)
		case AutoSubmitted:
			return refusal.New(AttemptNotReset)
		}
	}
	switch {
	case !a.order.SealedAt.IsZero():
		return refusal.New(OrderSealed)
	case a.now.Before(a.order.Window.OpensAt) && !a.order.Window.Contains(mayBe):
		return refusal.New(WindowNotOpen, "opens_at", a.order.Window.OpensAt)
	case !a.now.Before(a.order.Window.ClosesAt):
		return refusal.New(WindowClosed, "closed_at", a.order.Window.ClosesAt)
	case a.order.AttemptsUsed() >= a.rules.MaxAttempts:
		return refusal.New(AttemptsUsedUp, "max_attempts", a.rules.MaxAttempts)
	case otherRunning:
		return refusal.New(OtherOrderRunning)
	}
	return nil
}

// Consented is the Event of an answer to the question about face recognition (R25).
type Consented struct {
	Face     bool
	Guardian string
	By       Actor
	Paper    string // SHA-256 of the scan of a consent on paper, "" for one on a page
}

// maxGuardian is how many letters a guardian's name has at most.
const maxGuardian = 64

func (e Consented) apply(a *act) error {
	e.Guardian = strings.TrimSpace(e.Guardian)
	if !a.order.SealedAt.IsZero() && (e.Face || a.order.Consent.Answer == ConsentNone) {
		return refusal.New(OrderSealed) // what was sent was sent under the answer given then; that can only be withdrawn
	}
	if err := text.CheckLine(e.Guardian); err != nil {
		return err
	}
	if utf8.RuneCountInString(e.Guardian) > maxGuardian {
		return refusal.New(text.Invalid)
	}
	if e.Face && text.Blank(e.Guardian) && a.order.GuardianRequired(a.rules, a.now) {
		return refusal.New(GuardianMissing)
	}
	answer := ConsentDeclined
	if e.Face {
		answer = ConsentGiven
	}
	if a.order.Consent.Answer == answer && a.order.Consent.Guardian == e.Guardian && e.Paper == "" {
		return nil // said again
	}
	a.order.Consent = Consent{Answer: answer, Guardian: e.Guardian, At: a.now}
	a.happened(FactConsented, e.By, nil, func(f *Fact) {
		f.Args = map[string]any{"answer": answer}
		if e.Paper != "" {
			f.Args["paper"] = e.Paper
		}
	})
	return nil
}

// ChangePerson is the Event of a corrected order list that names another
// person before any attempt: the answer about face recognition and the
// practice runs were not this person's (R25, R26).
type ChangePerson struct{}

func (ChangePerson) apply(a *act) error {
	if len(a.order.Attempts) > 0 {
		return refusal.New(PersonChanged)
	}
	a.order.Consent = Consent{}
	a.order.PracticedAt = time.Time{}
	if seen := a.order.CheckedIn(); seen != nil {
		seen.UndoneAt = a.now // another person was at the desk
	}
	a.erasePractice(func(Attempt) bool { return true })
	a.happened(FactPersonChanged, system(), nil, nil)
	return nil
}

// Acknowledge is the Event 我知道了, which reveals the exam code (R8).
type Acknowledge struct{ AttemptID string }

func (e Acknowledge) apply(a *act) error {
	attempt, err := a.findRunning(e.AttemptID)
	if err != nil || !attempt.AcknowledgedAt.IsZero() {
		return err
	}
	attempt.AcknowledgedAt = a.now
	a.happened(FactCodeRevealed, candidate(), attempt, nil)
	return nil
}

// TakeOver is the Event 在此设备继续考试: uploading, submitting and resetting pass
// to the device (R10).
type TakeOver struct{ AttemptID, Device string }

func (e TakeOver) apply(a *act) error {
	attempt, err := a.find(e.AttemptID)
	if err != nil {
		return err
	}
	if attempt.State != Running && attempt.State != AutoSubmitted {
		return refusal.New(AttemptOver, "state", attempt.State)
	}
	if attempt.Device == e.Device {
		return nil
	}
	attempt.Device = e.Device
	a.happened(FactTakenOver, candidate(), attempt, nil)
	return nil
}

// practiceKept is how long a practice run and its clips stay at most (R26).
const practiceKept = 24 * time.Hour
