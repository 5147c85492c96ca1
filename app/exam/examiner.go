package exam

import (
	"time"

	"kaodian/app/base/refusal"
)

// CheckExaminer refuses an examiner a clip that is not theirs to look at (R21):
// they see what counts of final orders, and of an order in a batch.
func (o Order) CheckExaminer(clipID string, r Rules, now time.Time) error {
	attempt, _ := o.FindClip(clipID)
	switch {
	case attempt == nil || o.IsPractice(attempt.ID) || !attempt.Travels(now) && attempt.StateAt(now) != Running:
		return refusal.New(refusal.NotFound)
	case o.SealedAt.IsZero() && !o.IsFinal(r, now):
		return refusal.New(OrderNotFinal)
	}
	return nil
}
