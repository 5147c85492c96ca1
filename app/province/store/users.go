package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/province/store/internal/query"
)

// User is an account.
type User = login.User

// The roles of the province's accounts.
const (
	Administrator            = login.Administrator
	Reviewer      login.Role = "reviewer"
	Viewer        login.Role = "viewer"
)

// Roles are all roles of the province's accounts.
func Roles() []login.Role { return []login.Role{Administrator, Reviewer, Viewer} }

// UserAccount is where wrong log-ins with the name are counted.
func UserAccount(name string) string { return "user:" + name }

func userOf(row query.User) User {
	return User{
		Name: row.Name, Role: login.Role(row.Role), Password: row.Password,
		CreatedAt: at(row.CreatedAt), LockedAt: maybeAt(row.LockedAt), LastLoginAt: maybeAt(row.LastLoginAt),
	}
}

func (t tables) FindUser(ctx context.Context, name string) (User, error) {
	row, err := t.Queries.FindUser(ctx, name)
	return userOf(row), err
}

func (t tables) ListUsers(ctx context.Context) (list []User, err error) {
	rows, err := t.Queries.ListUsers(ctx)
	for _, row := range rows {
		list = append(list, userOf(row))
	}
	return list, err
}

func (t tables) PutUser(ctx context.Context, u User) error {
	return t.UpsertUser(ctx, query.UpsertUserParams{Name: u.Name, Role: string(u.Role), Password: u.Password, CreatedAt: u.CreatedAt.UnixMilli()})
}

func (t tables) SetLock(ctx context.Context, name string, since time.Time) error {
	return t.SetUserLock(ctx, query.SetUserLockParams{LockedAt: sqlkit.MsOrNull(since), Name: name})
}

func (t tables) EndSessions(ctx context.Context, name string) error {
	return t.DeleteUserSessions(ctx, name)
}

func (t tables) Note(action audit.Action, name string, args map[string]any) error {
	return t.c.audit(Entry{Action: action, Subject: name, Args: args})
}

func (t tables) Now() time.Time { return t.c.now }

func (t tables) FindWrong(ctx context.Context, key string) (count int, last time.Time, err error) {
	row, err := t.FindFailures(ctx, key)
	return int(row.Failures), at(row.LastAt), err
}

func (t tables) CountWrong(ctx context.Context, key, account string) error {
	return t.CountFailure(ctx, query.CountFailureParams{Key: key, LastAt: t.c.now.UnixMilli(), Account: account})
}

// maxSessions is how many log-ins one account has at a time; the oldest end.
const maxSessions = 16

// CreateSession logs the user in: only the caller knows the secret.
func (s *Store) CreateSession(ctx context.Context, secret, user string, life time.Duration) error {
	return s.write(ctx, func(c *change) error {
		if err := c.DeleteExpiredSessions(ctx, c.now.UnixMilli()); err != nil {
			return err
		}
		account, err := c.FindUser(ctx, user)
		switch {
		case errors.Is(err, sql.ErrNoRows): // it was removed while it logged in
			return refusal.New(login.Wrong)
		case err == nil && account.LockedAt != nil:
			return refusal.New(login.Locked)
		case err != nil:
			return err
		}
		if err := c.NoteUserLogin(ctx, query.NoteUserLoginParams{LastLoginAt: new(c.now.UnixMilli()), Name: user}); err != nil {
			return err
		}
		err = c.InsertSession(ctx, query.InsertSessionParams{
			ID: login.HashSecret(secret), User: user, CreatedAt: c.now.UnixMilli(), ExpiresAt: c.now.Add(life).UnixMilli(),
		})
		if err != nil {
			return err
		}
		if err := c.DeleteOldestSessions(ctx, query.DeleteOldestSessionsParams{User: user, Keep: maxSessions}); err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionLogin, By: user})
	})
}

// FindSession returns the user of that session, or login.Needed.
func (s *Store) FindSession(ctx context.Context, secret string) (u User, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindSession(ctx, query.FindSessionParams{ID: login.HashSecret(secret), ExpiresAt: s.Now().UnixMilli()})
		if errors.Is(err, sql.ErrNoRows) {
			return refusal.New(login.Needed)
		}
		u = User{Name: row.Name, Role: login.Role(row.Role)}
		return err
	})
	return u, err
}

// DeleteSession ends a session; an unknown secret is no error.
func (s *Store) DeleteSession(ctx context.Context, secret string) error {
	return s.write(ctx, func(c *change) error { return c.DeleteSession(ctx, login.HashSecret(secret)) })
}
