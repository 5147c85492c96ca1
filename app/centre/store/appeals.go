package store

import (
	"context"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Appeal is that an order is marked once more, and what came of it.
type Appeal struct {
	Reason    string
	By        string
	At        time.Time
	Former    exam.Level
	Examiner  string // "" before somebody began
	Level     exam.Level
	Changed   bool      // the result became the new level
	DecidedAt time.Time // zero while it is open
}

// AskAppeal has the order marked once more, by an examiner who did not mark it. Told
// again under the same id it is the same.
func (s *Store) AskAppeal(ctx context.Context, orderID, id, reason string, by exam.Actor) error {
	reason = strings.TrimSpace(reason)
	return s.write(ctx, func(c *change) error {
		known, err := c.ListAppeals(ctx, orderID)
		if err != nil {
			return err
		}
		for _, one := range known {
			if one.ID == id {
				return nil
			}
			if one.DecidedAt == nil {
				return refusal.New(exam.AppealOpen)
			}
		}
		order, err := c.act(orderID, func(exam.Order) (exam.Event, error) { return exam.Appeal{Reason: reason, By: by}, nil })
		if err != nil {
			return err
		}
		return c.InsertAppeal(ctx, query.InsertAppealParams{
			ID: id, OrderID: orderID, Reason: reason, ByName: by.Name, At: c.now.UnixMilli(),
			Former: string(order.Whole()), Tolerance: int64(c.rules.ToleranceOf(order)),
		})
	})
}

// ListAppeals are the order's, the newest first.
func (s *Store) ListAppeals(ctx context.Context, orderID string) (appeals []Appeal, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListAppeals(ctx, orderID)
		for _, row := range rows {
			appeals = append(appeals, Appeal{
				Reason: row.Reason, By: row.ByName, At: s.at(row.At), Former: exam.Level(row.Former), Examiner: row.Examiner,
				Level: exam.Level(row.Level), Changed: row.Changed != 0, DecidedAt: maybeAt(row.DecidedAt, s.Rules().Location),
			})
		}
		return err
	})
	return appeals, err
}
