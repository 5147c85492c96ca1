package store

import (
	"context"
	"errors"
	"time"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// OnBoard is an attempt on the staff's board.
type OnBoard struct {
	Order     exam.Order
	AttemptID string
}

// ListBoard returns the orders whose attempts run or ended within the last
// day, running ones first, each with the attempt that stands on the board.
func (s *Store) ListBoard(ctx context.Context) (board []OnBoard, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListRecentAttempts(ctx, new(ms(s.Now().Add(-24*time.Hour))))
		for _, row := range rows {
			board = append(board, OnBoard{Order: exam.Order{ID: row.OrderID}, AttemptID: row.ID})
		}
		return errors.Join(err, s.loadOrders(ctx, q, board))
	})
	return board, err
}

// ListThatRan returns the attempts that ran at a moment (R22), each with its order.
func (s *Store) ListThatRan(ctx context.Context, moment time.Time) (list []OnBoard, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListAttemptsThatRan(ctx, ms(moment))
		for _, row := range rows {
			list = append(list, OnBoard{Order: exam.Order{ID: row.OrderID}, AttemptID: row.ID})
		}
		return errors.Join(err, s.loadOrders(ctx, q, list))
	})
	return list, err
}

// loadOrders puts the whole order where only its id stands.
func (s *Store) loadOrders(ctx context.Context, q *query.Queries, list []OnBoard) (err error) {
	for i := range list {
		if list[i].Order, err = s.loader(q).order(ctx, list[i].Order.ID); err != nil {
			return err
		}
	}
	return nil
}
