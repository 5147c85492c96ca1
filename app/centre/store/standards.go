package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// StandardRow is a standard order, for the committee.
type StandardRow struct {
	exam.Standard
	Ticket, Subject string
	Grade           int
	ClipID          string // the first of its videos, "" of none
	Unfit           bool   // it is not given to examiners any more: a video went, or a decision was made
}

// SetStandard makes the order one that examiners are held against (R21); said again
// it takes the former level's place. Nothing of the order changes.
func (s *Store) SetStandard(ctx context.Context, standard exam.Standard) error {
	standard.Reason = strings.TrimSpace(standard.Reason)
	if err := exam.CheckReason(standard.Reason); err != nil {
		return err
	}
	return s.write(ctx, func(c *change) error {
		order, err := c.load(standard.OrderID)
		if err != nil {
			return err
		}
		if err := order.CheckStandard(c.rules, c.now); err != nil {
			return err
		}
		err = c.UpsertStandard(ctx, query.UpsertStandardParams{
			OrderID: order.ID, Level: string(standard.Level), Reason: standard.Reason, ByName: standard.By.Name, At: c.now.UnixMilli(),
		})
		if err != nil {
			return err
		}
		row, err := c.findStandard(order.ID)
		if err != nil || row.Unfit {
			return errors.Join(err, refusal.New(exam.StandardGone))
		}
		entry := Entry{Action: ActionStandardSet, By: standard.By, Reason: standard.Reason}
		entry.Args = map[string]any{"order": order.ID, "level": standard.Level}
		return c.audit(entry)
	})
}

func (c *change) findStandard(orderID string) (found StandardRow, err error) {
	all, err := listStandards(c.ctx, c.Queries, c.rules)
	for _, row := range all {
		if row.OrderID == orderID {
			found = row
		}
	}
	return found, err
}

// WithdrawStandard has examiners held against the order no more. What was found by
// it stays.
func (s *Store) WithdrawStandard(ctx context.Context, orderID, reason string, by exam.Actor) error {
	reason = strings.TrimSpace(reason)
	if err := exam.CheckReason(reason); err != nil {
		return err
	}
	return s.write(ctx, func(c *change) error {
		gone, err := c.DeleteStandard(ctx, orderID)
		if err != nil || gone == 0 {
			return err // told again
		}
		entry := Entry{Action: ActionStandardWithdrawn, By: by, Reason: reason}
		entry.Args = map[string]any{"order": orderID}
		return c.audit(entry)
	})
}

// FindStandard is what the committee gave the order, nil where it is no standard.
func (s *Store) FindStandard(ctx context.Context, orderID string) (standard *exam.Standard, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindStandard(ctx, orderID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		standard = new(standardOf(row, s.Rules()))
		return err
	})
	return standard, err
}

func standardOf(row query.Standard, rules exam.Rules) exam.Standard {
	return exam.Standard{
		OrderID: row.OrderID, Level: exam.Level(row.Level), Reason: row.Reason,
		By: exam.Actor{Role: exam.ByStaff, Name: row.ByName}, At: at(row.At, rules.Location),
	}
}

func listStandards(ctx context.Context, q *query.Queries, rules exam.Rules) ([]StandardRow, error) {
	rows, err := q.ListStandards(ctx)
	all := make([]StandardRow, 0, len(rows))
	for _, row := range rows {
		all = append(all, StandardRow{
			Standard: standardOf(row.Standard, rules), Ticket: row.Ticket, Subject: row.Subject, Grade: int(row.Grade),
			ClipID: row.ClipID, Unfit: row.Unfit != 0 || row.ClipID == "",
		})
	}
	return all, err
}

// ReleaseExaminer lets an examiner go on whose work was stopped, with a reason. One
// that goes on already is told nothing new.
func (s *Store) ReleaseExaminer(ctx context.Context, examiner, reason string, by exam.Actor) error {
	reason = strings.TrimSpace(reason)
	if err := exam.CheckReason(reason); err != nil {
		return err
	}
	return s.write(ctx, func(c *change) error {
		work, err := workOf(ctx, c.Queries, c.rules, examiner)
		if err != nil || !work.stopped() {
			return err
		}
		err = c.InsertRelease(ctx, query.InsertReleaseParams{Examiner: examiner, At: c.now.UnixMilli(), Reason: reason, ByName: by.Name})
		if err != nil {
			return err
		}
		entry := Entry{Action: ActionExaminerReleased, By: by, Reason: reason}
		entry.Args = map[string]any{"examiner": examiner}
		return c.audit(entry)
	})
}
