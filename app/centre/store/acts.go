package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// drawMemory is how long the draw avoids what was drawn at this centre (R9).
const drawMemory = time.Hour

// NewID makes an opaque identifier: 26 letters and digits, 128 random bits.
func NewID() string { return strings.ToLower(rand.Text()) }

// pick is uniform in [0, n), from the system's cryptographic source (R8, R9).
func pick(n int) int {
	drawn, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // crypto/rand never fails; Go ends the program before
	}
	return int(drawn.Int64())
}

// Apply does one act at an order: loads it, applies the event at now, writes
// down the outcome with its audit rows. A refusal is an *refusal.Error.
func (s *Store) Apply(ctx context.Context, orderID string, event exam.Event) (exam.Order, error) {
	return s.apply(ctx, orderID, func(*change, exam.Order) (exam.Event, error) { return event, nil })
}

func (s *Store) apply(ctx context.Context, orderID string, event func(*change, exam.Order) (exam.Event, error)) (exam.Order, error) {
	var after exam.Order
	err := s.write(ctx, func(c *change) error {
		var err error
		after, err = c.act(orderID, func(o exam.Order) (exam.Event, error) { return event(c, o) })
		return err
	})
	return after, err
}

// Agreement is what a candidate sends to start an attempt (R6, R7).
type Agreement struct {
	Device       string
	Agreed       bool
	RulesVersion string
	CurrentRules string
	Until        time.Time // it is not started later; zero: whenever it comes (exam.Until)
	// Room refuses when the disk cannot take that many bytes more: every item
	// of every running attempt at full size, the new one's among them (R27).
	// It is called in the transaction, so that starts at once do not share the
	// same room, and knows already what the disk has left. nil asks nobody.
	Room func(reserved int64) error
}

// StartAttempt starts the order's attempt, or returns it as it runs already (R7, R10).
func (s *Store) StartAttempt(ctx context.Context, orderID string, a Agreement) (order exam.Order, started bool, err error) {
	id := NewID()
	err = s.write(ctx, func(c *change) error {
		order, err = c.act(orderID, func(o exam.Order) (exam.Event, error) { return c.start(o, id, a, s.mayBe()) })
		started = order.FindAttempt(id) != nil
		if err != nil || !started || a.Room == nil {
			return err
		}
		reserved, err := reserved(c.ctx, c.Queries, c.rules, c.now)
		if err != nil {
			return err
		}
		return a.Room(reserved)
	})
	return order, started && err == nil, err
}

// StartPractice starts a practice run of the order with that item, or returns
// the one that runs already (R26). The order's last practice run is it.
func (s *Store) StartPractice(ctx context.Context, orderID, device string, item exam.ItemSpec, room func(reserved int64) error) (order exam.Order, started bool, err error) {
	id := NewID()
	err = s.write(ctx, func(c *change) error {
		order, err = c.act(orderID, func(o exam.Order) (exam.Event, error) {
			running, err := c.otherRunning(o)
			return exam.StartPractice{AttemptID: id, Device: device, Item: item, OtherRunning: running, Pick: pick}, err
		})
		started = order.FindAttempt(id) != nil
		if err != nil || !started {
			return err
		}
		reserved, err := reserved(c.ctx, c.Queries, c.rules, c.now)
		if err != nil {
			return err
		}
		return room(reserved)
	})
	return order, started && err == nil, err
}

func (c *change) start(o exam.Order, id string, a Agreement, mayBe time.Time) (exam.Event, error) {
	draw, err := c.draw(o)
	if err != nil {
		return nil, err
	}
	running, err := c.otherRunning(o)
	return exam.Until{Moment: a.Until, Event: exam.Start{
		AttemptID:    id,
		Device:       a.Device,
		Agreed:       a.Agreed,
		RulesVersion: a.RulesVersion,
		CurrentRules: a.CurrentRules,
		OtherRunning: running,
		Draw:         draw,
		MayBe:        mayBe,
	}}, err
}

// draw gathers what the draw of the order's next attempt needs (R9).
func (c *change) draw(o exam.Order) (exam.Draw, error) {
	bank, err := bankOf(c.ctx, c.Queries, o.Subject, o.Grade)
	if err != nil {
		return exam.Draw{}, err
	}
	recent, err := c.ListRecentQuestions(c.ctx, c.now.Add(-drawMemory).UnixMilli())
	if err != nil {
		return exam.Draw{}, err
	}
	draw := exam.Draw{Bank: bank, Used: o.UsedQuestions(), Recent: map[string]bool{}, Pick: pick}
	for _, id := range recent {
		draw.Recent[sqlkit.OrEmpty(id)] = true
	}
	return draw, c.addPapers(&draw, o.ID)
}

func (c *change) otherRunning(o exam.Order) (bool, error) {
	count, err := c.CountOtherRunning(c.ctx, query.CountOtherRunningParams{PersonKey: o.PersonKey(), ID: o.ID, Deadline: c.now.UnixMilli()})
	return count > 0, err
}

// Tick writes down the timeouts that came due and erases old practice runs,
// one transaction per order. It returns the orders that changed. An order that
// cannot be read or written keeps no other waiting; the error names them all.
func (s *Store) Tick(ctx context.Context) (changed []string, err error) {
	erases, err := s.Erases(ctx)
	if err != nil {
		return nil, err
	}
	due, err := s.dueOrders(ctx, erases)
	if err != nil {
		return nil, err
	}
	var failed []error
	for _, id := range due {
		switch _, err := s.Apply(ctx, id, exam.Tick{KeepPractice: !erases}); {
		case err == nil:
			changed = append(changed, id)
		case ctx.Err() != nil || refusal.CodeOf(err) == refusal.DiskFull: // the next would fail alike
			return changed, errors.Join(append(failed, err)...)
		default:
			failed = append(failed, fmt.Errorf("order %s: %w", id, err))
		}
	}
	if !erases {
		return changed, errors.Join(failed...)
	}
	return changed, errors.Join(append(failed, s.forget(ctx))...)
}

func (s *Store) dueOrders(ctx context.Context, erases bool) (due []string, err error) {
	now := s.Now()
	erase := now.Add(-24 * time.Hour)
	if !erases { // what is erased does not come back
		erase = time.UnixMilli(0)
	}
	err = s.read(ctx, func(q *query.Queries) error {
		due, err = q.ListDueOrderIDs(ctx, query.ListDueOrderIDsParams{
			Now:            now.UnixMilli(),
			PracticeBefore: erase.UnixMilli(),
		})
		return err
	})
	return due, err
}

// NextDeadline is when the next running attempt times out, zero if none runs.
func (s *Store) NextDeadline(ctx context.Context) (next time.Time, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		deadline, err := q.NextDeadline(ctx)
		if deadline > 0 {
			next = s.at(deadline)
		}
		return err
	})
	return next, err
}

// FindOrder returns the order.
func (s *Store) FindOrder(ctx context.Context, id string) (order exam.Order, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		order, err = s.loader(q).order(ctx, id)
		return err
	})
	return order, err
}

// ListOrders returns the person's orders (R4), by the window's start.
func (s *Store) ListOrders(ctx context.Context, person string) (orders []exam.Order, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		ids, err := q.ListOrderIDs(ctx, person)
		if err != nil {
			return err
		}
		orders, err = s.loader(q).orders(ctx, ids)
		return err
	})
	return orders, err
}

func (l loader) orders(ctx context.Context, ids []string) ([]exam.Order, error) {
	var orders []exam.Order
	for _, id := range ids {
		order, err := l.order(ctx, id)
		if err != nil {
			return nil, err
		}
		orders = append(orders, order)
	}
	return orders, nil
}

// FindAttemptOrder returns the order that has the attempt.
func (s *Store) FindAttemptOrder(ctx context.Context, attemptID string) (order exam.Order, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		id, err := q.FindOrderIDOfAttempt(ctx, attemptID)
		if err != nil {
			return sqlkit.Absent(err)
		}
		order, err = s.loader(q).order(ctx, id)
		return err
	})
	return order, err
}

// FindClipOrder returns the order that has the clip.
func (s *Store) FindClipOrder(ctx context.Context, clipID string) (order exam.Order, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		id, err := q.FindOrderIDOfClip(ctx, clipID)
		if err != nil {
			return sqlkit.Absent(err)
		}
		order, err = s.loader(q).order(ctx, id)
		return err
	})
	return order, err
}

func (s *Store) loader(q *query.Queries) loader {
	return loader{Queries: q, zone: s.Rules().Location, confirms: s.Rules().ProvinceDecides}
}

// Reserved is the disk, in bytes, that running attempts may still fill: every
// item at full size, less what is there already (R27).
func (s *Store) Reserved(ctx context.Context) (bytes int64, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		bytes, err = reserved(ctx, q, s.Rules(), s.Now())
		return err
	})
	return bytes, err
}

func reserved(ctx context.Context, q *query.Queries, rules exam.Rules, now time.Time) (int64, error) {
	row, err := q.SumReserved(ctx, now.UnixMilli())
	return max(0, row.Items*rules.MaxClipBytes-row.Held), err
}
