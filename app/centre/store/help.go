package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// helpLife is how long a call stays without news of its phone.
const helpLife = 2 * time.Hour

// HelpCall is «I need help» of one device (R30).
type HelpCall struct {
	ID        string
	Device    string
	Person    string
	OrderID   string
	AttemptID string
	AskedAt   time.Time
	ToldAt    time.Time // when the phone last said how it is
	SeenAt    time.Time // zero while nobody at the desk has seen it
	SeenBy    string
	State     []byte // JSON, as the web wrote it

	// of the order
	Name, Ticket, Subject string
	Grade                 int
}

// AskForHelp opens the device's call or refreshes its state.
func (s *Store) AskForHelp(ctx context.Context, call HelpCall) error {
	return s.write(ctx, func(c *change) error {
		if err := c.DeleteOldHelp(ctx, ms(c.now.Add(-helpLife))); err != nil {
			return err
		}
		if err := c.DeleteHelpOfOther(ctx, query.DeleteHelpOfOtherParams{Device: call.Device, PersonKey: call.Person}); err != nil {
			return err
		}
		return c.PutHelpCall(ctx, query.PutHelpCallParams{
			ID:        NewID(),
			Device:    call.Device,
			PersonKey: call.Person,
			OrderID:   call.OrderID,
			AttemptID: call.AttemptID,
			AskedAt:   ms(c.now),
			ToldAt:    ms(c.now),
			State:     string(call.State),
		})
	})
}

// FindHelp returns the device's call, or exam.NotFound.
func (s *Store) FindHelp(ctx context.Context, device, person string) (call HelpCall, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindHelpCall(ctx, query.FindHelpCallParams{Device: device, PersonKey: person})
		if errors.Is(err, sql.ErrNoRows) || err == nil && row.ToldAt <= ms(s.Now().Add(-helpLife)) {
			return exam.Refuse(exam.NotFound)
		}
		call = s.helpOf(row)
		return err
	})
	return call, err
}

// EndHelp takes the device's call back; none is no error.
func (s *Store) EndHelp(ctx context.Context, device string) error {
	return s.write(ctx, func(c *change) error { return c.DeleteHelpOfDevice(ctx, device) })
}

// ListHelp lists the open calls, the longest waiting first.
func (s *Store) ListHelp(ctx context.Context) (calls []HelpCall, err error) {
	oldest := ms(s.Now().Add(-helpLife))
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListHelpCalls(ctx)
		for _, row := range rows {
			if row.ToldAt <= oldest {
				continue
			}
			call := s.helpOf(query.HelpCall{
				ID: row.ID, Device: row.Device, PersonKey: row.PersonKey, OrderID: row.OrderID, AttemptID: row.AttemptID,
				AskedAt: row.AskedAt, ToldAt: row.ToldAt, SeenAt: row.SeenAt, SeenBy: row.SeenBy, State: row.State,
			})
			call.Name, call.Ticket, call.Subject, call.Grade = row.Name, row.Ticket, row.Subject, int(row.Grade)
			calls = append(calls, call)
		}
		return err
	})
	return calls, err
}

// SeeHelp notes who at the desk is coming; the first one stays.
func (s *Store) SeeHelp(ctx context.Context, id, by string) error {
	return s.write(ctx, func(c *change) error {
		now := ms(c.now)
		seen, err := c.SeeHelpCall(ctx, query.SeeHelpCallParams{SeenAt: &now, SeenBy: by, ID: id})
		if err != nil || seen > 0 {
			return err
		}
		known, err := c.CountHelpCall(ctx, id)
		if err == nil && known == 0 {
			return exam.Refuse(exam.NotFound)
		}
		return err
	})
}

// CloseHelp ends a call that was answered, or exam.NotFound.
func (s *Store) CloseHelp(ctx context.Context, id string) error {
	return s.write(ctx, func(c *change) error {
		gone, err := c.DeleteHelpCall(ctx, id)
		if err == nil && gone == 0 {
			return exam.Refuse(exam.NotFound)
		}
		return err
	})
}

func (s *Store) helpOf(row query.HelpCall) HelpCall {
	call := HelpCall{
		ID: row.ID, Device: row.Device, Person: row.PersonKey, OrderID: row.OrderID, AttemptID: row.AttemptID,
		AskedAt: s.at(row.AskedAt), ToldAt: s.at(row.ToldAt), SeenBy: row.SeenBy, State: []byte(row.State),
	}
	if row.SeenAt != nil {
		call.SeenAt = s.at(*row.SeenAt)
	}
	return call
}
