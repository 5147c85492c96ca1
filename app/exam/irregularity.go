package exam

import (
	"slices"
	"time"

	"kaodian/app/base/refusal"
)

// Irregularity 异常记录 is what went wrong at an order, before, in or after an
// attempt, as a person noted it (R31). It decides nothing: a decision is R20's.
type Irregularity struct {
	ID        string
	AttemptID string // "" of the order as a whole
	ClipID    string // "" of no clip
	Category  string
	Remark    string // what was seen, in the person's words
	By        Actor
	At        time.Time
	UndoneAt  time.Time // zero while it stands
}

// maxIrregularities bounds what is noted of one order: a batch takes 200 rows.
const maxIrregularities = 100

// IrregularityCategory is a kind of irregularity.
type IrregularityCategory struct {
	Name string // translated, so none is ever renamed
	// Suspicion says that somebody may have done wrong. The candidate is told of
	// what happened to them, and of a suspicion only by a decision (R20).
	Suspicion bool
	// OfClip says that it is about a clip, as an examiner notes it; the desk has
	// other ways to say what is wrong with one.
	OfClip bool
}

// Unmarkable is the category of a clip that an examiner cannot mark (R21).
const Unmarkable = "unmarkable"

// irregularityCategories are in the order in which a page offers them.
var irregularityCategories = []IrregularityCategory{
	{Name: "power_cut"},
	{Name: "network"},
	{Name: "device"},
	{Name: "instrument"},
	{Name: "noise"},
	{Name: "unwell"},
	{Name: "late"},
	{Name: "wrong_paper"},
	{Name: Unmarkable, OfClip: true},
	{Name: "not_candidate", Suspicion: true},
	{Name: "other_person", Suspicion: true},
	{Name: "prompted", Suspicion: true},
	{Name: "edited", Suspicion: true},
	{Name: "cheating", Suspicion: true},
	{Name: "disorder", Suspicion: true},
	{Name: "other", Suspicion: true},
}

// IrregularityCategories are the categories, in the order in which a page
// offers them.
func IrregularityCategories() []IrregularityCategory { return slices.Clone(irregularityCategories) }

// CannotMark is the Event of an examiner who cannot mark a clip: it waits for the
// desk, which decides (R20), reopens (R22) or takes the irregularity back.
type CannotMark struct {
	ID     string
	ClipID string
	Reason string // the candidate reads it
	By     Actor
}

func (e CannotMark) apply(a *act) error {
	if err := CheckReason(e.Reason); err != nil {
		return err
	}
	attempt, item := a.order.FindClip(e.ClipID)
	if item == nil || a.order.IsPractice(attempt.ID) {
		return refusal.New(refusal.NotFound)
	}
	if err := a.order.CheckMark(Mark{ItemID: item.ID, By: e.By}, a.rules, a.now); err != nil {
		return err
	}
	if a.order.CannotBeMarked(e.ClipID) != nil {
		return nil // another one said so
	}
	return a.note(Irregularity{ID: e.ID, AttemptID: attempt.ID, ClipID: e.ClipID, Category: Unmarkable, Remark: e.Reason, By: e.By})
}

// CannotBeMarked is what stands of an examiner who cannot mark the clip, nil if
// nothing does.
func (o Order) CannotBeMarked(clipID string) *Irregularity {
	for i, one := range o.Irregularities {
		if one.Category == Unmarkable && one.ClipID == clipID && one.UndoneAt.IsZero() {
			return &o.Irregularities[i]
		}
	}
	return nil
}

// saidUnmarkable says that the item waits for the desk: nobody marked it since an
// examiner said that it cannot be, nor does a mark count that came before.
func (o Order) saidUnmarkable(item Item) bool {
	told := o.CannotBeMarked(item.Clip.ID)
	since := func(m Mark) bool { return m.ItemID == item.ID && !m.At.Before(told.At) }
	return told != nil && !slices.ContainsFunc(o.Marks, since)
}

func irregularityCategory(name string) (IrregularityCategory, bool) {
	i := slices.IndexFunc(irregularityCategories, func(c IrregularityCategory) bool { return c.Name == name })
	if i < 0 {
		return IrregularityCategory{}, false
	}
	return irregularityCategories[i], true
}

// Suspicious says whether a category is one of which the candidate is told only
// by a decision (R20); an unknown one is.
func Suspicious(category string) bool {
	c, known := irregularityCategory(category)
	return !known || c.Suspicion
}

// NoteIrregularity is the Event of a person noting an irregularity (R31), at any
// time: also of an order that is in a batch, which a later batch tells.
type NoteIrregularity struct {
	ID        string
	AttemptID string
	Category  string
	Remark    string
	By        Actor
}

func (e NoteIrregularity) apply(a *act) error {
	if category, known := irregularityCategory(e.Category); !known || category.OfClip {
		return refusal.New(IrregularityUnknown)
	}
	if e.Remark != "" || e.Category == "other" {
		if err := CheckReason(e.Remark); err != nil {
			return err
		}
	}
	attempt := a.order.FindAttempt(e.AttemptID)
	if e.AttemptID != "" && (attempt == nil || a.order.IsPractice(e.AttemptID)) {
		return refusal.New(refusal.NotFound)
	}
	return a.note(Irregularity{ID: e.ID, AttemptID: e.AttemptID, Category: e.Category, Remark: e.Remark, By: e.By})
}

func (a *act) note(i Irregularity) error {
	switch {
	case a.order.irregularity(i.ID) != nil:
		return nil // told again
	case len(a.order.Irregularities) >= maxIrregularities:
		return refusal.New(TooManyNotes, "max", maxIrregularities)
	}
	i.At = a.now
	a.order.Irregularities = append(a.order.Irregularities, i)
	a.noted(FactNoted, i.By, i.Remark, i)
	return nil
}

// UndoIrregularity is the Event of an irregularity taken back, with a reason.
type UndoIrregularity struct {
	ID     string
	By     Actor
	Reason string
}

func (e UndoIrregularity) apply(a *act) error {
	if err := CheckReason(e.Reason); err != nil {
		return err
	}
	known := a.order.irregularity(e.ID)
	switch {
	case known == nil:
		return refusal.New(refusal.NotFound)
	case !known.UndoneAt.IsZero():
		return refusal.New(AlreadyUndone)
	}
	known.UndoneAt = a.now
	a.noted(FactNoteUndone, e.By, e.Reason, *known)
	return nil
}

func (o *Order) irregularity(id string) *Irregularity {
	for i := range o.Irregularities {
		if o.Irregularities[i].ID == id {
			return &o.Irregularities[i]
		}
	}
	return nil
}

func (a *act) noted(kind FactKind, by Actor, reason string, i Irregularity) {
	a.happened(kind, by, a.order.FindAttempt(i.AttemptID), func(f *Fact) {
		f.Reason, f.ClipID = reason, i.ClipID
		f.Args = map[string]any{"irregularity": i.ID, "category": i.Category}
	})
}
