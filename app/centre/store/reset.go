package store

import (
	"context"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ResetAttempt does a reset 重置 of the order's attempt (R15). The event is told in
// the same transaction whether a clip is still put together of what came before
// the timeout, so that none is deleted that nobody has seen yet.
func (s *Store) ResetAttempt(ctx context.Context, orderID, attemptID string, event func(arriving bool) exam.Event) (exam.Order, error) {
	return s.apply(ctx, orderID, func(c *change, _ exam.Order) (exam.Event, error) {
		arriving, err := s.arriving(c.ctx, c.Queries, attemptID)
		return event(arriving), err
	})
}

// Arriving says whether a clip is still put together of what came before the
// attempt's timeout (R16, R28).
func (s *Store) Arriving(ctx context.Context, attemptID string) (arriving bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		arriving, err = s.arriving(ctx, q, attemptID)
		return err
	})
	return arriving, err
}

func (s *Store) arriving(ctx context.Context, q *query.Queries, attemptID string) (bool, error) {
	rows, err := q.ListUploads(ctx, attemptID)
	for _, row := range rows {
		if s.upload(row.Upload, row.Attempt, row.PersonKey, row.Replaces).PutTogether(s.Now()) {
			return true, err
		}
	}
	return false, err
}
