package exam

import (
	"slices"
	"time"

	"kaodian/app/base/refusal"
)

// Level is what an examiner gives (R21).
type Level string

// The levels 不合格, 合格, 良好 and 优秀.
const (
	LevelFail      Level = "fail"
	LevelPass      Level = "pass"
	LevelGood      Level = "good"
	LevelExcellent Level = "excellent"
)

var levels = []Level{LevelFail, LevelPass, LevelGood, LevelExcellent}

// MissingItem says what an item without a valid clip means for the whole
// order (R21).
type MissingItem string

// The two meanings: the order is marked without it, or is 不合格.
const (
	MissingLeftOut MissingItem = "left_out"
	MissingFails   MissingItem = "fails"
)

// Mark is what one examiner gives one item, or with ItemID "" the order as a
// whole, which has a level and remarks only (R21).
type Mark struct {
	ItemID         string
	Technique      Level // 基本技巧
	Tempo          Level // 速度
	Interpretation Level // 对作品的理解表达
	Level          Level
	Remarks        string
	By             Actor
	At             time.Time
	// Round is whose turn it was: 1 of the first examiner of the order, 1 of every
	// one where a single examiner marks, ChairRound of the chair. 0 is not given yet.
	Round int
}

// complete says that nothing of the mark is left open.
func (m Mark) complete() bool {
	given := []Level{m.Level}
	if m.ItemID != "" {
		given = append(given, m.Technique, m.Tempo, m.Interpretation)
	}
	return !slices.ContainsFunc(given, func(l Level) bool { return !slices.Contains(levels, l) })
}

// Empty says that nothing is said in the mark.
func (m Mark) Empty() bool { return m == Mark{ItemID: m.ItemID, By: m.By, At: m.At, Round: m.Round} }

// Says says whether two marks are the same but for their times and rounds.
func (m Mark) Says(other Mark) bool {
	m.At, m.Round = other.At, other.Round
	return m == other
}

// GiveMark is the Event of an examiner's mark; the examiner's later one takes
// its place, also when the order is in a batch already (R21, R31).
type GiveMark struct {
	Mark
}

func (e GiveMark) apply(a *act) error {
	if err := a.mayMark(e.Mark); err != nil {
		return err
	}
	if len(a.order.Marks) == 0 {
		a.order.Marking = a.rules.marking(a.order.Subject)
	}
	mark := e.Mark
	mark.At, mark.Round = a.now, a.order.roundOf(e.By.Name)
	same := func(m Mark) bool { return m.ItemID == mark.ItemID && m.By == mark.By }
	if i := slices.IndexFunc(a.order.Marks, same); i < 0 {
		a.order.Marks = append(a.order.Marks, mark)
	} else if a.order.Marks[i].Says(mark) {
		return nil // told again
	} else {
		a.order.Marks[i] = mark
	}
	a.happened(FactMarked, e.By, a.order.current(), func(f *Fact) {
		f.Args = map[string]any{
			"item": mark.ItemID, "level": mark.Level,
			"technique": mark.Technique, "tempo": mark.Tempo, "interpretation": mark.Interpretation,
		}
	})
	return nil
}

func (a *act) mayMark(m Mark) error {
	if err := a.order.CheckMark(m, a.rules, a.now); err != nil {
		return err
	}
	switch {
	case !m.complete():
		return refusal.New(MarkIncomplete)
	case m.ItemID == "":
		return a.mayMarkWhole(m)
	}
	return nil
}

// CheckMark refuses what takes no mark of that examiner, whatever it says: neither
// one that is given nor one that is only begun.
func (o Order) CheckMark(m Mark, r Rules, now time.Time) error {
	if err := o.takesMarks(r, now); err != nil {
		return err
	}
	if m.ItemID != "" {
		if err := o.mayMarkItem(o.current().FindItem(m.ItemID)); err != nil {
			return err
		}
	}
	return o.CheckVoice(m.By.Name, r)
}

// takesMarks refuses an order of which nothing is marked (any more).
func (o Order) takesMarks(r Rules, now time.Time) error {
	if err := o.Reviewable(r, now); err != nil {
		return err
	}
	last := o.current()
	switch {
	case o.disqualification() != nil:
		return refusal.New(Disqualified)
	case last == nil || !last.Travels(now):
		return refusal.New(refusal.NotFound)
	}
	return nil
}

// mayMarkItem refuses an item with nothing to mark: nothing was sent, or what
// was is invalid (R20).
func (o Order) mayMarkItem(item *Item) error {
	switch {
	case item == nil:
		return refusal.New(refusal.NotFound)
	case item.Clip == nil:
		return refusal.New(MarkItemMissing)
	case o.InvalidClip(item.Clip.ID) != nil:
		return refusal.New(MarkClipInvalid)
	}
	return nil
}

// mayMarkWhole wants every item marked first, and a missing one counted as the
// setting says (R21).
func (a *act) mayMarkWhole(m Mark) error {
	missing := false
	for _, item := range a.order.current().Items {
		if a.order.mayMarkItem(&item) != nil {
			missing = true
			continue
		}
		if a.order.markOf(item.ID, m.By.Name) == nil {
			return refusal.New(MarkItemsFirst)
		}
	}
	if missing && a.rules.MissingItem == MissingFails && m.Level != LevelFail {
		return refusal.New(MarkMissingFails)
	}
	return nil
}
