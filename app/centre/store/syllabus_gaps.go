package store

import (
	"context"
	"errors"

	"kaodian/app/centre/store/internal/query"
)

// SyllabusGaps is how far the syllabus covers the orders that can still be
// begun. An order that it has no row for has its pieces alone to record: right
// where the province hands out no syllabus, and a wrong exam where it does.
type SyllabusGaps struct {
	Empty    bool     // there is no syllabus at all
	Subjects []string // that it names
	Gaps     []SyllabusGap
}

// SyllabusGap is a subject and grade without a row, and how many orders have it.
type SyllabusGap struct {
	Subject string
	Grade   int
	Orders  int
}

// FindSyllabusGaps compares the syllabus with the orders.
func (s *Store) FindSyllabusGaps(ctx context.Context) (found SyllabusGaps, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		subjects, errSubjects := q.ListSyllabusSubjects(ctx)
		gaps, errGaps := q.ListSyllabusGaps(ctx, s.Now().UnixMilli())
		found = SyllabusGaps{Empty: len(subjects) == 0, Subjects: subjects}
		for _, gap := range gaps {
			found.Gaps = append(found.Gaps, SyllabusGap{Subject: gap.Subject, Grade: int(gap.Grade), Orders: int(gap.Orders)})
		}
		return errors.Join(errSubjects, errGaps)
	})
	return found, err
}

// HasSyllabus says whether any row of a syllabus was taken in.
func (s *Store) HasSyllabus(ctx context.Context) (has bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		count, err := q.CountSyllabusItems(ctx)
		has = count > 0
		return err
	})
	return has, err
}
