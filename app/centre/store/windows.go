package store

import (
	"context"
	"slices"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// movedAtOnce is how many windows one transaction moves: phones write in between.
const movedAtOnce = 100

// WindowsMoved is what became of moving the windows of many orders.
type WindowsMoved struct {
	Moved   int
	Already int // they have that window
	Refused []WindowRefused
}

// WindowRefused is an order whose window may not move so.
type WindowRefused struct {
	OrderID, Ticket, Name string
	Code                  refusal.Code
}

// ListOrderIDs names all orders that the filter chooses.
func (s *Store) ListOrderIDs(ctx context.Context, f OrderFilter) (ids []string, err error) {
	f.Limit, f.After = 1000, ""
	err = s.read(ctx, func(q *query.Queries) error {
		for {
			page, err := listOrderIDs(ctx, q, f, s.chosen(f))
			if err != nil || len(page) <= f.Limit {
				ids = append(ids, page...)
				return err
			}
			ids = append(ids, page[:f.Limit]...)
			f.After = page[f.Limit-1]
		}
	})
	return ids, err
}

// MoveWindows moves the windows of these orders (R22); with try it only says
// what would become of each. One that may not be moved keeps it from no other.
// Some are moved at a time, so after a crash it can be told again: what has the
// window already is left as it is.
func (s *Store) MoveWindows(ctx context.Context, ids []string, e exam.MoveWindow, try bool) (done WindowsMoved, err error) {
	if err := exam.CheckReason(e.Reason); err != nil {
		return done, err
	}
	for some := range slices.Chunk(ids, movedAtOnce) {
		these, err := s.moveSome(ctx, some, e, try)
		if err != nil {
			return done, err
		}
		done.Moved, done.Already, done.Refused = done.Moved+these.Moved, done.Already+these.Already, append(done.Refused, these.Refused...)
	}
	return done, nil
}

func (s *Store) moveSome(ctx context.Context, ids []string, e exam.MoveWindow, try bool) (done WindowsMoved, err error) {
	if try {
		err = s.read(ctx, func(q *query.Queries) error {
			return done.each(ids, e.Window, func(id string) (exam.Order, error) { return s.loader(q).order(ctx, id) }, func(o exam.Order) error {
				_, _, err := exam.Apply(s.Rules(), o, e, s.Now())
				return err
			})
		})
		return done, err
	}
	err = s.write(ctx, func(c *change) error {
		done = WindowsMoved{}
		return done.each(ids, e.Window, c.load, func(o exam.Order) error {
			_, err := c.act(o.ID, func(exam.Order) (exam.Event, error) { return e, nil })
			return err
		})
	})
	return done, err
}

// each moves one window after the other. A refusal comes before anything of
// its order is written.
func (w *WindowsMoved) each(ids []string, to exam.Window, load func(id string) (exam.Order, error), move func(exam.Order) error) error {
	for _, id := range ids {
		order, err := load(id)
		if err != nil {
			return err
		}
		if sameWindow(order.Window, to) {
			w.Already++
			continue
		}
		switch err := move(order); {
		case err == nil:
			w.Moved++
		case concernsOne(err):
			w.Refused = append(w.Refused, WindowRefused{OrderID: id, Ticket: order.Ticket, Name: order.Name, Code: refusal.CodeOf(err)})
		default:
			return err
		}
	}
	return nil
}
