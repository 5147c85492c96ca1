package store

import (
	"context"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ListExaminers returns what the marks of the scope's orders say about those who
// gave them. It decides nothing.
func (s *Store) ListExaminers(ctx context.Context, f Scope) (records []exam.ExaminerRecord, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		zone := s.Rules().Location
		orders, err := q.ListScope(ctx, f.params(zone))
		if err != nil {
			return err
		}
		ids, err := idsOf(orders)
		if err != nil {
			return err
		}
		rows, err := q.ListScopeMarks(ctx, ids)
		marks := map[string][]exam.Mark{}
		for _, row := range rows {
			marks[row.OrderID] = append(marks[row.OrderID], markOf(row, zone))
		}
		byOrder := make([][]exam.Mark, 0, len(marks))
		for _, order := range orders {
			byOrder = append(byOrder, marks[order.ID])
		}
		records = exam.ExaminerRecords(byOrder, zone)
		return err
	})
	return records, err
}
