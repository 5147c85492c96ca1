package store

import (
	"context"

	"kaodian/app/exam"
)

// UndoVoid takes a void back (R22).
func (s *Store) UndoVoid(ctx context.Context, orderID string, e exam.UndoVoid) (exam.Order, error) {
	return s.apply(ctx, orderID, func(c *change, o exam.Order) (exam.Event, error) {
		var err error
		e.OtherRunning, err = c.otherRunning(o)
		return e, err
	})
}
