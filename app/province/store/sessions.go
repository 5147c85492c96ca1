package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/base/accounts"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/province/store/internal/query"
)

// maxSessions is how many log-ins one account has at a time; the oldest end.
const maxSessions = 16

// NewSession is a log-in: its secret, which only the caller knows, and where it is.
type NewSession struct {
	Secret     string
	DeviceKind string
	Address    string
	Life       time.Duration
}

// CreateSession logs the user in.
func (s *Store) CreateSession(ctx context.Context, user string, session NewSession) error {
	return s.write(ctx, func(c *change) error { return c.openSession(user, session) })
}

// openSession logs the user in, by a password or by a link: never where the
// account is locked.
func (c *change) openSession(user string, session NewSession) error {
	if err := c.mayLogIn(user); err != nil {
		return err
	}
	if err := c.DeleteExpiredSessions(c.ctx, c.now.UnixMilli()); err != nil {
		return err
	}
	if err := c.NoteUserLogin(c.ctx, query.NoteUserLoginParams{LastLoginAt: new(c.now.UnixMilli()), Name: user}); err != nil {
		return err
	}
	err := c.InsertSession(c.ctx, query.InsertSessionParams{
		ID: login.HashSecret(session.Secret), User: user, CreatedAt: c.now.UnixMilli(), ExpiresAt: c.now.Add(session.Life).UnixMilli(),
		DeviceKind: session.DeviceKind, Address: session.Address,
	})
	if err != nil {
		return err
	}
	if err := c.DeleteOldestSessions(c.ctx, query.DeleteOldestSessionsParams{User: user, Keep: maxSessions}); err != nil {
		return err
	}
	return c.audit(Entry{Action: ActionLogin, By: user})
}

func (c *change) mayLogIn(user string) error {
	account, err := c.FindUser(c.ctx, user)
	switch {
	case errors.Is(err, sql.ErrNoRows): // it was removed while it logged in
		return refusal.New(login.Wrong)
	case err == nil && account.LockedAt != nil:
		return refusal.New(login.Locked)
	}
	return err
}

// EnterByInvitation is UseInvitation with a session.
func (s *Store) EnterByInvitation(ctx context.Context, secret, password string, session NewSession) (User, error) {
	return s.UseInvitation(ctx, secret, "", password, func(rows accounts.Rows, name string) error {
		return rows.(tables).c.openSession(name, session)
	})
}

// Sessions lists where accounts are logged in, the newest first.
func (t tables) Sessions(ctx context.Context, now time.Time) (list []login.Session, err error) {
	rows, err := t.ListSessions(ctx, now.UnixMilli())
	for _, row := range rows {
		list = append(list, login.Session{ID: row.ID, Name: row.User, DeviceKind: row.DeviceKind, Address: row.Address, Since: at(row.CreatedAt)})
	}
	return list, err
}

// FindSession returns the user of that session, or login.Needed.
func (s *Store) FindSession(ctx context.Context, secret string) (u User, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindSession(ctx, query.FindSessionParams{ID: login.HashSecret(secret), ExpiresAt: s.Now().UnixMilli()})
		if errors.Is(err, sql.ErrNoRows) {
			return refusal.New(login.Needed)
		}
		u = userOf(row)
		u.Password = ""
		return err
	})
	return u, err
}

// DeleteSession ends a session; an unknown secret is no error.
func (s *Store) DeleteSession(ctx context.Context, secret string) error {
	return s.write(ctx, func(c *change) error { return c.DeleteSession(ctx, login.HashSecret(secret)) })
}
