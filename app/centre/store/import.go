package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"kaodian/app/base/audit"
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
	Returning []int         // places of those that seem to bring back somebody who was erased
	Unlisted  []int         // places of the others that the syllabus has no row for
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

// changeOf is what the log calls a change of a registration: a photo that came
// is no correction.
func changeOf(from, to exam.Registration) audit.Action {
	from.Photo, from.PhotoTaken = to.Photo, to.PhotoTaken
	if sameRegistration(from, to) {
		return ActionPhotoChanged
	}
	return ActionRegistrationChanged
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
	if slices.Equal(o.Pieces, g.Pieces) {
		return nil
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
