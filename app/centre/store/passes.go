package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// PassKind is where a pass is shown: on a computer's screen, for the phone
// beside it, or on the admission ticket.
type PassKind string

// The kinds of pass.
const (
	PhonePass  PassKind = "phone"
	TicketPass PassKind = "ticket"
)

const (
	// phonePassLife is how long a code on a screen opens the order.
	phonePassLife = 5 * time.Minute
	// lostAnswer is how long the phone that used a pass may use it again: the
	// answer with its cookie may have been lost in the Wi-Fi.
	lostAnswer = 30 * time.Second
)

// CreatePass makes a log-in for the order's candidate that is good once (R4):
// a ticket's until the window closes. It voids the order's former one of that
// kind. Only the caller knows the token.
func (s *Store) CreatePass(ctx context.Context, orderID string, kind PassKind, token string) (expires time.Time, err error) {
	err = s.write(ctx, func(c *change) error {
		order, err := c.FindOrder(ctx, orderID)
		if err != nil {
			return absent(err)
		}
		expires = c.now.Add(phonePassLife)
		if kind == TicketPass {
			expires = s.at(order.WindowCloses)
		}
		if !expires.After(c.now) {
			return exam.Refuse(exam.WindowClosed, "closed_at", expires)
		}
		err = c.PutPass(ctx, query.PutPassParams{
			ID: hashSecret(token), OrderID: orderID, Kind: string(kind), CreatedAt: ms(c.now), ExpiresAt: ms(expires),
		})
		if err != nil {
			return err
		}
		return c.audit(Entry{Action: "pass_created", By: exam.Actor{Role: exam.ByCandidate}, OrderID: orderID, Args: map[string]any{"kind": kind}})
	})
	return expires, err
}

// UsePass returns the person whom a pass logs in, and the order that it is
// of. It refuses with exam.PassNotValid and exam.PassUsed.
func (s *Store) UsePass(ctx context.Context, token, address string) (person, orderID string, err error) {
	err = s.write(ctx, func(c *change) error {
		pass, err := c.FindPass(ctx, hashSecret(token))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return exam.Refuse(exam.PassNotValid)
		case err != nil:
			return err
		case pass.UsedAt != nil && (pass.UsedBy != address || !c.now.Before(s.at(*pass.UsedAt).Add(lostAnswer))):
			return exam.Refuse(exam.PassUsed)
		case pass.ExpiresAt <= ms(c.now):
			return exam.Refuse(exam.PassNotValid)
		}
		order, err := c.FindOrder(ctx, pass.OrderID)
		if err != nil {
			return absent(err)
		}
		person, orderID = order.PersonKey, order.ID
		if pass.UsedAt != nil {
			return nil // the same phone, whose answer was lost
		}
		now := ms(c.now)
		if err := c.UsePass(ctx, query.UsePassParams{UsedAt: &now, UsedBy: address, ID: pass.ID}); err != nil {
			return err
		}
		return c.audit(Entry{Action: "pass_used", By: exam.Actor{Role: exam.ByCandidate}, OrderID: orderID, Args: map[string]any{"kind": pass.Kind}})
	})
	return person, orderID, err
}
