package store

import (
	"context"
	"slices"
	"strings"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/base/text"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// MaxHalls is how many rooms are open at once: their numbers are among the
// recorded words of a call.
const MaxHalls = 20

// The refusals of halls.
const (
	HallsFull    refusal.Code = "halls_full"
	HallNotEmpty refusal.Code = "hall_not_empty" // somebody waits there, or was called
)

// Hall is an exam room 考场, called by its number.
type Hall struct {
	Number int
	Name   string // beside the number, "" for none
}

func (s *Store) openHalls(ctx context.Context, q *query.Queries) (halls []Hall, err error) {
	rows, err := q.ListHalls(ctx)
	for _, row := range rows {
		if row.ClosedAt == nil {
			halls = append(halls, Hall{Number: int(row.Number), Name: row.Name})
		}
	}
	return halls, err
}

// AddHall opens the hall with the first number that is free.
func (s *Store) AddHall(ctx context.Context, name string, by exam.Actor) (number int, err error) {
	name = strings.TrimSpace(name)
	if err := text.CheckLine(name); err != nil {
		return 0, err
	}
	return number, s.write(ctx, func(c *change) error {
		open, err := s.openHalls(c.ctx, c.Queries)
		if err != nil {
			return err
		}
		number = 1
		for slices.ContainsFunc(open, func(h Hall) bool { return h.Number == number }) {
			number++
		}
		if number > MaxHalls {
			return refusal.New(HallsFull, "max", MaxHalls)
		}
		if err := c.OpenHall(c.ctx, query.OpenHallParams{Number: int64(number), Name: name}); err != nil {
			return err
		}
		return c.hallChanged(ActionHallAdded, number, name, by)
	})
}

// RenameHall gives an open hall another name beside its number.
func (s *Store) RenameHall(ctx context.Context, number int, name string, by exam.Actor) error {
	name = strings.TrimSpace(name)
	if err := text.CheckLine(name); err != nil {
		return err
	}
	return s.write(ctx, func(c *change) error {
		if err := c.findOpenHall(number); err != nil {
			return err
		}
		if err := c.RenameHall(c.ctx, query.RenameHallParams{Name: name, Number: int64(number)}); err != nil {
			return err
		}
		return c.hallChanged(ActionHallRenamed, number, name, by)
	})
}

// CloseHall closes a hall in which nobody waits and nobody is called today.
func (s *Store) CloseHall(ctx context.Context, number int, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		if err := c.findOpenHall(number); err != nil {
			return err
		}
		day, err := s.turnsOfDay(c.ctx, c.Queries, c.now)
		if err != nil {
			return err
		}
		for _, turn := range day.Turns {
			if turn.Hall == number && !turn.Begun && (turn.State == exam.TurnWaiting || turn.State == exam.TurnCalled) {
				return refusal.New(HallNotEmpty)
			}
		}
		if err := c.Queries.CloseHall(c.ctx, query.CloseHallParams{ClosedAt: new(c.now.UnixMilli()), Number: int64(number)}); err != nil {
			return err
		}
		return c.hallChanged(ActionHallClosed, number, "", by)
	})
}

// findOpenHall refuses a hall that is not there or closed.
func (c *change) findOpenHall(number int) error {
	row, err := c.FindHall(c.ctx, int64(number))
	if err == nil && row.ClosedAt != nil {
		err = refusal.New(refusal.NotFound)
	}
	return sqlkit.Absent(err)
}

func (c *change) hallChanged(action audit.Action, number int, name string, by exam.Actor) error {
	c.changed = append(c.changed, TurnsKey)
	return c.audit(Entry{Action: action, By: by, Args: map[string]any{"hall": number, "name": name}})
}
