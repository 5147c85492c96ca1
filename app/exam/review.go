package exam

import (
	"slices"
	"time"

	"kaodian/app/base/refusal"
)

// Part is a part of the announcement 报幕 (R33).
type Part string

// The parts, in the order in which they are said.
const (
	PartName    Part = "name"
	PartCode    Part = "code"
	PartSubject Part = "subject"
	PartGrade   Part = "grade"
	PartPiece   Part = "piece"
)

// Parts are all parts of the announcement.
var Parts = []Part{PartName, PartCode, PartSubject, PartGrade, PartPiece}

// Heard is what a reviewer heard of a part of the announcement.
type Heard string

// What can be heard; "" takes a tick back.
const (
	HeardWell  Heard = "heard"
	HeardWrong Heard = "wrong"
	NotHeard   Heard = "not_heard"
)

// Hearing is one tick: a part of the announcement, as somebody heard it.
type Hearing struct {
	Part  Part
	Heard Heard
	By    Actor
	At    time.Time
}

// Departure is a departure from the recording requirements that a person
// marked in a clip (R32).
type Departure struct {
	ID       string
	Category string
	Moment   *time.Duration // from the clip's start, nil for the whole clip
	Remark   string
	By       Actor
	At       time.Time
}

// HearAnnouncement is the Event of a reviewer's tick; a later one of anybody
// takes its place (R33).
type HearAnnouncement struct {
	ClipID string
	Part   Part
	Heard  Heard // "" takes the tick back
	By     Actor
}

func (e HearAnnouncement) apply(a *act) error {
	attempt, item, err := a.review(e.ClipID)
	switch {
	case err != nil:
		return err
	case !slices.Contains(Parts, e.Part) || !slices.Contains([]Heard{"", HeardWell, HeardWrong, NotHeard}, e.Heard):
		return refusal.New(refusal.NotFound)
	}
	clip := item.Clip
	before := clip.HeardOf(e.Part)
	if before == e.Heard {
		return nil
	}
	clip.Hearings = slices.DeleteFunc(clip.Hearings, func(h Hearing) bool { return h.Part == e.Part })
	if e.Heard != "" {
		clip.Hearings = append(clip.Hearings, Hearing{Part: e.Part, Heard: e.Heard, By: e.By, At: a.now})
	}
	a.happened(FactHeard, e.By, attempt, func(f *Fact) {
		f.ClipID = e.ClipID
		f.Args = map[string]any{"part": e.Part, "heard": e.Heard, "before": before}
	})
	return nil
}

// HearRest is the Event of one answer to every part that nobody ticked yet: what
// is ticked stays, whatever the reviewer's page showed (R33).
type HearRest struct {
	ClipID string
	Heard  Heard
	By     Actor
}

func (e HearRest) apply(a *act) error {
	_, item, err := a.review(e.ClipID)
	if err != nil {
		return err
	}
	for _, part := range Parts {
		if item.Clip.HeardOf(part) != "" {
			continue
		}
		if err := (HearAnnouncement{ClipID: e.ClipID, Part: part, Heard: e.Heard, By: e.By}).apply(a); err != nil {
			return err
		}
	}
	return nil
}

// HeardOf is what was heard of a part, "" while nobody ticked it.
func (c Clip) HeardOf(part Part) Heard {
	for _, h := range c.Hearings {
		if h.Part == part {
			return h.Heard
		}
	}
	return ""
}

// MarkDeparture is the Event of a departure being marked (R32).
type MarkDeparture struct {
	ID       string
	ClipID   string
	Category string
	Moment   *time.Duration
	Remark   string
	By       Actor
}

func (e MarkDeparture) apply(a *act) error {
	attempt, item, err := a.review(e.ClipID)
	if err != nil {
		return err
	}
	switch {
	case !slices.Contains(Categories(a.order.Subject), e.Category):
		return refusal.New(CategoryUnknown)
	case slices.ContainsFunc(item.Clip.Departures, func(d Departure) bool { return d.ID == e.ID }):
		return nil // told again
	}
	departure := Departure{ID: e.ID, Category: e.Category, Moment: e.Moment, Remark: e.Remark, By: e.By, At: a.now}
	item.Clip.Departures = append(item.Clip.Departures, departure)
	a.departed(FactDeparture, attempt, e.ClipID, departure, e.By)
	return nil
}

// departed notes a departure with its remark, which travels here only.
func (a *act) departed(kind FactKind, attempt *Attempt, clipID string, d Departure, by Actor) {
	a.happened(kind, by, attempt, func(f *Fact) {
		f.ClipID = clipID
		f.Reason = d.Remark
		f.Args = map[string]any{"departure": d.ID, "category": d.Category}
		if d.Moment != nil {
			f.Args["clip_ms"] = d.Moment.Milliseconds()
		}
	})
}

// WithdrawDeparture is the Event that takes a marked departure back.
type WithdrawDeparture struct {
	ID     string
	ClipID string
	By     Actor
}

func (e WithdrawDeparture) apply(a *act) error {
	attempt, item, err := a.review(e.ClipID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(item.Clip.Departures, func(d Departure) bool { return d.ID == e.ID })
	if i < 0 {
		return nil // told again
	}
	withdrawn := item.Clip.Departures[i]
	item.Clip.Departures = slices.Delete(item.Clip.Departures, i, i+1)
	a.departed(FactDepartureUndone, attempt, e.ClipID, withdrawn, e.By)
	return nil
}

// review returns the clip's place, if it can be reviewed now.
func (a *act) review(clipID string) (*Attempt, *Item, error) {
	attempt, item := a.order.FindClip(clipID)
	if item == nil || a.order.IsPractice(attempt.ID) {
		return nil, nil, refusal.New(refusal.NotFound)
	}
	if err := a.order.Reviewable(a.rules, a.now); err != nil {
		return nil, nil, err
	}
	if !attempt.Travels(a.now) {
		return nil, nil, refusal.New(AttemptOver, "state", attempt.State)
	}
	return attempt, item, nil
}

// Reviewable refuses an order whose clips cannot be ticked and marked, because
// they may still change: one that is not final (R16). That its records are in
// a batch is no reason: what is said later is a later fact (R31).
func (o Order) Reviewable(r Rules, now time.Time) error {
	if o.SealedAt.IsZero() && !o.IsFinal(r, now) {
		return refusal.New(OrderNotFinal)
	}
	return nil
}

// Ticked says that every part of the announcement was ticked (R33).
func (c Clip) Ticked() bool { return len(c.Hearings) == len(Parts) }

// WaitsForReview says that a final order is not sealed yet: its clips are not
// all ticked or the whole is not marked, and the time for that is not over. So
// most orders travel with their marks, once.
func (o Order) WaitsForReview(r Rules, now time.Time) bool {
	last := o.current()
	final, known := o.FinalAt(r, now)
	switch {
	case !o.SealedAt.IsZero() || !known || !now.Before(final.Add(r.ReviewTime)):
		return false
	case last == nil || !last.Travels(now) || last.Clips() == 0 || o.disqualification() != nil:
		return false // there is nothing to review
	}
	return !o.reviewed(*last)
}

func (o Order) reviewed(a Attempt) bool {
	for _, item := range a.Items {
		if o.mayMarkItem(&item) == nil && !item.Clip.Ticked() {
			return false
		}
	}
	return o.Marked()
}
