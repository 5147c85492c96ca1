package store

import (
	"context"
	"errors"

	"kaodian/app/alike"
	"kaodian/app/base/login"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// User is a staff account.
type User = login.User

func (s *Store) userOf(row query.User) User {
	return User{
		Name:        row.Name,
		Role:        row.Role,
		Password:    row.Password,
		CreatedAt:   s.at(row.CreatedAt),
		LockedAt:    maybeAt(row.LockedAt, s.rules.Location),
		LastLoginAt: maybeAt(row.LastLoginAt, s.rules.Location),
	}
}

// PutUser makes a staff account or gives it a new password and role; its
// sessions end.
func (s *Store) PutUser(ctx context.Context, u User) error {
	return s.write(ctx, func(c *change) error { return c.putUser(u, "user_changed") })
}

// AddUser makes a staff account; login.ErrUserExists where there is one of that
// name, which stays as it is.
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
	return errors.Join(err, c.userChanged(u.Name, action, map[string]any{"role": u.Role}))
}

// userChanged ends the account's sessions and notes the act.
func (c *change) userChanged(name, action string, args map[string]any) error {
	err := c.DeleteSubjectSessions(c.ctx, query.DeleteSubjectSessionsParams{Kind: string(StaffSession), Subject: name})
	if err != nil {
		return err
	}
	if args == nil {
		args = map[string]any{}
	}
	args["user"] = name
	return c.audit(Entry{Action: action, By: exam.Actor{Role: exam.BySystem}, Args: args})
}

// changeUser does something to an account that is there (refusal.NotFound), ends
// its sessions and notes the act.
func (s *Store) changeUser(ctx context.Context, name, action string, args map[string]any, do func(*change, query.User) error) error {
	return s.write(ctx, func(c *change) error {
		user, err := c.FindUser(ctx, name)
		if err != nil {
			return sqlkit.Absent(err)
		}
		if err := do(c, user); err != nil {
			return err
		}
		return c.userChanged(name, action, args)
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
		return c.SetUserLock(ctx, query.SetUserLockParams{LockedAt: sqlkit.MsOrNull(c.now), Name: name})
	})
}

// UnlockUser lets the account log in again, and forgets wrong log-ins.
func (s *Store) UnlockUser(ctx context.Context, name string) error {
	return s.changeUser(ctx, name, "user_unlocked", nil, func(c *change, _ query.User) error {
		if _, err := c.Unlock(ctx, StaffAccount(name)); err != nil {
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
		if _, err := c.Unlock(ctx, StaffAccount(name)); err != nil {
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

// FindUser returns the staff account, or refusal.NotFound.
func (s *Store) FindUser(ctx context.Context, name string) (u User, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindUser(ctx, name)
		if err == nil {
			u = s.userOf(row)
		}
		return sqlkit.Absent(err)
	})
	return u, err
}

// ListUsers lists the staff accounts by name.
func (s *Store) ListUsers(ctx context.Context) (list []User, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListUsers(ctx)
		for _, row := range rows {
			list = append(list, s.userOf(row))
		}
		return err
	})
	return list, err
}

// RecordStaffLogin notes that the account logged in.
func (s *Store) RecordStaffLogin(ctx context.Context, name string) error {
	return s.write(ctx, func(c *change) error {
		if err := c.NoteUserLogin(ctx, query.NoteUserLoginParams{LastLoginAt: sqlkit.MsOrNull(c.now), Name: name}); err != nil {
			return err
		}
		return c.audit(Entry{Action: "staff_login", By: exam.Actor{Role: exam.ByStaff, Name: name}})
	})
}
