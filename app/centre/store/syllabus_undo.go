package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Why a syllabus is not undone: an attempt began under it, or another one came
// after it.
const (
	SyllabusBegun refusal.Code = "syllabus_begun"
	SyllabusMoved refusal.Code = "syllabus_moved_on"
	SyllabusGone  refusal.Code = "syllabus_not_kept"
)

// SyllabusRecord is a syllabus that was taken in, as the desk lists it.
type SyllabusRecord struct {
	ID        string
	Name      string
	At        time.Time
	By        string
	Items     int
	Questions int
	UndoneAt  time.Time // zero if it was not
	UndoneBy  string
	Keeps     bool // what an undo needs is still there
}

// ListSyllabusImports returns the latest syllabi that were taken in, newest first.
func (s *Store) ListSyllabusImports(ctx context.Context, limit int) (list []SyllabusRecord, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListSyllabusImports(ctx, int64(limit))
		for _, row := range rows {
			list = append(list, SyllabusRecord{
				ID: row.ID, Name: row.Name, At: s.at(row.At), By: row.ByName, Items: int(row.Items), Questions: int(row.Questions),
				UndoneAt: maybeAt(row.UndoneAt, s.Rules().Location), UndoneBy: row.UndoneBy, Keeps: row.Keeps == 1,
			})
		}
		return err
	})
	return list, err
}

// UndoSyllabus brings back the syllabus and the bank that there were before an
// import, as long as no attempt began since (SyllabusBegun) and no other
// syllabus came after it (SyllabusMoved). What would leave an order with
// nothing to record is a *BareOrdersError.
func (s *Store) UndoSyllabus(ctx context.Context, id string, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		record, err := c.FindSyllabusImport(c.ctx, id)
		if err != nil {
			return sqlkit.Absent(err)
		}
		if record.UndoneAt != nil {
			return nil // told twice
		}
		if err := c.mayUndoSyllabus(record); err != nil {
			return err
		}
		var former Syllabus
		if err := json.Unmarshal([]byte(record.Former), &former); err != nil {
			return err
		}
		plan, _, err := planSyllabus(c.ctx, c.Queries, former, c.now.UnixMilli())
		if err != nil {
			return err
		}
		if err := errors.Join(plan.Refused(), c.replaceSyllabus(former)); err != nil {
			return err
		}
		if err := c.EndSyllabusImport(c.ctx, query.EndSyllabusImportParams{UndoneAt: new(c.now.UnixMilli()), UndoneBy: by.Name, ID: id}); err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionSyllabusUndone, By: by, Args: map[string]any{"import": id, "items": len(former.Items), "questions": len(former.Bank)}})
	})
}

func (c *change) mayUndoSyllabus(record query.SyllabusImport) error {
	begun, err := c.CountAttemptsUnder(c.ctx, record.ID)
	if err != nil {
		return err
	}
	left, err := c.syllabusSum()
	switch {
	case err != nil:
		return err
	case begun > 0:
		return refusal.New(SyllabusBegun, "count", begun)
	case left != record.LeftAs:
		return refusal.New(SyllabusMoved)
	case record.Former == "":
		return refusal.New(SyllabusGone)
	}
	return nil
}

// ListScores names the scores, by SHA-256, that the bank, an attempt or an undo
// needs.
func (s *Store) ListScores(ctx context.Context) (scores []string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		if scores, err = q.ListScores(ctx); err != nil {
			return err
		}
		formers, err := q.ListFormerSyllabi(ctx)
		for _, text := range formers {
			var former Syllabus
			if err := json.Unmarshal([]byte(text), &former); err != nil {
				return err
			}
			for _, question := range former.Bank {
				scores = append(scores, question.File)
			}
		}
		return err
	})
	return scores, err
}
