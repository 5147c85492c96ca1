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
	// Unsent are those of the moved that would be absent or forfeited (R17) when
	// the new window closes and nothing more was sent until then.
	Unsent int
	Former []FormerWindow // of the moved: what whoever takes it back must know
}

// FormerWindow is a window that orders had, and how many.
type FormerWindow struct {
	exam.Window
	Orders int
}

func (w *WindowsMoved) add(some WindowsMoved) {
	w.Moved, w.Already, w.Unsent = w.Moved+some.Moved, w.Already+some.Already, w.Unsent+some.Unsent
	w.Refused = append(w.Refused, some.Refused...)
	for _, one := range some.Former {
		w.leave(one)
	}
}

// leave counts a window that was moved away from.
func (w *WindowsMoved) leave(one FormerWindow) {
	at := slices.IndexFunc(w.Former, func(f FormerWindow) bool { return sameWindow(f.Window, one.Window) })
	if at < 0 {
		w.Former = append(w.Former, one)
		return
	}
	w.Former[at].Orders += one.Orders
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
		done.add(these)
	}
	return done, nil
}

func (s *Store) moveSome(ctx context.Context, ids []string, e exam.MoveWindow, try bool) (done WindowsMoved, err error) {
	if try {
		err = s.read(ctx, func(q *query.Queries) error {
			load := func(id string) (exam.Order, error) { return s.loader(q).order(ctx, id) }
			return done.each(s.Rules(), ids, e.Window, load, func(o exam.Order) (exam.Order, error) {
				moved, _, err := exam.Apply(s.Rules(), o, e, s.Now())
				return moved, err
			})
		})
		return done, err
	}
	err = s.write(ctx, func(c *change) error {
		done = WindowsMoved{}
		return done.each(c.rules, ids, e.Window, c.load, func(o exam.Order) (exam.Order, error) {
			return c.act(o.ID, func(exam.Order) (exam.Event, error) { return e, nil })
		})
	})
	return done, err
}

// each moves one window after the other. A refusal comes before anything of
// its order is written.
func (w *WindowsMoved) each(r exam.Rules, ids []string, to exam.Window, load func(id string) (exam.Order, error), move func(exam.Order) (exam.Order, error)) error {
	for _, id := range ids {
		order, err := load(id)
		if err != nil {
			return err
		}
		if sameWindow(order.Window, to) {
			w.Already++
			continue
		}
		moved, err := move(order)
		switch {
		case err == nil:
			w.Moved++
			w.leave(FormerWindow{Window: order.Window, Orders: 1})
			if status := moved.Status(r, to.ClosesAt); status == exam.StatusAbsent || status == exam.StatusForfeited {
				w.Unsent++
			}
		case concernsOne(err):
			w.Refused = append(w.Refused, WindowRefused{OrderID: id, Ticket: order.Ticket, Name: order.Name, Code: refusal.CodeOf(err)})
		default:
			return err
		}
	}
	return nil
}
