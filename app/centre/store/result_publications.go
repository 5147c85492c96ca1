package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

func factAction(kind exam.FactKind) audit.Action { return audit.Action(kind) }

// PublishResults has the candidates of a list, or only that order's, see what was
// confirmed; where a later list corrects it, nothing is done. It says how many
// see now what they did not see before.
func (s *Store) PublishResults(ctx context.Context, listID, orderID string, by exam.Actor) (count int, err error) {
	waits := func(r ListedResult) bool { return r.Revision == r.Newest && r.Revision != r.Published }
	return s.publish(ctx, listID, orderID, waits, func(c *change, r ListedResult) error {
		return c.published(r, new(int64(r.Revision)), "", by)
	})
}

// WithdrawResults takes what the candidates of a list, or only that order's, see
// out of their sight, with a reason. It says how many saw it.
func (s *Store) WithdrawResults(ctx context.Context, listID, orderID, reason string, by exam.Actor) (count int, err error) {
	reason = strings.TrimSpace(reason)
	if err := exam.CheckReason(reason); err != nil {
		return 0, err
	}
	seen := func(r ListedResult) bool { return r.Revision == r.Published }
	return s.publish(ctx, listID, orderID, seen, func(c *change, r ListedResult) error {
		return c.published(r, nil, reason, by)
	})
}

func (s *Store) publish(ctx context.Context, listID, orderID string, chosen func(ListedResult) bool, do func(*change, ListedResult) error) (count int, err error) {
	err = s.write(ctx, func(c *change) error {
		count = 0
		if _, err := c.FindResultList(ctx, listID); err != nil {
			return sqlkit.Absent(err)
		}
		results, err := listedResults(ctx, c.Queries, listID)
		if err != nil {
			return err
		}
		for _, one := range results {
			if orderID != "" && one.OrderID != orderID || !chosen(one) {
				continue
			}
			if err := do(c, one); err != nil {
				return err
			}
			count++
		}
		return nil
	})
	return count, err
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
