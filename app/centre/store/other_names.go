package store

import (
	"context"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// NamedOtherwise is an order that has an ID number under another name.
type NamedOtherwise struct{ Ticket, Name string }

// ListOtherNames returns the other orders that have this one's ID number under
// another name: one of the two is wrong.
func (s *Store) ListOtherNames(ctx context.Context, g exam.Registration) (others []NamedOtherwise, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListOtherNames(ctx, query.ListOtherNamesParams{IDNumberKey: exam.FoldID(g.IDNumber), TicketKey: exam.FoldID(g.Ticket), Name: g.Name})
		for _, row := range rows {
			others = append(others, NamedOtherwise(row))
		}
		return err
	})
	return others, err
}
