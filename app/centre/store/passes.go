package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Refusals of a pass (R4).
const (
	PassUsed     refusal.Code = "pass_used"
	PassNotValid refusal.Code = "pass_not_valid"
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
	// lostAnswer is how long the browser that used a pass may use it again: the
	// answer with its cookie may have been lost in the Wi-Fi, or with the power.
	lostAnswer = 2 * time.Minute
)

// CreatePass makes a log-in for the order's candidate that is good once (R4):
// a ticket's until the window closes. It voids the order's former one of that
// kind. Only the caller knows the token.
func (s *Store) CreatePass(ctx context.Context, orderID string, kind PassKind, token string) (expires time.Time, err error) {
	err = s.write(ctx, func(c *change) error {
		order, err := c.FindOrder(ctx, orderID)
		if err != nil {
			return sqlkit.Absent(err)
		}
		expires = c.now.Add(phonePassLife)
		if kind == TicketPass {
			expires = s.at(order.WindowCloses)
		}
		if !expires.After(c.now) {
			return refusal.New(exam.WindowClosed, "closed_at", expires)
		}
		err = c.PutPass(ctx, query.PutPassParams{
			ID: login.HashSecret(token), OrderID: orderID, Kind: string(kind), CreatedAt: c.now.UnixMilli(), ExpiresAt: expires.UnixMilli(),
		})
		if err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionPassCreated, By: exam.Actor{Role: exam.ByCandidate}, OrderID: orderID, Args: map[string]any{"kind": kind}})
	})
	return expires, err
}

// FindPass returns the person whom a pass would log in on that browser, and
// uses nothing up. It refuses with PassNotValid and PassUsed.
func (s *Store) FindPass(ctx context.Context, token, browser string) (person string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		_, order, err := goodPass(ctx, q, token, browser, s.Now())
		person = order.PersonKey
		return err
	})
	return person, err
}

// UsePass opens the session that a pass is good for, whose subject it sets, and
// returns the pass's order. Both happen or neither, so no refusal and no crash
// uses a pass up. browser is a secret of the browser that asks: only it may ask
// again, for as long as its answer may have been lost; "" never may. It refuses
// as FindPass does.
func (s *Store) UsePass(ctx context.Context, token, browser, secret string, session Session) (orderID string, err error) {
	err = s.write(ctx, func(c *change) error {
		pass, order, err := goodPass(ctx, c.Queries, token, browser, c.now)
		if err != nil {
			return err
		}
		session.Subject, orderID = order.PersonKey, order.ID
		if err := c.openSession(ctx, secret, session); err != nil || pass.UsedAt != nil {
			return err
		}
		now := c.now.UnixMilli()
		if err := c.UsePass(ctx, query.UsePassParams{UsedAt: &now, UsedBy: hashBrowser(browser), ID: pass.ID}); err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionPassUsed, By: exam.Actor{Role: exam.ByCandidate}, OrderID: orderID, Args: map[string]any{"kind": pass.Kind}})
	})
	return orderID, err
}

// goodPass reads a pass that lets the browser in now, and its order.
func goodPass(ctx context.Context, q *query.Queries, token, browser string, now time.Time) (query.Pass, query.Order, error) {
	pass, err := q.FindPass(ctx, login.HashSecret(token))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return pass, query.Order{}, refusal.New(PassNotValid)
	case err != nil:
		return pass, query.Order{}, err
	case pass.UsedAt != nil && !mayRepeat(pass, browser, now):
		return pass, query.Order{}, refusal.New(PassUsed)
	case pass.ExpiresAt <= now.UnixMilli():
		return pass, query.Order{}, refusal.New(PassNotValid)
	}
	order, err := q.FindOrder(ctx, pass.OrderID)
	return pass, order, sqlkit.Absent(err)
}

// mayRepeat says whether a used pass lets the browser in that used it. Neither
// its address nor what it says of itself tells a browser from its neighbours:
// all phones behind one access point may share the first.
func mayRepeat(pass query.Pass, browser string, now time.Time) bool {
	return browser != "" && pass.UsedBy == hashBrowser(browser) && now.UnixMilli() < *pass.UsedAt+lostAnswer.Milliseconds()
}

func hashBrowser(browser string) string {
	if browser == "" {
		return ""
	}
	return login.HashSecret(browser)
}
