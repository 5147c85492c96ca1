package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/alike"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/province/store/internal/query"
)

// User is an account.
type User = login.User

func userOf(row query.User) User {
	return User{
		Name: row.Name, Role: row.Role, Password: row.Password,
		CreatedAt: at(row.CreatedAt), LockedAt: maybeAt(row.LockedAt), LastLoginAt: maybeAt(row.LastLoginAt),
	}
}

// PutUser makes an account or gives it a new password and role; its sessions end.
func (s *Store) PutUser(ctx context.Context, u User) error {
	return s.write(ctx, func(c *change) error { return c.putUser(u, "user_changed") })
}

// AddUser makes an account; login.ErrUserExists where there is one of that name,
// which stays as it is.
func (s *Store) AddUser(ctx context.Context, u User) error {
	return s.write(ctx, func(c *change) error {
		others, err := c.Queries.ListUsers(c.ctx)
		if err != nil {
			return err
		}
		for _, other := range others {
			if alike.Names(other.Name, u.Name) {
				return login.ErrUserExists
			}
		}
		return c.putUser(u, "user_added")
	})
}

func (c *change) putUser(u User, action string) error {
	err := c.UpsertUser(c.ctx, query.UpsertUserParams{Name: u.Name, Role: u.Role, Password: u.Password, CreatedAt: c.now.UnixMilli()})
	if err != nil {
		return err
	}
	if err := c.DeleteUserSessions(c.ctx, u.Name); err != nil {
		return err
	}
	return c.audit(Entry{Action: action, Subject: u.Name, Args: map[string]any{"role": u.Role}})
}

// changeUser does something to an account that is there (refusal.NotFound), ends
// its sessions first and notes the act.
func (s *Store) changeUser(ctx context.Context, name, action string, args map[string]any, do func(*change, query.User) error) error {
	return s.write(ctx, func(c *change) error {
		user, err := c.FindUser(ctx, name)
		if err != nil {
			return sqlkit.Absent(err)
		}
		if err := c.DeleteUserSessions(ctx, name); err != nil {
			return err
		}
		if err := do(c, user); err != nil {
			return err
		}
		return c.audit(Entry{Action: action, Subject: name, Args: args})
	})
}

// SetPassword gives the account another password (its hash).
func (s *Store) SetPassword(ctx context.Context, name, hash string) error {
	return s.changeUser(ctx, name, "user_password_changed", nil, func(c *change, _ query.User) error {
		return c.SetUserPassword(ctx, query.SetUserPasswordParams{Password: hash, Name: name})
	})
}

// SetRole gives the account another role.
func (s *Store) SetRole(ctx context.Context, name, role string) error {
	return s.changeUser(ctx, name, "user_role_changed", map[string]any{"role": role}, func(c *change, u query.User) error {
		if role != login.Administrator {
			if err := c.leaveOne(u); err != nil {
				return err
			}
		}
		return c.SetUserRole(ctx, query.SetUserRoleParams{Role: role, Name: name})
	})
}

// LockUser keeps the account from logging in until UnlockUser.
func (s *Store) LockUser(ctx context.Context, name string) error {
	return s.changeUser(ctx, name, "user_locked", nil, func(c *change, u query.User) error {
		if u.LockedAt != nil {
			return nil // since then
		}
		if err := c.leaveOne(u); err != nil {
			return err
		}
		return c.SetUserLock(ctx, query.SetUserLockParams{LockedAt: new(c.now.UnixMilli()), Name: name})
	})
}

// UnlockUser lets the account log in again, and forgets wrong log-ins of it
// and of the devices that tried it last.
func (s *Store) UnlockUser(ctx context.Context, name string) error {
	return s.changeUser(ctx, name, "user_unlocked", nil, func(c *change, _ query.User) error {
		if _, err := c.Unlock(ctx, UserAccount(name)); err != nil {
			return err
		}
		return c.SetUserLock(ctx, query.SetUserLockParams{Name: name})
	})
}

// RemoveUser takes the account away. What it did keeps its name.
func (s *Store) RemoveUser(ctx context.Context, name string) error {
	return s.changeUser(ctx, name, "user_removed", nil, func(c *change, u query.User) error {
		if err := c.leaveOne(u); err != nil {
			return err
		}
		if _, err := c.Unlock(ctx, UserAccount(name)); err != nil {
			return err
		}
		return c.DeleteUser(ctx, name)
	})
}

// leaveOne refuses what would leave no administrator who may log in.
func (c *change) leaveOne(u query.User) error {
	if u.Role != login.Administrator || u.LockedAt != nil {
		return nil
	}
	others, err := c.CountOtherKeys(c.ctx, u.Name)
	if err == nil && others == 0 {
		err = login.ErrLastAdministrator
	}
	return err
}

// FindUser returns the account, or refusal.NotFound.
func (s *Store) FindUser(ctx context.Context, name string) (u User, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindUser(ctx, name)
		if err == nil {
			u = userOf(row)
		}
		return sqlkit.Absent(err)
	})
	return u, err
}

// ListUsers lists the accounts by name.
func (s *Store) ListUsers(ctx context.Context) (list []User, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListUsers(ctx)
		for _, row := range rows {
			list = append(list, userOf(row))
		}
		return err
	})
	return list, err
}

// mostSessions is how many log-ins one account has at a time; the oldest end.
const mostSessions = 16

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
		if err := c.DeleteOldestSessions(ctx, query.DeleteOldestSessionsParams{User: user, Keep: mostSessions}); err != nil {
			return err
		}
		return c.audit(Entry{Action: "login", By: user})
	})
}

// FindSession returns the user of that session, or login.Needed.
func (s *Store) FindSession(ctx context.Context, secret string) (u User, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindSession(ctx, query.FindSessionParams{ID: login.HashSecret(secret), ExpiresAt: s.Now().UnixMilli()})
		if errors.Is(err, sql.ErrNoRows) {
			return refusal.New(login.Needed)
		}
		u = User{Name: row.Name, Role: row.Role}
		return err
	})
	return u, err
}

// DeleteSession ends a session; an unknown secret is no error.
func (s *Store) DeleteSession(ctx context.Context, secret string) error {
	return s.write(ctx, func(c *change) error { return c.DeleteSession(ctx, login.HashSecret(secret)) })
}
