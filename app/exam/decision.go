package exam

import (
	"slices"
	"time"

	"kaodian/app/base/refusal"
)

// Decision is what a person decided about a clip or an order, with a reason
// (R20). Nobody is failed by a machine.
type Decision struct {
	ID          string
	Kind        DecisionKind
	ClipID      string // for an invalid clip
	Reason      string
	By          Actor
	At          time.Time
	Pending     bool // reported by the centre, not yet confirmed by the province
	UndoneAt    time.Time
	ConfirmedAt time.Time
}

// DecisionKind is what was decided.
type DecisionKind string

// The kinds: 视频无效 (the item is not marked) and 取消考级资格 (cheating).
const (
	ClipInvalid DecisionKind = "clip_invalid"
	Disqualify  DecisionKind = "disqualified"
)

// InForce says whether the decision holds: confirmed where it has to be, and
// not undone.
func (d Decision) InForce() bool { return !d.Pending && d.UndoneAt.IsZero() }

// disqualification is the decision in force that disqualifies the order, nil
// if there is none.
func (o *Order) disqualification() *Decision {
	for i, d := range o.Decisions {
		if d.Kind == Disqualify && d.InForce() {
			return &o.Decisions[i]
		}
	}
	return nil
}

// InvalidClip is the decision in force against the clip, nil if there is none.
func (o Order) InvalidClip(clipID string) *Decision {
	for i, d := range o.Decisions {
		if d.Kind == ClipInvalid && d.ClipID == clipID && d.InForce() {
			return &o.Decisions[i]
		}
	}
	return nil
}

// decided is the equal decision in force, nil if there is none.
func (o *Order) decided(kind DecisionKind, clipID string, pending bool) *Decision {
	for i, d := range o.Decisions {
		equal := d.Kind == kind && (kind == Disqualify || d.ClipID == clipID)
		if equal && (d.InForce() || pending && d.UndoneAt.IsZero()) {
			return &o.Decisions[i]
		}
	}
	return nil
}

// Decide is the Event of a decision; AlreadyDecided if an equal one is in force,
// or is reported as this one would be: its undo would leave this one. All orders of a person are disqualified
// by one Decide each, in one transaction.
type Decide struct {
	ID     string
	Kind   DecisionKind
	ClipID string
	Reason string
	By     Actor
}

func (e Decide) apply(a *act) error {
	if err := CheckReason(e.Reason); err != nil {
		return err
	}
	if a.order.hasDecision(e.ID) {
		return nil // told again; a second of its id could never be undone
	}
	switch e.Kind {
	case Disqualify:
	case ClipInvalid:
		if _, item := a.order.FindClip(e.ClipID); item == nil {
			return refusal.New(refusal.NotFound)
		}
	default:
		return refusal.New(DecisionInvalid)
	}
	pending := a.rules.ProvinceDecides && e.By.Role != ByProvince
	if holds := a.order.decided(e.Kind, e.ClipID, pending); holds != nil {
		return refusal.New(AlreadyDecided, "decision", holds.ID)
	}
	a.order.Decisions = append(a.order.Decisions, Decision{
		ID:      e.ID,
		Kind:    e.Kind,
		ClipID:  e.ClipID,
		Reason:  e.Reason,
		By:      e.By,
		At:      a.now,
		Pending: pending,
	})
	a.decided(FactDecided, e.By, e.Reason, a.order.Decisions[len(a.order.Decisions)-1])
	return nil
}

func (o *Order) hasDecision(id string) bool {
	return slices.ContainsFunc(o.Decisions, func(d Decision) bool { return d.ID == id })
}

func (a *act) decided(kind FactKind, by Actor, reason string, d Decision) {
	a.happened(kind, by, nil, func(f *Fact) {
		f.Reason = reason
		f.ClipID = d.ClipID
		f.Args = map[string]any{"decision": d.ID, "kind": d.Kind, "pending": d.Pending}
	})
}

// ConfirmDecision is the Event of the province confirming a centre's report
// (R20); nobody else can.
type ConfirmDecision struct {
	ID     string
	By     Actor
	Reason string
}

func (e ConfirmDecision) apply(a *act) error {
	decision, err := a.findDecision(e.ID)
	if err != nil {
		return err
	}
	switch {
	case e.By.Role != ByProvince:
		return refusal.New(RoleNotAllowed)
	case !decision.Pending:
		return refusal.New(AlreadyConfirmed)
	}
	decision.Pending = false
	decision.ConfirmedAt = a.now
	a.decided(FactDecisionConfirm, e.By, e.Reason, *decision)
	return nil
}

// UndoDecision is the Event that takes a decision back; the order is again
// what it would be without it (R20).
type UndoDecision struct {
	ID     string
	By     Actor
	Reason string
}

func (e UndoDecision) apply(a *act) error {
	if err := CheckReason(e.Reason); err != nil {
		return err
	}
	decision, err := a.findDecision(e.ID)
	if err != nil {
		return err
	}
	decision.UndoneAt = a.now
	a.decided(FactDecisionUndone, e.By, e.Reason, *decision)
	return nil
}

func (a *act) findDecision(id string) (*Decision, error) {
	for i := range a.order.Decisions {
		if a.order.Decisions[i].ID != id {
			continue
		}
		if !a.order.Decisions[i].UndoneAt.IsZero() {
			return nil, refusal.New(AlreadyUndone)
		}
		return &a.order.Decisions[i], nil
	}
	return nil, refusal.New(refusal.NotFound)
}

// DisqualifiedFor is the reason of the disqualification in force, which the
// candidate sees (R20), or "".
func (o Order) DisqualifiedFor() string {
	if d := o.disqualification(); d != nil {
		return d.Reason
	}
	return ""
}
