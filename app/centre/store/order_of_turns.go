package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Rearrangement changes today's order of turns: it moves some (Move), or gives
// all who have no hall one (Share).
type Rearrangement struct {
	Move  exam.Move
	Share bool
	Scope Scope // of Share: whose windows
}

// Rearranged says who moves, and where to.
type Rearranged struct {
	Moved       []MovedCandidate
	Fingerprint string // of all of that: only what was shown is saved
}

// MovedCandidate is a turn that moves, and whose it is.
type MovedCandidate struct {
	exam.MovedTurn
	Name, Ticket string
}

// PreviewTurns says whom the change would move; it changes nothing.
func (s *Store) PreviewTurns(ctx context.Context, r Rearrangement) (out Rearranged, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		out, err = s.rearrange(ctx, q, r, s.Now())
		return err
	})
	return out, err
}

// SaveTurns makes the change that was previewed. It refuses it with
// exam.TurnsChanged when it would now move others, or to other places, than
// the preview with that fingerprint said.
func (s *Store) SaveTurns(ctx context.Context, r Rearrangement, fingerprint string, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		out, err := s.rearrange(c.ctx, c.Queries, r, c.now)
		switch {
		case refusal.Is(err, exam.TurnFixed), refusal.Is(err, exam.TurnNotThere):
			return refusal.New(exam.TurnsChanged)
		case err != nil:
			return err
		case out.Fingerprint != fingerprint:
			return refusal.New(exam.TurnsChanged)
		}
		day := c.now.Format(time.DateOnly)
		for _, one := range out.Moved {
			if err := c.putTurn(day, one.MovedTurn); err != nil {
				return err
			}
		}
		if len(out.Moved) == 0 {
			return nil
		}
		c.changed = append(c.changed, TurnsKey)
		return c.audit(Entry{Action: ActionTurnsMoved, By: by, Args: movedArgs(r, out)})
	})
}

// maxNamed is how many orders a line of the log names of a change.
const maxNamed = 50

func movedArgs(r Rearrangement, out Rearranged) map[string]any {
	var orders []string
	for _, one := range out.Moved[:min(maxNamed, len(out.Moved))] {
		orders = append(orders, one.Ticket)
	}
	args := map[string]any{"turns": len(out.Moved), "tickets": orders}
	if !r.Share {
		args["hall"] = r.Move.Hall
	}
	return args
}

func (c *change) putTurn(day string, one exam.MovedTurn) error {
	if one.ToHall == 0 {
		return c.DeleteTurn(c.ctx, query.DeleteTurnParams{OrderID: one.OrderID, Day: day})
	}
	return c.PutTurn(c.ctx, query.PutTurnParams{OrderID: one.OrderID, Day: day, Hall: int64(one.ToHall), Place: int64(one.ToPlace)})
}

func (s *Store) rearrange(ctx context.Context, q *query.Queries, r Rearrangement, now time.Time) (out Rearranged, err error) {
	day, err := s.turnsOfDay(ctx, q, now)
	if err != nil {
		return out, err
	}
	var without []Standing
	if r.Share || !day.has(r.Move.Orders) {
		if without, err = s.withoutTurn(ctx, q, day, r.Scope); err != nil {
			return out, err
		}
	}
	var moved []exam.MovedTurn
	turns := day.bare()
	for _, one := range without {
		turns = append(turns, exam.Turn{OrderID: one.OrderID, State: exam.TurnWaiting})
	}
	switch {
	case r.Share:
		_, moved = exam.ShareTurns(turns, numbers(day.Halls))
	case r.Move.Hall != 0 && !slices.Contains(numbers(day.Halls), r.Move.Hall):
		return out, refusal.New(refusal.NotFound)
	default:
		if _, moved, err = exam.MoveTurns(turns, r.Move); err != nil {
			return out, err
		}
	}
	return named(moved, day, without)
}

// named says whose the moved turns are.
func named(moved []exam.MovedTurn, day TurnsOfDay, without []Standing) (out Rearranged, err error) {
	whose := map[string]Standing{}
	for _, one := range day.Turns {
		whose[one.Turn.OrderID] = one.Standing
	}
	for _, one := range without {
		whose[one.OrderID] = one
	}
	for _, one := range moved {
		out.Moved = append(out.Moved, MovedCandidate{one, whose[one.OrderID].Name, whose[one.OrderID].Ticket})
	}
	text, err := json.Marshal(moved)
	sum := sha256.Sum256(text)
	out.Fingerprint = hex.EncodeToString(sum[:])
	return out, err
}

// has says whether all these orders have turns.
func (d TurnsOfDay) has(orders []string) bool {
	return !slices.ContainsFunc(orders, func(id string) bool { _, err := d.find(id); return err != nil })
}

func numbers(halls []Hall) (all []int) {
	for _, hall := range halls {
		all = append(all, hall.Number)
	}
	return all
}

// ListWithoutTurn returns the orders whose exam can begin today and that have no
// hall yet, by window, then list.
func (s *Store) ListWithoutTurn(ctx context.Context, f Scope) (orders []Standing, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		now := s.Now()
		day, err := s.turnsOfDay(ctx, q, now)
		if err != nil {
			return err
		}
		orders, err = s.withoutTurn(ctx, q, day, f)
		return err
	})
	return orders, err
}

func (s *Store) withoutTurn(ctx context.Context, q *query.Queries, day TurnsOfDay, f Scope) (orders []Standing, err error) {
	f.Day = day.At
	all, err := s.reckon(ctx, q, f)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, one := range day.Turns {
		has[one.Turn.OrderID] = true
	}
	for _, one := range all {
		if !has[one.OrderID] && !begun(one.Status) {
			orders = append(orders, one)
		}
	}
	return orders, nil
}
