package exam

import (
	"slices"
	"time"

	"kaodian/app/base/refusal"
)

// Recusal 回避 says that an examiner does not mark an order: the examiner knows
// the candidate, or staff took the order from the examiner.
type Recusal struct {
	Examiner string
	Reason   string
	By       Actor
	At       time.Time
}

// IsRecused says whether the examiner is not to mark the order.
func (o Order) IsRecused(examiner string) bool {
	return slices.ContainsFunc(o.Recusals, func(r Recusal) bool { return r.Examiner == examiner })
}

// Recuse is the Event of an examiner being taken off an order, by the examiner
// or by staff. What the examiner gave there counts no more, and another one may
// begin; what is in a batch cannot be taken back.
type Recuse struct {
	Examiner string
	Reason   string
	By       Actor
}

func (e Recuse) apply(a *act) error {
	if err := CheckReason(e.Reason); err != nil {
		return err
	}
	theirs := func(m Mark) bool { return m.By.Name == e.Examiner && m.Round != ChairRound }
	switch {
	case e.Examiner == "":
		return refusal.New(refusal.NotFound)
	case a.order.IsRecused(e.Examiner):
		return nil // told again
	case !a.order.SealedAt.IsZero() && slices.ContainsFunc(a.order.Marks, theirs):
		return refusal.New(OrderSealed)
	case a.order.Chair() != nil && slices.ContainsFunc(a.order.Marks, theirs):
		return refusal.New(MarkSettled) // nobody could take the seat: the chair decides anew
	}
	a.order.Marks = slices.DeleteFunc(a.order.Marks, theirs)
	a.order.Recusals = append(a.order.Recusals, Recusal{Examiner: e.Examiner, Reason: e.Reason, By: e.By, At: a.now})
	a.recused(FactRecused, e.By, e.Examiner, e.Reason)
	return nil
}

func (a *act) recused(kind FactKind, by Actor, examiner, reason string) {
	a.happened(kind, by, nil, func(f *Fact) {
		f.Reason = reason
		f.Args = map[string]any{"examiner": examiner}
	})
}

// Readmit is the Event of staff letting an examiner mark the order again.
type Readmit struct {
	Examiner string
	Reason   string
	By       Actor
}

func (e Readmit) apply(a *act) error {
	if err := CheckReason(e.Reason); err != nil {
		return err
	}
	if !a.order.IsRecused(e.Examiner) {
		return nil // told again
	}
	a.order.Recusals = slices.DeleteFunc(a.order.Recusals, func(r Recusal) bool { return r.Examiner == e.Examiner })
	a.recused(FactReadmitted, e.By, e.Examiner, e.Reason)
	return nil
}
