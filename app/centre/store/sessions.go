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

// SessionKind keeps candidates' and staff's log-ins apart.
type SessionKind string

// The kinds of session.
const (
	CandidateSession SessionKind = "candidate"
	StaffSession     SessionKind = "staff"
)

// Session is a log-in. Subject is the person's key or the staff account.
type Session struct {
	Kind    SessionKind
	Subject string
	Device  string
	// DeviceKind is what the page says that it runs on (R4): phone, tablet,
	// desktop, or "" from a program that is no page.
	DeviceKind string
	Address    string // from which it was opened; of a staff session
	ExpiresAt  time.Time
}

// FindLogin returns the person whose ticket and ID number these are (R4), or
// login.Wrong.
func (s *Store) FindLogin(ctx context.Context, ticket, idNumber string) (person string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		person, err = q.FindLogin(ctx, query.FindLoginParams{TicketKey: exam.FoldID(ticket), IDNumberKey: exam.FoldID(idNumber)})
		if errors.Is(err, sql.ErrNoRows) {
			return refusal.New(login.Wrong)
		}
		return err
	})
	return person, err
}

// maxSessions is how many log-ins one account has at a time; the oldest end.
const maxSessions = 16

// CreateSession makes a session whose secret only the caller knows.
func (s *Store) CreateSession(ctx context.Context, secret string, session Session) error {
	return s.write(ctx, func(c *change) error { return c.openSession(ctx, secret, session) })
}

func (c *change) openSession(ctx context.Context, secret string, session Session) error {
	if err := c.DeleteExpiredSessions(ctx, c.now.UnixMilli()); err != nil {
		return err
	}
	if err := c.mayLogIn(session); err != nil {
		return err
	}
	err := c.InsertSession(ctx, query.InsertSessionParams{
		ID:        login.HashSecret(secret),
		Kind:      string(session.Kind),
		Subject:   session.Subject,
		Device:    session.Device,
		CreatedAt: c.now.UnixMilli(),
		ExpiresAt: session.ExpiresAt.UnixMilli(),

		DeviceKind: session.DeviceKind,
		Address:    session.Address,
	})
	if err != nil {
		return err
	}
	return c.DeleteOldestSessions(ctx, query.DeleteOldestSessionsParams{Kind: string(session.Kind), Subject: session.Subject, Keep: maxSessions})
}

// mayLogIn refuses an account that was locked or removed while it logged in.
func (c *change) mayLogIn(session Session) error {
	if session.Kind != StaffSession {
		return nil
	}
	user, err := c.FindUser(c.ctx, session.Subject)
	switch {
	case refusal.CodeOf(sqlkit.Absent(err)) == refusal.NotFound:
		return refusal.New(login.Wrong)
	case err == nil && user.LockedAt != nil:
		return refusal.New(login.Locked)
	}
	return err
}

// FindSession returns the session of that secret, or login.Needed.
func (s *Store) FindSession(ctx context.Context, secret string, kind SessionKind) (session Session, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindSession(ctx, query.FindSessionParams{ID: login.HashSecret(secret), Kind: string(kind), ExpiresAt: s.Now().UnixMilli()})
		if errors.Is(err, sql.ErrNoRows) {
			return refusal.New(login.Needed)
		}
		session = Session{Kind: kind, Subject: row.Subject, Device: row.Device, DeviceKind: row.DeviceKind, ExpiresAt: s.at(row.ExpiresAt)}
		return err
	})
	return session, err
}

// HeldSessions returns the hashes (login.HashSecret) of the secrets of all log-ins
// that hold now.
func (s *Store) HeldSessions(ctx context.Context) (held map[string]bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		ids, err := q.ListHeldSessions(ctx, s.Now().UnixMilli())
		held = make(map[string]bool, len(ids))
		for _, id := range ids {
			held[id] = true
		}
		return err
	})
	return held, err
}

// DeleteSession ends a session, and those of the same person on the same
// device; an unknown secret is no error.
func (s *Store) DeleteSession(ctx context.Context, secret string) error {
	return s.write(ctx, func(c *change) error { return c.DeleteSessionsBeside(ctx, login.HashSecret(secret)) })
}
