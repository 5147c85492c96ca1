package exam

import (
	"slices"
	"time"

	"kaodian/app/base/refusal"
)

// CheckIn 签到 is that the desk saw a candidate, before the exam or, to identify
// them, after it. It is a fact of
// the order (R31) and a precondition of nothing.
type CheckIn struct {
	ID        string    // made by the device that checked in: told twice it counts once
	At        time.Time // when the ticket was read there
	ArrivedAt time.Time // when the centre was told, later where the device had no line
	By        Actor
	Document  Document  // by which the candidate was identified (R25), "" where not yet or not needed
	UndoneAt  time.Time // zero while it stands
}

// Document is by what the desk identified a candidate (R2, R25).
type Document string

// The documents, in the order in which a page offers them. Of none a number is kept.
const (
	DocumentIDCard    Document = "id_card"
	DocumentHousehold Document = "household_register"
	DocumentPassport  Document = "passport"
	DocumentPermit    Document = "travel_permit"
	DocumentSchool    Document = "school_card"
)

// Documents are all of them.
func Documents() []Document {
	return []Document{DocumentIDCard, DocumentHousehold, DocumentPassport, DocumentPermit, DocumentSchool}
}

// checkInEarliest is how long before the window opens the desk checks in.
const checkInEarliest = 2 * time.Hour

// maxCheckIns bounds what is kept of one order.
const maxCheckIns = 20

// CheckInFrom is the first moment at which the desk checks the order in: two
// hours before the window opens, but on the same day.
func (o Order) CheckInFrom(r Rules) time.Time {
	day := r.dayEnd(o.Window.OpensAt).AddDate(0, 0, -1)
	return later(o.Window.OpensAt.Add(-checkInEarliest), day)
}

// CheckedIn is the check-in that stands, nil without one.
func (o Order) CheckedIn() *CheckIn {
	i := slices.IndexFunc(o.CheckIns, func(c CheckIn) bool { return c.UndoneAt.IsZero() })
	if i < 0 {
		return nil
	}
	return &o.CheckIns[i]
}

// DocumentNeeded says that a document is what identifies the candidate: there
// is no photo (R2), or face comparison was declined (R25).
func (o Order) DocumentNeeded() bool {
	return o.Photo == "" || o.Consent.Answer == ConsentDeclined
}

// MayCheckIn refuses with what the desk has to know where the order cannot be
// checked in at that moment. The page that lost its line judges by the same
// cases (testdata/check_in.json).
func (o Order) MayCheckIn(r Rules, at time.Time) error {
	from := o.CheckInFrom(r)
	switch {
	case o.disqualification() != nil:
		return refusal.New(CheckInDisqualified)
	case o.CheckedIn() != nil:
		return checkedIn(*o.CheckedIn())
	case o.overAt(at):
		return refusal.New(CheckInOver)
	case at.Before(from) && DateOf(at.In(r.Location)) != DateOf(from.In(r.Location)):
		return refusal.New(CheckInOtherDay, "opens_at", o.Window.OpensAt)
	case at.Before(from):
		return refusal.New(CheckInEarly, "from", from, "opens_at", o.Window.OpensAt)
	case !at.Before(o.Window.ClosesAt):
		return refusal.New(CheckInClosed, "closed_at", o.Window.ClosesAt)
	}
	return nil
}

func checkedIn(c CheckIn) error {
	return refusal.New(CheckedInAlready, "at", c.At, "by", c.By.Name)
}

// overAt says that the exam was over by then: submitted, or timed out. One that
// ended only after the ticket was read is not.
func (o Order) overAt(at time.Time) bool {
	last := o.current()
	if last == nil || last.State == Reset {
		return false
	}
	end := last.EndAt(at)
	return !end.IsZero() && !at.Before(end)
}

// CheckInAt is the Event of a check-in at the desk. At is when the ticket was
// read, zero for now. Whoever came past the desk and has finished is identified
// by a document all the same, where one is needed (R2, R25).
type CheckInAt struct {
	ID       string
	At       time.Time
	By       Actor
	Document Document
}

func (e CheckInAt) apply(a *act) error {
	if a.order.checkIn(e.ID) != nil {
		return nil // told again
	}
	if e.At.IsZero() || e.At.After(a.now) {
		e.At = a.now // a device's clock may be ahead
	}
	if err := checkDocument(e.Document); err != nil {
		return err
	}
	over := a.order.MayCheckIn(a.rules, e.At)
	late := refusal.CodeOf(over) == CheckInOver && e.Document != "" && a.order.DocumentNeeded()
	if over != nil && !late {
		return over
	}
	if len(a.order.CheckIns) >= maxCheckIns {
		return refusal.New(TooManyNotes, "max", maxCheckIns)
	}
	a.order.CheckIns = append(a.order.CheckIns, CheckIn{ID: e.ID, At: e.At, ArrivedAt: a.now, By: e.By, Document: e.Document})
	if !late {
		a.checkedIn(FactCheckedIn, e.By, "", e.At)
	}
	if e.Document != "" {
		a.identified(e.By, e.Document, e.At)
	}
	return nil
}

// IdentifyAt is the Event of the desk identifying who is checked in by a
// document (R2, R25).
type IdentifyAt struct {
	CheckIn  string // the check-in that the page showed
	By       Actor
	Document Document
}

func (e IdentifyAt) apply(a *act) error {
	known := a.order.CheckedIn()
	switch {
	case e.Document == "":
		return refusal.New(DocumentUnknown)
	case known == nil || known.ID != e.CheckIn:
		return refusal.New(NotCheckedIn)
	case known.Document == e.Document:
		return nil // told again
	}
	if err := checkDocument(e.Document); err != nil {
		return err
	}
	known.Document = e.Document
	a.identified(e.By, e.Document, a.now)
	return nil
}

// UndoCheckIn is the Event of a check-in taken back, with a reason.
type UndoCheckIn struct {
	ID     string
	By     Actor
	Reason string
}

func (e UndoCheckIn) apply(a *act) error {
	if err := CheckReason(e.Reason); err != nil {
		return err
	}
	known := a.order.checkIn(e.ID)
	switch {
	case known == nil:
		return refusal.New(NotCheckedIn)
	case !known.UndoneAt.IsZero():
		return refusal.New(AlreadyUndone)
	}
	known.UndoneAt = a.now
	a.checkedIn(FactCheckInUndone, e.By, e.Reason, a.now)
	return nil
}

func (o *Order) checkIn(id string) *CheckIn {
	i := slices.IndexFunc(o.CheckIns, func(c CheckIn) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &o.CheckIns[i]
}

func checkDocument(d Document) error {
	if d != "" && !slices.Contains(Documents(), d) {
		return refusal.New(DocumentUnknown)
	}
	return nil
}

func (a *act) checkedIn(kind FactKind, by Actor, reason string, at time.Time) {
	a.happened(kind, by, nil, func(f *Fact) { f.At, f.Reason = at, reason })
}

func (a *act) identified(by Actor, document Document, at time.Time) {
	a.happened(FactIdentified, by, nil, func(f *Fact) {
		f.At, f.Args = at, map[string]any{"document": document}
	})
}

// JudgeLook is what a look at the candidate through the desk's camera says, nil
// where nothing could be examined: a hint, on which a person decides (R20).
func JudgeLook(face *Face) Finding {
	if face == nil || face.Failed {
		return Finding{Kind: KindFaceMatch}.cannotTell(NoteNotExamined)
	}
	return compareFace(*face)
}
