package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

func factAction(kind exam.FactKind) audit.Action { return audit.Action(kind) }

// atOnce is how many orders one transaction publishes: phones' uploads wait
// for it.
const atOnce = 100

// effect is what publishing or withdrawing did of an order.
type effect int

const (
	noEffect effect = iota
	done
	differs // left out
	effects
)

// PublishResults has the candidates of a list, or only that order's, see what was
// confirmed. Left out is what a later list corrects, and what a later mark or
// decision made another: that is corrected first. It says how many see now what
// they did not see before, and how many differ.
func (s *Store) PublishResults(ctx context.Context, listID, orderID string, by exam.Actor) (count, differ int, err error) {
	told, err := s.publish(ctx, listID, orderID, func(c *change, r ListedResult, now ResultRow) (effect, error) {
		switch {
		case r.Revision != now.Confirmed.Revision || r.Revision == now.Published:
			return noEffect, nil
		case now.Differs:
			return differs, nil
		}
		return done, c.published(r, new(int64(r.Revision)), "", by)
	})
	return told[done], told[differs], err
}

// WithdrawResults takes what the candidates of a list, or only that order's, see
// out of their sight, with a reason. It says how many saw it.
func (s *Store) WithdrawResults(ctx context.Context, listID, orderID, reason string, by exam.Actor) (count int, err error) {
	reason = strings.TrimSpace(reason)
	if err := exam.CheckReason(reason); err != nil {
		return 0, err
	}
	told, err := s.publish(ctx, listID, orderID, func(c *change, r ListedResult, now ResultRow) (effect, error) {
		if r.Revision != now.Published {
			return noEffect, nil
		}
		return done, c.published(r, nil, reason, by)
	})
	return told[done], err
}

// publish does something for each result of a list, with what it comes to now. What
// was done before an error stays, and is not done again.
func (s *Store) publish(ctx context.Context, listID, orderID string, do func(*change, ListedResult, ResultRow) (effect, error)) (told [effects]int, err error) {
	_, listed, err := s.FindResultList(ctx, listID)
	if err != nil {
		return told, err
	}
	if orderID != "" {
		listed = slices.DeleteFunc(listed, func(r ListedResult) bool { return r.OrderID != orderID })
	}
	for some := range slices.Chunk(listed, atOnce) {
		var now [effects]int
		err := s.write(ctx, func(c *change) (err error) {
			now, err = s.publishSome(c, some, do)
			return err
		})
		if err != nil {
			return told, err
		}
		for i, n := range now {
			told[i] += n
		}
	}
	return told, nil
}

func (s *Store) publishSome(c *change, some []ListedResult, do func(*change, ListedResult, ResultRow) (effect, error)) (told [effects]int, err error) {
	ids := make([]string, len(some))
	for i, one := range some {
		ids[i] = one.OrderID
	}
	now, err := s.resultsNow(c, ids)
	if err != nil {
		return told, err
	}
	for i, row := range now { // every order of a result is there
		e, err := do(c, some[i], row)
		if err != nil {
			return told, err
		}
		told[e]++
	}
	return told, nil
}

// published writes down what the candidate sees from now on: nothing where the
// revision is nil.
func (c *change) published(r ListedResult, revision *int64, reason string, by exam.Actor) error {
	err := c.InsertPublication(c.ctx, query.InsertPublicationParams{
		OrderID: r.OrderID, Revision: revision, Reason: reason, ByName: by.Name, At: c.now.UnixMilli(),
	})
	if err != nil {
		return err
	}
	kind := exam.FactResultPublished
	if revision == nil {
		kind = exam.FactResultWithdrawn
	}
	c.changed = append(c.changed, r.OrderID)
	entry := Entry{Action: factAction(kind), By: by, OrderID: r.OrderID, Reason: reason}
	entry.Args = map[string]any{"revision": r.Revision, "outcome": r.Outcome}
	return c.audit(entry)
}

// PublishedResult is what a candidate may read.
type PublishedResult struct {
	exam.Result
	MetOn string // the day on which the committee met
	At    time.Time
}

// FindPublishedResult returns what the order's candidate may read, nil if that is
// nothing.
func (s *Store) FindPublishedResult(ctx context.Context, orderID string) (published *PublishedResult, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindPublished(ctx, orderID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		result, err := storedResult(row.Result.Outcome, row.Result.Reason, row.Result.Items)
		published = &PublishedResult{Result: result, MetOn: row.MetOn, At: s.at(row.At)}
		return err
	})
	return published, err
}

// IsResultWithdrawn tells whether the order's candidate saw a result that was taken
// back since, and nothing in its place.
func (s *Store) IsResultWithdrawn(ctx context.Context, orderID string) (is bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		is, err = q.IsResultWithdrawn(ctx, orderID)
		return err
	})
	return is, err
}
