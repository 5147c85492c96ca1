package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// SyllabusInUse says that an attempt runs that is made of what would change;
// the arguments name the first one's ticket, and how many there are.
const SyllabusInUse refusal.Code = "syllabus_in_use"

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

// ID is what the question is known by.
func (q BankQuestion) ID() (string, error) {
	text, err := json.Marshal(q)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), err
}

// Syllabus is what candidates record, and what is drawn for it, in the order
// of the files.
type Syllabus struct {
	Items []SyllabusItem
	Bank  []BankQuestion
}

// SyllabusImport is a syllabus that replaces the one before.
type SyllabusImport struct {
	Syllabus
	Name string // of the file
	By   exam.Actor
	// Fingerprint is that of the preview that was agreed to, "" asks for none:
	// if it would not be the same now, nothing is taken in (PreviewStale).
	Fingerprint string
	// Parcel is what brought it from the province, nil for none: it is answered
	// with the same transaction.
	Parcel *ParcelRef
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

// FindSyllabus returns the syllabus and the bank as they are.
func (s *Store) FindSyllabus(ctx context.Context) (now Syllabus, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		now, err = syllabusNow(ctx, q)
		return err
	})
	return now, err
}

func syllabusNow(ctx context.Context, q *query.Queries) (now Syllabus, err error) {
	items, err := q.ListWholeSyllabus(ctx)
	if err != nil {
		return now, err
	}
	for _, row := range items {
		now.Items = append(now.Items, SyllabusItem{Subject: row.Subject, GradeFrom: int(row.GradeFrom), GradeTo: int(row.GradeTo), ItemSpec: exam.ItemSpec{
			Name: row.Name, Kind: exam.ItemKind(row.Kind), Drawn: row.Drawn == 1, Group: row.GroupName,
		}})
	}
	questions, err := q.ListWholeBank(ctx)
	for _, row := range questions {
		now.Bank = append(now.Bank, bankQuestion(row))
	}
	return now, err
}

func bankQuestion(row query.Question) BankQuestion {
	return BankQuestion{
		Subject: row.Subject, GradeFrom: int(row.GradeFrom), GradeTo: int(row.GradeTo),
		Item: row.Item, Title: row.Title, File: row.File, Type: row.Type,
	}
}

// FindQuestion returns a question of the bank.
func (s *Store) FindQuestion(ctx context.Context, id string) (question BankQuestion, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindQuestion(ctx, id)
		question = bankQuestion(row)
		return sqlkit.Absent(err)
	})
	return question, err
}

// PreviewSyllabus says what TakeSyllabus would do. It reads only, so that nobody
// waits for it.
func (s *Store) PreviewSyllabus(ctx context.Context, next Syllabus) (preview SyllabusPreview, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		preview, _, err = planSyllabus(ctx, q, next, s.Now().UnixMilli())
		return err
	})
	return preview, err
}

// ImportSyllabus is TakeSyllabus by the system.
func (s *Store) ImportSyllabus(ctx context.Context, items []SyllabusItem, bank []BankQuestion) error {
	_, err := s.TakeSyllabus(ctx, SyllabusImport{Syllabus: Syllabus{items, bank}, By: exam.Actor{Role: exam.BySystem}})
	return err
}

// TakeSyllabus replaces the syllabus and the bank in one transaction. It is
// refused while an attempt runs that is made of what would change: whoever
// looks at that attempt's score and at the bank must see one thing
// (SyllabusInUse, R9). One that would leave orders with nothing to record is a
// *BareOrdersError.
func (s *Store) TakeSyllabus(ctx context.Context, in SyllabusImport) (importID string, err error) {
	importID = NewID()
	err = s.write(ctx, func(c *change) error {
		plan, former, err := planSyllabus(ctx, c.Queries, in.Syllabus, c.now.UnixMilli())
		switch {
		case err != nil:
			return err
		case in.Fingerprint != "" && in.Fingerprint != plan.Fingerprint:
			return refusal.New(PreviewStale)
		}
		if err := plan.Refused(); err != nil {
			return err
		}
		if err := c.replaceSyllabus(in.Syllabus); err != nil {
			return err
		}
		if err := c.rememberSyllabus(importID, in, former); err != nil {
			return err
		}
		if in.Parcel != nil {
			err := c.answerParcel(*in.Parcel, ParcelTaken, plan.answer(in.By))
			if err != nil {
				return err
			}
		}
		return c.audit(Entry{Action: ActionSyllabusImported, By: in.By, Args: map[string]any{
			"import": importID, "items": len(in.Items), "questions": len(in.Bank),
		}})
	})
	return importID, err
}

func (c *change) rememberSyllabus(id string, in SyllabusImport, former Syllabus) error {
	was, errWas := json.Marshal(former)
	left, errLeft := c.syllabusSum()
	if err := errors.Join(errWas, errLeft); err != nil {
		return err
	}
	return c.InsertSyllabusImport(c.ctx, query.InsertSyllabusImportParams{
		ID: id, Name: in.Name, At: c.now.UnixMilli(), ByName: in.By.Name,
		Items: int64(len(in.Items)), Questions: int64(len(in.Bank)), Former: string(was), LeftAs: left,
	})
}

// syllabusSum is the SHA-256 of the syllabus and the bank as they are.
func (c *change) syllabusSum() (string, error) {
	now, err := syllabusNow(c.ctx, c.Queries)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(now)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

func (c *change) replaceSyllabus(next Syllabus) error {
	if err := errors.Join(c.DeleteSyllabus(c.ctx), c.DeleteQuestions(c.ctx)); err != nil {
		return err
	}
	for place, item := range next.Items {
		if err := c.insertSyllabusItem(place, item); err != nil {
			return err
		}
	}
	for _, question := range next.Bank {
		if err := c.insertQuestion(question); err != nil {
			return err
		}
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
	id, err := q.ID()
	if err != nil {
		return err
	}
	return c.InsertQuestion(c.ctx, query.InsertQuestionParams{
		ID:        id,
		Subject:   q.Subject,
		GradeFrom: int64(q.GradeFrom),
		GradeTo:   int64(q.GradeTo),
		Item:      q.Item,
		Title:     q.Title,
		File:      q.File,
		Type:      q.Type,
	})
}
