package store

import (
	"context"
	"errors"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// GiveExtraTime gives one attempt extra time (R22); a grant told again counts once.
func (s *Store) GiveExtraTime(ctx context.Context, orderID string, e exam.GiveExtraTime) (exam.Order, error) {
	return s.apply(ctx, orderID, func(c *change, o exam.Order) (exam.Event, error) {
		var err error
		e.OtherRunning, err = c.otherRunning(o)
		return e, err
	})
}

// ExtraTimeGiven is what became of extra time for many.
type ExtraTimeGiven struct {
	Given   int
	Refused []ExtraTimeRefused
}

// ExtraTimeRefused is an attempt that may have none.
type ExtraTimeRefused struct {
	Order     exam.Order
	AttemptID string
	Code      refusal.Code
}

// GiveAllExtraTime gives it to all that ran when the centre's clock last
// showed that time of day, that run now for "" (R22). An attempt that may have
// none keeps it from no other. Each is a transaction of its own: after an error
// it can be told again, and nobody gets it twice.
func (s *Store) GiveAllExtraTime(ctx context.Context, ranAt string, e exam.GiveExtraTime) (given ExtraTimeGiven, err error) {
	ran, err := s.listThatRan(ctx, exam.LastShown(ranAt, s.Now().In(s.Rules().Location)))
	if err != nil {
		return given, err
	}
	for _, one := range ran {
		e.AttemptID = one.AttemptID
		_, err := s.GiveExtraTime(ctx, one.Order.ID, e)
		switch {
		case err == nil:
			given.Given++
		case !concernsOne(err):
			return given, err
		default:
			given.Refused = append(given.Refused, ExtraTimeRefused{Order: one.Order, AttemptID: one.AttemptID, Code: refusal.CodeOf(err)})
		}
	}
	return given, nil
}

// concernsOne says that the exam refused this act, and that others may fare
// better: they would not with a full or failed disk.
func concernsOne(err error) bool {
	switch refusal.CodeOf(err) {
	case "", refusal.DiskFull, refusal.StorageFailed:
		return false
	}
	return true
}

// thatRan is an attempt that ran at some moment, and its order.
type thatRan struct {
	Order     exam.Order
	AttemptID string
}

// listThatRan returns the attempts that ran at a moment (R22), each with its order.
func (s *Store) listThatRan(ctx context.Context, moment time.Time) (list []thatRan, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListAttemptsThatRan(ctx, moment.UnixMilli())
		for _, row := range rows {
			list = append(list, thatRan{Order: exam.Order{ID: row.OrderID}, AttemptID: row.ID})
		}
		return errors.Join(err, s.loadOrders(ctx, q, list))
	})
	return list, err
}

// loadOrders puts the whole order where only its id stands.
func (s *Store) loadOrders(ctx context.Context, q *query.Queries, list []thatRan) (err error) {
	for i := range list {
		if list[i].Order, err = s.loader(q).order(ctx, list[i].Order.ID); err != nil {
			return err
		}
	}
	return nil
}
