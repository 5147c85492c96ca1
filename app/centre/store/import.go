package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Imported counts what an order list changed.
type Imported struct {
	ID        string // of the import, "" if nothing was taken
	Added     int
	Changed   int
	Unchanged int
	Refused   map[int]error // by place in the list
}

// errRefused rolls an import back without being an error of its own.
var errRefused = errors.New("rows refused")

// ImportOrders is TakeIn of registrations that no file holds, by the system;
// with dryRun it takes none, and the counts tell what would happen.
func (s *Store) ImportOrders(ctx context.Context, list []exam.Registration, partial, dryRun bool) (Imported, error) {
	in := Import{Kind: ImportList, By: exam.Actor{Role: exam.BySystem}, Partial: partial}
	for _, registration := range list {
		in.Rows = append(in.Rows, ImportRow{Registration: registration})
	}
	if !dryRun {
		return s.TakeIn(ctx, in)
	}
	preview, err := s.PreviewImport(ctx, in)
	return preview.Counts(), err
}

// Counts is what taking the preview in would answer.
func (p Preview) Counts() Imported {
	counts := Imported{Refused: map[int]error{}}
	for place, outcome := range p.Outcomes {
		counts.count(place, outcome)
	}
	return counts
}

type scope struct {
	subject string
	grade   int
}

type syllabusAndBank struct {
	specs []exam.ItemSpec
	bank  map[string][]exam.Question
}

// sameWindow compares moments: the zone in which a list writes them is no change.
func sameWindow(a, b exam.Window) bool {
	return a.OpensAt.Equal(b.OpensAt) && a.ClosesAt.Equal(b.ClosesAt)
}

func sameRegistration(a, b exam.Registration) bool {
	if !sameWindow(a.Window, b.Window) {
		return false
	}
	a.Window, b.Window = exam.Window{}, exam.Window{}
	one, errOne := json.Marshal(a)
	two, errTwo := json.Marshal(b)
	return errOne == nil && errTwo == nil && string(one) == string(two)
}

func (c *change) insertOrder(g exam.Registration) (id string, err error) {
	id = NewID()
	err = c.InsertOrder(c.ctx, query.InsertOrderParams{
		ID:              id,
		Ticket:          g.Ticket,
		TicketKey:       exam.FoldID(g.Ticket),
		PersonKey:       g.PersonKey(),
		IDNumberKey:     exam.FoldID(g.IDNumber),
		Name:            g.Name,
		Pinyin:          g.Pinyin,
		Gender:          g.Gender,
		BirthDate:       g.BirthDate.String(),
		IDType:          g.IDType,
		IDNumber:        g.IDNumber,
		GuardianAddress: g.GuardianAddress,
		Phone:           g.Phone,
		Subject:         g.Subject,
		Grade:           int64(g.Grade),
		WindowOpens:     g.Window.OpensAt.UnixMilli(),
		WindowCloses:    g.Window.ClosesAt.UnixMilli(),
		Photo:           g.Photo,
		PhotoTaken:      g.PhotoTaken.String(),
		ImportedAt:      c.now.UnixMilli(),
	})
	if err != nil {
		return "", err
	}
	return id, c.insertPieces(id, g.Pieces)
}

func (c *change) insertPieces(orderID string, pieces []exam.Piece) error {
	for place, piece := range pieces {
		err := c.InsertPiece(c.ctx, query.InsertPieceParams{OrderID: orderID, Place: int64(place), Item: piece.Item, Title: piece.Title})
		if err != nil {
			return err
		}
	}
	return nil
}

// updateRegistration corrects an order. Its window moves by the exam's own
// rule (R22), so that a running attempt is treated right and it is noted,
// also before any attempt (R31).
func (c *change) updateRegistration(o exam.Order, g exam.Registration, by exam.Actor) error {
	if !sameWindow(o.Window, g.Window) {
		if err := c.moveWindow(o, g.Window, by); err != nil {
			return err
		}
	}
	if g.PersonKey() != o.PersonKey() {
		if _, err := c.act(o.ID, func(exam.Order) (exam.Event, error) { return exam.ChangePerson{}, nil }); err != nil {
			return err
		}
		if err := c.DeletePasses(c.ctx, o.ID); err != nil { // the other person's codes
			return err
		}
		if err := c.DeleteConsentPapers(c.ctx, o.ID); err != nil { // the other person's; the scans go with the next sweep
			return err
		}
	}
	err := c.UpdateRegistration(c.ctx, query.UpdateRegistrationParams{
		Ticket:          g.Ticket,
		PersonKey:       g.PersonKey(),
		IDNumberKey:     exam.FoldID(g.IDNumber),
		Name:            g.Name,
		Pinyin:          g.Pinyin,
		Gender:          g.Gender,
		BirthDate:       g.BirthDate.String(),
		IDType:          g.IDType,
		IDNumber:        g.IDNumber,
		GuardianAddress: g.GuardianAddress,
		Phone:           g.Phone,
		WindowOpens:     g.Window.OpensAt.UnixMilli(),
		WindowCloses:    g.Window.ClosesAt.UnixMilli(),
		Photo:           g.Photo,
		PhotoTaken:      g.PhotoTaken.String(),
		ImportedAt:      c.now.UnixMilli(),
		ID:              o.ID,
	})
	if err != nil {
		return err
	}
	if err := c.DeletePieces(c.ctx, o.ID); err != nil {
		return err
	}
	return c.insertPieces(o.ID, g.Pieces)
}

func (c *change) moveWindow(o exam.Order, window exam.Window, by exam.Actor) error {
	_, err := c.act(o.ID, func(exam.Order) (exam.Event, error) {
		return exam.MoveWindow{Window: window, By: by, Reason: "order list"}, nil
	})
	return err
}

// IsNew says that neither an order nor a syllabus was ever taken in.
func (s *Store) IsNew(ctx context.Context) (isNew bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		orders, errOrders := q.CountOrders(ctx)
		items, errItems := q.CountSyllabusItems(ctx)
		isNew = orders == 0 && items == 0
		return errors.Join(errOrders, errItems)
	})
	return isNew, err
}

// ListPhotos names the photos that orders have, by SHA-256.
func (s *Store) ListPhotos(ctx context.Context) (photos []string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		photos, err = q.ListPhotos(ctx)
		return err
	})
	return photos, err
}

// SyllabusItem is one row of the syllabus.
type SyllabusItem struct {
	Subject            string
	GradeFrom, GradeTo int
	exam.ItemSpec
}

// BankQuestion is one row of the question bank 题库; its id follows from its
// content, so that a second import knows it again.
type BankQuestion struct {
	Subject            string
	GradeFrom, GradeTo int
	Item               string
	Title              string
	File               string // SHA-256 of the stored score
	Type               string // media type
}

// BareOrder is an order that names no piece and has no row in the syllabus:
// it could not be begun.
type BareOrder struct {
	Ticket  string
	Subject string
	Grade   int
}

// BareOrdersError is a syllabus that is not taken in, because these orders,
// which had something to record, would have nothing.
type BareOrdersError struct{ Orders []BareOrder }

func (e *BareOrdersError) Error() string {
	return fmt.Sprintf("%d orders would have nothing to record; add rows for their subjects and grades to the syllabus", len(e.Orders))
}

// ImportSyllabus replaces the syllabus and the bank in one transaction.
// Attempts that run keep what they drew. A syllabus that would leave orders
// with nothing to record is a *BareOrdersError.
func (s *Store) ImportSyllabus(ctx context.Context, items []SyllabusItem, bank []BankQuestion) error {
	return s.importSyllabus(ctx, items, bank, nil)
}

// errDryRun takes back what was only tried.
var errDryRun = errors.New("a dry run")

// TrySyllabus says what ImportSyllabus would, and changes nothing.
func (s *Store) TrySyllabus(ctx context.Context, items []SyllabusItem, bank []BankQuestion) error {
	err := s.importSyllabus(ctx, items, bank, errDryRun)
	if bare, ok := errors.AsType[*BareOrdersError](err); ok {
		return bare
	}
	if errors.Is(err, errDryRun) {
		return nil
	}
	return err
}

func (s *Store) importSyllabus(ctx context.Context, items []SyllabusItem, bank []BankQuestion, end error) error {
	return s.write(ctx, func(c *change) error {
		before, err := c.ListBareOrders(ctx, c.now.UnixMilli())
		if err != nil {
			return err
		}
		if err := errors.Join(c.DeleteSyllabus(ctx), c.DeleteQuestions(ctx)); err != nil {
			return err
		}
		for place, item := range items {
			if err := c.insertSyllabusItem(place, item); err != nil {
				return err
			}
		}
		for _, question := range bank {
			if err := c.insertQuestion(question); err != nil {
				return err
			}
		}
		if err := errors.Join(c.refuseBare(before), end); err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionSyllabusImported, By: exam.Actor{Role: exam.BySystem}, Args: map[string]any{
			"items": len(items), "questions": len(bank),
		}})
	})
}

// refuseBare refuses orders that are bare now and were not before.
func (c *change) refuseBare(before []query.ListBareOrdersRow) error {
	now, err := c.ListBareOrders(c.ctx, c.now.UnixMilli())
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, order := range before {
		known[order.ID] = true
	}
	var fresh []BareOrder
	for _, order := range now {
		if !known[order.ID] {
			fresh = append(fresh, BareOrder{Ticket: order.Ticket, Subject: order.Subject, Grade: int(order.Grade)})
		}
	}
	if len(fresh) > 0 {
		return &BareOrdersError{Orders: fresh}
	}
	return nil
}

func (c *change) insertSyllabusItem(place int, item SyllabusItem) error {
	return c.InsertSyllabusItem(c.ctx, query.InsertSyllabusItemParams{
		Subject:   item.Subject,
		GradeFrom: int64(item.GradeFrom),
		GradeTo:   int64(item.GradeTo),
		Place:     int64(place),
		Name:      item.Name,
		Kind:      string(item.Kind),
		Drawn:     sqlkit.Flag(item.Drawn),
		GroupName: item.Group,
	})
}

func (c *change) insertQuestion(q BankQuestion) error {
	text, err := json.Marshal(q)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	return c.InsertQuestion(c.ctx, query.InsertQuestionParams{
		ID:        hex.EncodeToString(sum[:16]),
		Subject:   q.Subject,
		GradeFrom: int64(q.GradeFrom),
		GradeTo:   int64(q.GradeTo),
		Item:      q.Item,
		Title:     q.Title,
		File:      q.File,
		Type:      q.Type,
	})
}
