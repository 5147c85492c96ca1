package exam

import (
	"slices"
	"time"

	"kaodian/app/base/refusal"
)

// CheckExaminer refuses an examiner a clip that is not theirs to look at (R21):
// they see what counts of final orders, and of an order in a batch, unless they
// are not to mark it.
func (o Order) CheckExaminer(clipID, examiner string, r Rules, now time.Time) error {
	attempt, _ := o.FindClip(clipID)
	switch {
	case attempt == nil || o.IsPractice(attempt.ID) || !attempt.Travels(now) && attempt.StateAt(now) != Running:
		return refusal.New(refusal.NotFound)
	case o.SealedAt.IsZero() && !o.IsFinal(r, now):
		return refusal.New(OrderNotFinal)
	case o.IsRecused(examiner):
		return refusal.New(MarkRecused)
	}
	return nil
}

// Anonymous is the order as an examiner sees it (R21): nothing of it names who
// plays, and of what people wrote and marked the examiner's own is left. What
// people wrote may name the candidate, so others find it with the identity.
func (o Order) Anonymous(examiner string) Order {
	o = o.Clone()
	o.Registration = Registration{Subject: o.Subject, Grade: o.Grade, Window: o.Window, Pieces: o.Pieces}
	o.Consent.Guardian, o.Practice = "", nil
	o.Marks = slices.DeleteFunc(o.Marks, func(m Mark) bool { return m.By.Name != examiner || m.Round == ChairRound })
	o.Recusals = nil
	for i := range o.Decisions {
		o.Decisions[i].Reason = ""
	}
	for i, one := range o.Irregularities {
		if one.By.Name != examiner {
			o.Irregularities[i].Remark = ""
		}
	}
	for _, attempt := range o.Attempts {
		for _, item := range attempt.Items {
			if item.Clip != nil {
				item.Clip.hideFrom(examiner)
			}
		}
	}
	return o
}

func (c *Clip) hideFrom(examiner string) {
	c.Name = "" // a phone names files as its owner likes
	for i, d := range c.Departures {
		if d.By.Name != examiner {
			c.Departures[i].Remark = ""
		}
	}
}

// Anonymous is the fact as an examiner is told of it (R21); false where it is
// not told: what another one marked, and who asked for help for what, were not
// played. Staff's reasons may name the candidate.
func (f Fact) Anonymous(examiner string) (told Fact, ok bool) {
	switch f.Kind {
	case FactMarked, FactRecused:
		ok = f.By.Name == examiner
	case FactHelpAsked, FactHelpAnswered, FactHelpClosed, FactHelpWithdrawn, FactRowClosed, FactRowShown, FactCheckedIn, FactCheckInUndone, FactIdentified,
		FactSettled, FactAppealed, FactAppealDecided, FactReadmitted, FactResultConfirmed, FactResultPublished, FactResultWithdrawn: // whoever marks again knows nothing of the first time
	default:
		ok = true
	}
	f.Reason = ""
	return f, ok
}
