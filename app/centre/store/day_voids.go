package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// NothingToVoid refuses to void a day of which no attempt is left to void.
const NothingToVoid refusal.Code = "nothing_to_void"

// VoidDay is what two people have done: a whole day's attempts voided (R22).
type VoidDay struct {
	Day    string `json:"day"` // by the centre's clock, as 2026-08-03
	Reason string `json:"reason"`
}

func (v VoidDay) span(zone *time.Location) (since, until time.Time, err error) {
	day, err := time.ParseInLocation(time.DateOnly, v.Day, zone)
	if err != nil {
		return since, until, err
	}
	since, until = Scope{Day: day}.span(zone)
	return since, until, nil
}

// DayAttempts are the attempts that began on a day and are not voided.
type DayAttempts struct {
	Attempts   int // that a void of the day would void
	Candidates int // whose they are
	Running    int // of the attempts, now
	Sealed     int // beside them, of orders in a batch: they stay as they are
}

// CountDayAttempts counts what a void of the day would void now; an attempt is of
// the day on which it began.
func (s *Store) CountDayAttempts(ctx context.Context, v VoidDay) (count DayAttempts, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		count, err = countDayAttempts(ctx, q, v, s.Now())
		return err
	})
	return count, err
}

func countDayAttempts(ctx context.Context, q *query.Queries, v VoidDay, now time.Time) (DayAttempts, error) {
	since, until, err := v.span(now.Location())
	if err != nil {
		return DayAttempts{}, err
	}
	row, err := q.CountDayAttempts(ctx, query.CountDayAttemptsParams{Now: now.UnixMilli(), Since: since.UnixMilli(), Until: until.UnixMilli()})
	return DayAttempts{int(row.Attempts), int(row.Candidates), int(row.Running), int(row.Sealed)}, err
}

// CheckVoidDay refuses a void of a day for which there is nothing to do, or whose
// day is in doubt, and says what it would void.
func (s *Store) CheckVoidDay(ctx context.Context, v VoidDay) (count DayAttempts, err error) {
	if err := errors.Join(exam.CheckReason(v.Reason), s.checkDate()); err != nil {
		return count, err
	}
	count, err = s.CountDayAttempts(ctx, v)
	if err == nil && count.Attempts == 0 {
		err = refusal.New(NothingToVoid)
	}
	return count, err
}

// beginDayVoid chooses the attempts that the confirmed proposal voids; none left
// is what came of it.
func (c *change) beginDayVoid(p *Proposal) error {
	v, err := p.voidDay()
	if err != nil {
		return err
	}
	count, err := countDayAttempts(c.ctx, c.Queries, v, c.now)
	if err != nil {
		return err
	}
	if count.Attempts == 0 {
		p.Refused = NothingToVoid
		return c.endProposal(p.ID, nil, p.Refused)
	}
	since, until, err := v.span(c.rules.Location)
	if err != nil {
		return err
	}
	return c.InsertDayVoid(c.ctx, query.InsertDayVoidParams{Proposal: p.ID, Since: since.UnixMilli(), Until: until.UnixMilli()})
}

func (p Proposal) voidDay() (v VoidDay, err error) {
	return v, json.Unmarshal(p.Args, &v)
}

// VoidDays voids what confirmed proposals of whole days have left, an order in
// one transaction: whoever else writes waits for no more. After a crash or a full
// disk the next call goes on, and no attempt's turn comes twice. ended hears of
// each attempt that was voided.
func (s *Store) VoidDays(ctx context.Context, ended func(attemptID string)) error {
	var unended []query.Proposal
	err := s.read(ctx, func(q *query.Queries) (err error) {
		unended, err = q.ListUnendedDayVoids(ctx)
		return err
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, row := range unended {
		if err := s.goOnVoiding(ctx, s.proposalOf(row), ended); err != nil {
			failed = append(failed, fmt.Errorf("void the day of proposal %s: %w", row.ID, err))
		}
	}
	return errors.Join(failed...)
}

func (s *Store) goOnVoiding(ctx context.Context, p Proposal, ended func(attemptID string)) error {
	var orders []string
	err := s.read(ctx, func(q *query.Queries) (err error) {
		orders, err = q.ListDayVoidOrders(ctx, p.ID)
		return err
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, id := range orders {
		voided, err := s.voidDayOf(ctx, p, id)
		for _, attempt := range voided {
			ended(attempt)
		}
		switch {
		case err == nil:
		case ctx.Err() != nil || refusal.CodeOf(err) != "": // the next would fail alike
			return err
		default:
			failed = append(failed, fmt.Errorf("order %s: %w", id, err))
		}
	}
	return errors.Join(errors.Join(failed...), s.endDayVoid(ctx, p))
}

// voidDayOf voids what is left at one order, each attempt as at the desk. One
// that may not be voided keeps its reason.
func (s *Store) voidDayOf(ctx context.Context, p Proposal, orderID string) (voided []string, err error) {
	v, err := p.voidDay()
	if err != nil {
		return nil, err
	}
	by := exam.Actor{Role: exam.ByStaff, Name: p.ProposedBy}
	err = s.write(ctx, func(c *change) error {
		voided = nil
		left, err := c.ListDayVoidAttempts(ctx, query.ListDayVoidAttemptsParams{ProposalID: p.ID, OrderID: orderID})
		if err != nil {
			return err
		}
		for _, id := range left {
			_, err := c.act(orderID, func(exam.Order) (exam.Event, error) {
				return exam.Void{AttemptID: id, By: by, Second: p.DecidedBy, Reason: v.Reason}, nil
			})
			if err != nil && !concernsOne(err) {
				return err
			}
			if err == nil {
				voided = append(voided, id)
			}
			outcome := string(refusal.CodeOf(err))
			if err := c.SetDayVoidOutcome(ctx, query.SetDayVoidOutcomeParams{Outcome: &outcome, ProposalID: p.ID, AttemptID: id}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return voided, nil
}

// DayVoided is what came of a void of a day.
type DayVoided struct {
	Attempts   int `json:"attempts"`
	Candidates int `json:"candidates"`
	Refused    int `json:"refused"` // that may not be voided any more
}

// endDayVoid writes down, once, what came of it when every attempt had its turn.
func (s *Store) endDayVoid(ctx context.Context, p Proposal) error {
	v, err := p.voidDay()
	if err != nil {
		return err
	}
	return s.write(ctx, func(c *change) error {
		now, err := c.FindProposal(ctx, p.ID)
		if err != nil || now.Result != "" {
			return err
		}
		came, err := c.CountDayVoid(ctx, p.ID)
		if err != nil || came.Waiting > 0 {
			return err
		}
		if err := c.endProposal(p.ID, DayVoided{int(came.Voided), int(came.Candidates), int(came.Refused)}, ""); err != nil {
			return err
		}
		entry := Entry{Action: ActionDayVoided, By: exam.Actor{Role: exam.ByStaff, Name: p.ProposedBy}, Reason: v.Reason}
		entry.Args = map[string]any{"day": v.Day, "attempts": came.Voided, "candidates": came.Candidates, "refused": came.Refused, "confirmed_by": p.DecidedBy}
		return c.audit(entry)
	})
}

// DayVoid is a day that two people voided, as the record of a day says it.
type DayVoid struct {
	VoidDay
	DayVoided
	At          time.Time // of the confirmation
	By          string
	ConfirmedBy string
	Waiting     int // whose turn comes
	Undone      int // that do not stand voided any more
}

// ListDayVoids returns the days that were voided, as far as they concern the
// scope: its day, or one of these orders of it.
func (s *Store) ListDayVoids(ctx context.Context, f Scope, outcomes []Standing) (list []DayVoid, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		list, err = s.dayVoids(ctx, q, f, outcomes)
		return err
	})
	return list, err
}

func (s *Store) dayVoids(ctx context.Context, q *query.Queries, f Scope, outcomes []Standing) (list []DayVoid, err error) {
	ids, err := idsOfStanding(outcomes)
	if err != nil {
		return nil, err
	}
	day := ""
	if !f.Day.IsZero() {
		day = f.Day.In(s.Rules().Location).Format(time.DateOnly)
	}
	rows, err := q.ListDayVoids(ctx, query.ListDayVoidsParams{Day: day, Ids: ids})
	for _, row := range rows {
		p := s.proposalOf(row.Proposal)
		v, err := p.voidDay()
		if err != nil {
			return nil, err
		}
		list = append(list, DayVoid{
			VoidDay: v, DayVoided: DayVoided{int(row.Voided), int(row.Candidates), int(row.Refused)},
			At: p.DecidedAt, By: p.ProposedBy, ConfirmedBy: p.DecidedBy, Waiting: int(row.Waiting), Undone: int(row.Undone),
		})
	}
	return list, err
}
