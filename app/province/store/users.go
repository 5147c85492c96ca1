package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"kaodian/app/exam"
	"kaodian/app/province/store/internal/query"
)

// User is an account.
type User struct {
	Name     string
	Role     string // administrator, reviewer, viewer
	Password string // Argon2id, in its PHC form
}

// PutUser makes an account or gives it a new password and role; its sessions end.
func (s *Store) PutUser(ctx context.Context, u User) error {
	return s.write(ctx, func(c *change) error {
		err := c.UpsertUser(ctx, query.UpsertUserParams{Name: u.Name, Role: u.Role, Password: u.Password, CreatedAt: ms(c.now)})
		if err != nil {
			return err
		}
		if err := c.DeleteUserSessions(ctx, u.Name); err != nil {
			return err
		}
		return c.audit(Entry{Action: "user_changed", Subject: u.Name, Args: map[string]any{"role": u.Role}})
	})
}

// FindUser returns the account, or exam.NotFound.
func (s *Store) FindUser(ctx context.Context, name string) (u User, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindUser(ctx, name)
		u = User{Name: row.Name, Role: row.Role, Password: row.Password}
		return absent(err)
	})
	return u, err
}

// mostSessions is how many log-ins one account has at a time; the oldest end.
const mostSessions = 16

// CreateSession logs the user in: only the caller knows the secret.
func (s *Store) CreateSession(ctx context.Context, secret, user string, life time.Duration) error {
	return s.write(ctx, func(c *change) error {
		if err := c.DeleteExpiredSessions(ctx, ms(c.now)); err != nil {
			return err
		}
		err := c.InsertSession(ctx, query.InsertSessionParams{
			ID: hashSecret(secret), User: user, CreatedAt: ms(c.now), ExpiresAt: ms(c.now.Add(life)),
		})
		if err != nil {
			return err
		}
		if err := c.DeleteOldestSessions(ctx, query.DeleteOldestSessionsParams{User: user, Keep: mostSessions}); err != nil {
			return err
		}
		return c.audit(Entry{Action: "login", By: user})
	})
}

// FindSession returns the user of that session, or exam.LoginNeeded.
func (s *Store) FindSession(ctx context.Context, secret string) (u User, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindSession(ctx, query.FindSessionParams{ID: hashSecret(secret), ExpiresAt: ms(s.Now())})
		if errors.Is(err, sql.ErrNoRows) {
			return exam.Refuse(exam.LoginNeeded)
		}
		u = User{Name: row.Name, Role: row.Role}
		return err
	})
	return u, err
}

// DeleteSession ends a session; an unknown secret is no error.
func (s *Store) DeleteSession(ctx context.Context, secret string) error {
	return s.write(ctx, func(c *change) error { return c.DeleteSession(ctx, hashSecret(secret)) })
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
