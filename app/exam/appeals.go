package exam

import (
	"slices"

	"kaodian/app/base/refusal"
)

// Appeal 复议 is the Event of an administrator who has an order marked once more, by
// an examiner who did not mark it and sees nothing of the first marks (R21).
type Appeal struct {
	Reason string
	By     Actor
}

func (e Appeal) apply(a *act) error {
	if err := CheckReason(e.Reason); err != nil {
		return err
	}
	if err := a.order.takesMarks(a.rules, a.now); err != nil {
		return err
	}
	if !a.order.Marked() {
		return refusal.New(AppealUnmarked)
	}
	a.happened(FactAppealed, e.By, a.order.current(), func(f *Fact) {
		f.Reason = e.Reason
		f.Args = map[string]any{"level": a.order.Whole()}
	})
	return nil
}

// Whole is the level that counts of the order as a whole, "" before there is one.
func (o Order) Whole() Level {
	if mark := o.countingMark(""); mark != nil {
		return mark.Level
	}
	return ""
}

// ToleranceOf is how many levels the marks of the order may lie apart.
func (r Rules) ToleranceOf(o Order) int {
	if o.ByVoices() {
		return o.Marking.Tolerance
	}
	return r.marking(o.Subject).Tolerance
}

// DecideAppeal is the Event of the level that came of an appeal. It takes the former
// one's place only where it lies beyond the tolerance from it; no mark does later.
type DecideAppeal struct {
	Level     Level
	Former    Level
	Tolerance int
	Reason    string // of the appeal
	By        Actor  // the examiner
}

// Changes says whether the result changes.
func (e DecideAppeal) Changes() bool { return apart([]Level{e.Level, e.Former}) > e.Tolerance }

func (e DecideAppeal) apply(a *act) error {
	if e.Changes() {
		a.order.Marks = slices.DeleteFunc(a.order.Marks, func(m Mark) bool { return m.Round == ChairRound })
		a.order.Marks = append(a.order.Marks, Mark{Level: e.Level, Remarks: e.Reason, By: e.By, At: a.now, Round: ChairRound})
	}
	a.happened(FactAppealDecided, e.By, a.order.current(), func(f *Fact) {
		f.Args = map[string]any{"level": e.Level, "former": e.Former, "changed": e.Changes()}
	})
	return nil
}
