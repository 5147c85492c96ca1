package store

import (
	"context"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// RowClosed says that another helper closed the row first.
const RowClosed refusal.Code = "row_closed"

// ClosedRow says that staff closed an attempt's row of the board, because its
// phone is not heard. Nothing of the exam follows from it: the attempt ends as
// it would, and the day with it.
type ClosedRow struct {
	Reason string
	By     string
	At     time.Time
}

// Holds says that nothing happened since that brings the row back by itself:
// its phone was not heard, and nobody called for help from it.
func (r ClosedRow) Holds(heard, called time.Time) bool {
	return !heard.After(r.At) && !called.After(r.At)
}

// CloseRow closes an attempt's row with a reason. known is when it was closed
// before, as the caller's page shows it, zero for never: RowClosed where another
// helper was faster.
func (s *Store) CloseRow(ctx context.Context, attemptID string, row ClosedRow, known time.Time) error {
	return s.write(ctx, func(c *change) error {
		if err := exam.CheckReason(row.Reason); err != nil {
			return err
		}
		order, err := c.FindOrderIDOfAttempt(ctx, attemptID)
		if err != nil {
			return sqlkit.Absent(err)
		}
		if before, err := c.FindClosedRow(ctx, attemptID); err == nil && before.At != known.UnixMilli() {
			return refusal.New(RowClosed)
		}
		err = c.UpsertClosedRow(ctx, query.UpsertClosedRowParams{AttemptID: attemptID, Reason: row.Reason, ByName: row.By, At: c.now.UnixMilli()})
		if err != nil {
			return err
		}
		c.changed = append(c.changed, BoardKey)
		return c.audit(Entry{
			Action: audit.Action(exam.FactRowClosed), By: exam.Actor{Role: exam.ByStaff, Name: row.By}, OrderID: order, AttemptID: attemptID, Reason: row.Reason,
		})
	})
}

// ShowRow takes the closing of a row back; of one that is open it changes nothing.
func (s *Store) ShowRow(ctx context.Context, attemptID, by string) error {
	return s.write(ctx, func(c *change) error {
		order, err := c.FindOrderIDOfAttempt(ctx, attemptID)
		if err != nil {
			return sqlkit.Absent(err)
		}
		gone, err := c.DeleteClosedRow(ctx, attemptID)
		if err != nil || gone == 0 {
			return err
		}
		c.changed = append(c.changed, BoardKey)
		return c.audit(Entry{Action: audit.Action(exam.FactRowShown), By: exam.Actor{Role: exam.ByStaff, Name: by}, OrderID: order, AttemptID: attemptID})
	})
}

// closedRows are the closed rows, by attempt.
func (s *Store) closedRows(ctx context.Context, q *query.Queries) (map[string]*ClosedRow, error) {
	rows, err := q.ListClosedRows(ctx)
	closed := map[string]*ClosedRow{}
	for _, row := range rows {
		closed[row.AttemptID] = &ClosedRow{Reason: row.Reason, By: row.ByName, At: s.at(row.At)}
	}
	return closed, err
}
