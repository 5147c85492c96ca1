package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// judge says what becomes of the rows of an import, and changes nothing. Of
// each subject and grade the syllabus is read once.
type judge struct {
	*query.Queries
	loader loader
	ctx    context.Context
	now    time.Time
	rules  exam.Rules
	kind   ImportKind
	known  map[scope]syllabusAndBank
	erased *erasedMarks // nil until a row is compared with them
}

// planned is what is to be done for a row.
type planned struct {
	Outcome
	order        exam.Order // as it is, if it is there
	formerly     former
	next         exam.Registration
	photoName    string
	emergency    bool
	registration bool // something of it changes, not only what the centre notes beside it
}

// row judges one row. A refusal is in the outcome; an error ends the import.
func (j *judge) row(row ImportRow) (planned, error) {
	p := planned{next: row.Registration, photoName: row.PhotoName, emergency: j.kind == ImportByHand}
	found, err := j.FindOrderByTicket(j.ctx, exam.FoldID(row.Ticket))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		p.Verdict = RowAdded
		err = errors.Join(row.Check(), j.checkItems(row.Registration))
	case err == nil:
		err = errors.Join(j.again(&p, found), checkShown(row, p.order))
	}
	if refusal.CodeOf(err) != "" && concernsOne(err) && !refusal.Is(err, OrderChanged) {
		p.Outcome = Outcome{Verdict: RowRefused, Refused: err}
		return p, nil
	}
	if err != nil {
		return p, err
	}
	asked, err := j.asks(row.Registration)
	if err != nil {
		return p, err
	}
	p.Unlisted = len(asked.specs) == 0
	p.Returns, err = j.returns(p)
	return p, err
}

// checkShown refuses a form that showed another version of the order.
func checkShown(row ImportRow, o exam.Order) error {
	if row.Shown == "" {
		return nil
	}
	version, err := VersionOf(o.Registration)
	if err == nil && version != row.Shown {
		err = refusal.New(OrderChanged, "ticket", o.Ticket)
	}
	return err
}

// again judges a row whose order is there already (R3).
func (j *judge) again(p *planned, found query.Order) (err error) {
	if p.order, err = j.loader.order(j.ctx, found.ID); err != nil {
		return err
	}
	if j.kind == ImportPhotos { // whatever became of the order since, only its photo changes
		photo := p.next.Photo
		p.person, p.next, p.photoName = p.order.PersonKey(), p.order.Registration, ""
		p.next.Photo = photo
	}
	if err := p.order.CheckReimport(p.next); err != nil {
		return err
	}
	p.formerly = former{PhotoName: found.PhotoName, Emergency: found.Emergency == 1}
	p.next.Photo = cmp.Or(p.next.Photo, p.order.Photo) // a list without photos takes none away
	p.photoName = cmp.Or(p.photoName, found.PhotoName)
	p.emergency = p.formerly.Emergency && j.kind != ImportList // the province sent it after all
	p.Changes = changesOf(p.order.Registration, p.next)
	p.registration = !sameRegistration(p.order.Registration, p.next)
	if p.registration {
		if err := j.mayChange(p.order, p.next); err != nil {
			return err
		}
	}
	if p.photoName != p.formerly.PhotoName {
		p.Changes = append(p.Changes, Change{"photo", p.formerly.PhotoName, p.photoName})
	}
	if p.formerly.Emergency && !p.emergency {
		p.Changes = append(p.Changes, Change{Column: "emergency"})
	}
	p.Verdict = RowSame
	if p.registration || len(p.Changes) > 0 {
		p.Verdict = RowChanged
	}
	return nil
}

// mayChange refuses what the exam's rules will refuse when it is done.
func (j *judge) mayChange(o exam.Order, next exam.Registration) error {
	if !o.SealedAt.IsZero() { // the correction would never reach the province
		return refusal.New(exam.OrderSealed)
	}
	if err := j.checkItems(next); err != nil {
		return err
	}
	if !sameWindow(o.Window, next.Window) {
		if _, _, err := exam.Apply(j.rules, o, exam.MoveWindow{Window: next.Window, By: exam.Actor{Role: exam.BySystem}, Reason: "order list"}, j.now); err != nil {
			return err
		}
	}
	if next.PersonKey() != o.PersonKey() {
		_, _, err := exam.Apply(j.rules, o, exam.ChangePerson{}, j.now)
		return err
	}
	return nil
}

// checkItems refuses an order without anything to record (R9): else it is the
// child's start that is refused.
func (j *judge) checkItems(g exam.Registration) error {
	asked, err := j.asks(g)
	if err != nil {
		return err
	}
	return exam.CheckItems(exam.PlanItems(asked.specs, g.Pieces), asked.bank)
}

// asks is what the syllabus and its bank have for a subject and grade.
func (j *judge) asks(g exam.Registration) (found syllabusAndBank, err error) {
	s := scope{g.Subject, g.Grade}
	if found, known := j.known[s]; known {
		return found, nil
	}
	var errSyllabus, errBank error
	found.specs, errSyllabus = syllabusOf(j.ctx, j.Queries, s.subject, s.grade)
	found.bank, errBank = bankOf(j.ctx, j.Queries, s.subject, s.grade)
	if err := errors.Join(errSyllabus, errBank); err != nil {
		return found, err
	}
	j.known[s] = found
	return found, nil
}

// Change is one column of an order that becomes another. An ID number shows
// its end only.
type Change struct {
	Column string `json:"column"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// changesOf names the columns of the order list in which two registrations differ.
func changesOf(a, b exam.Registration) (changes []Change) {
	for _, c := range []Change{
		{"ticket", a.Ticket, b.Ticket},
		{"name", a.Name, b.Name},
		{"pinyin", a.Pinyin, b.Pinyin},
		{"gender", a.Gender, b.Gender},
		{"birth_date", a.BirthDate.String(), b.BirthDate.String()},
		{"id_type", a.IDType, b.IDType},
		{"id_number", a.IDNumber, b.IDNumber},
		{"guardian_address", a.GuardianAddress, b.GuardianAddress},
		{"phone", a.Phone, b.Phone},
		{"window_opens", moment(a.Window.OpensAt), moment(b.Window.OpensAt)},
		{"window_closes", moment(a.Window.ClosesAt), moment(b.Window.ClosesAt)},
		{"pieces", piecesText(a.Pieces), piecesText(b.Pieces)},
		{"photo", a.Photo, b.Photo},
		{"photo_taken", a.PhotoTaken.String(), b.PhotoTaken.String()},
	} {
		if c.From == c.To {
			continue
		}
		switch c.Column {
		case "id_number":
			c.From, c.To = ending(c.From), ending(c.To)
		case "photo":
			c.From, c.To = "", ""
		}
		changes = append(changes, c)
	}
	return changes
}

func moment(t time.Time) string { return t.UTC().Truncate(time.Millisecond).Format(time.RFC3339) }

func piecesText(pieces []exam.Piece) string {
	var all []string
	for _, p := range pieces {
		text := p.Title
		if p.Item != "" {
			text = p.Item + "：" + p.Title
		}
		all = append(all, text)
	}
	return strings.Join(all, "；")
}

// ending is as much of an ID number as tells two apart.
func ending(number string) string {
	const shown = 4
	letters := []rune(number)
	return "…" + string(letters[max(0, len(letters)-shown):])
}
