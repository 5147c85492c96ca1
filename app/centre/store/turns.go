package store

import (
	"context"
	"slices"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// TurnsKey is what to Watch for news of halls, turns and calls.
const TurnsKey = "turns"

// TurnAct is what was done at a turn.
type TurnAct struct {
	Seq   int64 // never used twice
	Order string
	Hall  int
	Kind  exam.TurnState // called, came, missed
	At    time.Time
	By    string
}

// TurnOfDay is an order's turn with what the desk shows of the order.
type TurnOfDay struct {
	exam.Turn
	Standing
	Acts []TurnAct // those that hold, oldest first
}

// Last is the number of the last act that holds, 0 for none: by it a page says
// what it showed.
func (t TurnOfDay) Last() int64 {
	if len(t.Acts) == 0 {
		return 0
	}
	return t.Acts[len(t.Acts)-1].Seq
}

// Calls are when the candidate was called, oldest first.
func (t TurnOfDay) Calls() (calls []time.Time) {
	for _, act := range t.Acts {
		if act.Kind == exam.TurnCalled {
			calls = append(calls, act.At)
		}
	}
	return calls
}

// TurnsOfDay is today's order of turns.
type TurnsOfDay struct {
	At    time.Time
	Halls []Hall      // that are open, by number
	Turns []TurnOfDay // by hall and place
}

// ListTurns returns today's turns.
func (s *Store) ListTurns(ctx context.Context) (day TurnsOfDay, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		day, err = s.turnsOfDay(ctx, q, s.Now())
		return err
	})
	return day, err
}

func (s *Store) turnsOfDay(ctx context.Context, q *query.Queries, now time.Time) (day TurnsOfDay, err error) {
	day.At = now
	if day.Halls, err = s.openHalls(ctx, q); err != nil {
		return day, err
	}
	rows, err := q.ListTurns(ctx, now.Format(time.DateOnly))
	if err != nil {
		return day, err
	}
	orders := make([]query.ListScopeRow, 0, len(rows))
	for _, row := range rows {
		orders = append(orders, query.ListScopeRow{
			ID: row.ID, Ticket: row.Ticket, Name: row.Name, Subject: row.Subject, Grade: row.Grade,
			WindowOpens: row.WindowOpens, WindowCloses: row.WindowCloses, WindowMovedAt: row.WindowMovedAt,
			SealedAt: row.SealedAt, Consent: row.Consent, Photo: row.Photo,
		})
	}
	facts, err := s.dayFacts(ctx, q, orders)
	if err != nil {
		return day, err
	}
	acts, err := s.turnActs(ctx, q, now)
	if err != nil {
		return day, err
	}
	for n, row := range rows {
		standing := s.outcome(orders[n], facts, now)
		if !begun(standing.Status) && !slices.Contains(numbers(day.Halls), int(row.Hall)) {
			continue // the hall was closed: another one is found for whoever comes late
		}
		one := TurnOfDay{Turn: exam.Turn{OrderID: row.ID, Hall: int(row.Hall), Place: int(row.Place), State: exam.TurnWaiting, Begun: begun(standing.Status)}, Standing: standing}
		for _, act := range acts {
			if act.Order == row.ID {
				one.Acts, one.State = append(one.Acts, act), act.Kind
			}
		}
		day.Turns = append(day.Turns, one)
	}
	return day, nil
}

// begun says that the order's exam runs or is over.
func begun(status exam.Status) bool { return status != exam.StatusWaiting && status != exam.StatusOpen }

// turnActs are those of a day that hold.
func (s *Store) turnActs(ctx context.Context, q *query.Queries, day time.Time) (acts []TurnAct, err error) {
	rows, err := q.ListTurnActs(ctx, day.Format(time.DateOnly))
	for _, row := range rows {
		if row.UndoneAt != nil {
			continue
		}
		acts = append(acts, TurnAct{
			Seq: row.Seq, Order: row.OrderID, Hall: int(row.Hall), Kind: exam.TurnState(row.Kind), At: s.at(row.At), By: row.ByName,
		})
	}
	return acts, err
}

// bare are the turns as the rules know them.
func (d TurnsOfDay) bare() (turns []exam.Turn) {
	for _, one := range d.Turns {
		turns = append(turns, one.Turn)
	}
	return turns
}

// find is an order's turn of the day, or refusal.NotFound.
func (d TurnsOfDay) find(order string) (TurnOfDay, error) {
	at := slices.IndexFunc(d.Turns, func(t TurnOfDay) bool { return t.Turn.OrderID == order })
	if at < 0 {
		return TurnOfDay{}, refusal.New(refusal.NotFound)
	}
	return d.Turns[at], nil
}

// TurnStep is one step of a turn, and what the page showed when it was asked for.
type TurnStep struct {
	Order string
	Known int64 // TurnOfDay.Last
	By    exam.Actor
}

// CallTurn calls a candidate to the hall, also a second and third time.
func (s *Store) CallTurn(ctx context.Context, step TurnStep) error {
	return s.atTurn(ctx, step, func(c *change, turn TurnOfDay) error {
		if turn.Begun || turn.State == exam.TurnCame {
			return refusal.New(exam.TurnChanged)
		}
		return c.actAt(turn, exam.TurnCalled, step.By, map[string]any{"hall": turn.Hall, "call": len(turn.Calls()) + 1})
	})
}

// NoteCame notes that a candidate is here, called or not.
func (s *Store) NoteCame(ctx context.Context, step TurnStep) error {
	return s.atTurn(ctx, step, func(c *change, turn TurnOfDay) error {
		if turn.State == exam.TurnCame {
			return nil
		}
		return c.actAt(turn, exam.TurnCame, step.By, map[string]any{"hall": turn.Hall})
	})
}

// NoteMissed notes that nobody came (exam.CheckMissed). The order is not 缺考 by
// it: that follows from its window alone (R17).
func (s *Store) NoteMissed(ctx context.Context, step TurnStep) error {
	return s.atTurn(ctx, step, func(c *change, turn TurnOfDay) error {
		switch {
		case turn.State == exam.TurnMissed:
			return nil
		case turn.Begun, turn.State == exam.TurnCame:
			return refusal.New(exam.TurnChanged)
		}
		if err := exam.CheckMissed(turn.Calls(), c.now); err != nil {
			return err
		}
		return c.actAt(turn, exam.TurnMissed, step.By, map[string]any{"hall": turn.Hall})
	})
}

// UndoTurn takes the last act at a turn back.
func (s *Store) UndoTurn(ctx context.Context, step TurnStep) error {
	return s.atTurn(ctx, step, func(c *change, turn TurnOfDay) error {
		if len(turn.Acts) == 0 {
			return refusal.New(exam.TurnChanged)
		}
		last := turn.Acts[len(turn.Acts)-1]
		err := c.UndoTurnAct(c.ctx, query.UndoTurnActParams{UndoneAt: new(c.now.UnixMilli()), UndoneBy: &step.By.Name, Seq: last.Seq})
		if err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionTurnUndone, By: step.By, OrderID: step.Order, Args: map[string]any{"hall": turn.Hall, "turn": last.Kind}})
	})
}

// atTurn does a step at a turn that is as the page showed it, else TurnChanged.
func (s *Store) atTurn(ctx context.Context, step TurnStep, do func(*change, TurnOfDay) error) error {
	return s.write(ctx, func(c *change) error {
		day, err := s.turnsOfDay(c.ctx, c.Queries, c.now)
		if err != nil {
			return err
		}
		turn, err := day.find(step.Order)
		if err != nil {
			return err
		}
		if turn.Last() != step.Known {
			return refusal.New(exam.TurnChanged)
		}
		c.changed = append(c.changed, TurnsKey)
		return do(c, turn)
	})
}

// turnActions are how the log names what was done at a turn.
var turnActions = map[exam.TurnState]audit.Action{
	exam.TurnCalled: ActionTurnCalled, exam.TurnCame: ActionTurnCame, exam.TurnMissed: ActionTurnMissed,
}

func (c *change) actAt(turn TurnOfDay, kind exam.TurnState, by exam.Actor, args map[string]any) error {
	err := c.InsertTurnAct(c.ctx, query.InsertTurnActParams{
		OrderID: turn.Turn.OrderID, Day: c.now.Format(time.DateOnly), Hall: int64(turn.Hall), Kind: string(kind), At: c.now.UnixMilli(), ByName: by.Name,
	})
	if err != nil {
		return err
	}
	return c.audit(Entry{Action: turnActions[kind], By: by, OrderID: turn.Turn.OrderID, Args: args})
}
