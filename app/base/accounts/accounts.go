// Package accounts makes, changes and locks the accounts of both sides, and
// always keeps one administrator who may log in.
//
// Each act is one transaction with its audit row, so after a crash it is done
// wholly or not at all; a change logs the account out everywhere. The package
// owns the acts, the counting of wrong log-ins, and one setting; rows, sessions
// and the audit's lines are the store's. It must not import a store or a driver.
package accounts

import (
	"context"
	"time"

	"kaodian/app/base/alike"
	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/base/sqlkit"
)

// What the audit log says of an account.
const (
	actionChanged         audit.Action = "user_changed"
	actionAdded           audit.Action = "user_added"
	actionPasswordChanged audit.Action = "user_password_changed"
	actionRoleChanged     audit.Action = "user_role_changed"
	actionLocked          audit.Action = "user_locked"
	actionUnlocked        audit.Action = "user_unlocked"
	actionRemoved         audit.Action = "user_removed"
)

// Rows are a store's rows within one transaction; sql.ErrNoRows is «none».
type Rows interface {
	FindUser(ctx context.Context, name string) (login.User, error)
	ListUsers(ctx context.Context) ([]login.User, error)
	// PutUser changes the role and the password of an existing account.
	PutUser(ctx context.Context, user login.User) error
	// SetLock locks the account since then, or with a zero time unlocks it.
	SetLock(ctx context.Context, name string, since time.Time) error
	DeleteUser(ctx context.Context, name string) error
	// CountOtherKeys counts the other administrators who may log in.
	CountOtherKeys(ctx context.Context, name string) (int64, error)
	// EndSessions logs the account out everywhere.
	EndSessions(ctx context.Context, name string) error
	// Note appends the act on the account to the audit log.
	Note(action audit.Action, name string, args map[string]any) error
	// Now is the transaction's moment.
	Now() time.Time

	FindWrong(ctx context.Context, key string) (count int, last time.Time, err error)
	// CountWrong counts under the key a wrong log-in with the account.
	CountWrong(ctx context.Context, key, account string) error
	ForgetFailures(ctx context.Context, key string) error
	ForgetOldFailures(ctx context.Context, last int64) error
	// Unlock forgets the account's wrong log-ins and those of the devices that
	// tried it last.
	Unlock(ctx context.Context, account string) (int64, error)

	InvitationRows
	SessionRows
	sqlkit.SettingRows
}

// Accounts are the accounts of one store.
type Accounts struct {
	key         func(name string) string
	read, write sqlkit.Transaction[Rows]
}

// New returns a store's accounts. key is the key under which an account's wrong
// log-ins are counted; read and write are the store's transactions.
func New[R Rows](key func(name string) string, read, write sqlkit.Transaction[R]) Accounts {
	as := func(rows R) Rows { return rows }
	return Accounts{key, sqlkit.Over(read, as), sqlkit.Over(write, as)}
}

// FindUser returns the account, or refusal.NotFound.
func (a Accounts) FindUser(ctx context.Context, name string) (user login.User, err error) {
	err = a.read(ctx, func(rows Rows) error {
		user, err = rows.FindUser(ctx, name)
		return sqlkit.Absent(err)
	})
	return user, err
}

// ListUsers lists the accounts by name.
func (a Accounts) ListUsers(ctx context.Context) (list []login.User, err error) {
	err = a.read(ctx, func(rows Rows) error {
		list, err = rows.ListUsers(ctx)
		return err
	})
	return list, err
}

// PutUser makes an account or gives it a new password and role.
func (a Accounts) PutUser(ctx context.Context, user login.User) error {
	return a.write(ctx, func(rows Rows) error { return put(ctx, rows, user, actionChanged) })
}

// AddUser makes an account; login.ErrUserExists if there is one of that name, or
// of one that looks the same.
func (a Accounts) AddUser(ctx context.Context, user login.User) error {
	return a.write(ctx, func(rows Rows) error {
		others, err := rows.ListUsers(ctx)
		if err != nil {
			return err
		}
		for _, other := range others {
			if alike.Names(other.Name, user.Name) {
				return login.ErrUserExists
			}
		}
		return put(ctx, rows, user, actionAdded)
	})
}

func put(ctx context.Context, rows Rows, user login.User, action audit.Action) error {
	user.CreatedAt = rows.Now()
	if err := rows.PutUser(ctx, user); err != nil {
		return err
	}
	if err := rows.EndSessions(ctx, user.Name); err != nil {
		return err
	}
	return rows.Note(action, user.Name, limited(map[string]any{"role": user.Role}, user.Centres))
}

// change logs an existing account out (refusal.NotFound if there is none), runs
// do and notes the act.
func (a Accounts) change(ctx context.Context, name string, action audit.Action, args map[string]any, do func(Rows, login.User) error) error {
	return a.write(ctx, func(rows Rows) error {
		user, err := rows.FindUser(ctx, name)
		if err != nil {
			return sqlkit.Absent(err)
		}
		if err := rows.EndSessions(ctx, name); err != nil {
			return err
		}
		if err := do(rows, user); err != nil {
			return err
		}
		return rows.Note(action, name, args)
	})
}

// SetPassword gives the account another password (its hash).
func (a Accounts) SetPassword(ctx context.Context, name, hash string) error {
	return a.change(ctx, name, actionPasswordChanged, nil, func(rows Rows, user login.User) error {
		user.Password = hash
		return rows.PutUser(ctx, user)
	})
}

// SetRole gives the account another role.
func (a Accounts) SetRole(ctx context.Context, name string, role login.Role) error {
	return a.change(ctx, name, actionRoleChanged, map[string]any{"role": role}, func(rows Rows, user login.User) error {
		if role != login.Administrator {
			if err := leaveOne(ctx, rows, user); err != nil {
				return err
			}
		}
		user.Role = role
		return rows.PutUser(ctx, user)
	})
}

// LockUser keeps the account from logging in until UnlockUser.
func (a Accounts) LockUser(ctx context.Context, name string) error {
	return a.change(ctx, name, actionLocked, nil, func(rows Rows, user login.User) error {
		if !user.LockedAt.IsZero() {
			return nil // since then
		}
		if err := leaveOne(ctx, rows, user); err != nil {
			return err
		}
		return rows.SetLock(ctx, name, rows.Now())
	})
}

// UnlockUser lets the account log in again, and forgets wrong log-ins of it
// and of the devices that tried it last.
func (a Accounts) UnlockUser(ctx context.Context, name string) error {
	return a.change(ctx, name, actionUnlocked, nil, func(rows Rows, _ login.User) error {
		if _, err := rows.Unlock(ctx, a.key(name)); err != nil {
			return err
		}
		return rows.SetLock(ctx, name, time.Time{})
	})
}

// RemoveUser deletes the account. The records of its acts keep its name.
func (a Accounts) RemoveUser(ctx context.Context, name string) error {
	return a.change(ctx, name, actionRemoved, nil, func(rows Rows, user login.User) error {
		if err := leaveOne(ctx, rows, user); err != nil {
			return err
		}
		if _, err := rows.Unlock(ctx, a.key(name)); err != nil {
			return err
		}
		return rows.DeleteUser(ctx, name)
	})
}

// leaveOne refuses an act that would leave no administrator who may log in.
func leaveOne(ctx context.Context, rows Rows, user login.User) error {
	if user.Role != login.Administrator || !user.LockedAt.IsZero() {
		return nil
	}
	others, err := rows.CountOtherKeys(ctx, user.Name)
	if err == nil && others == 0 {
		err = login.ErrLastAdministrator
	}
	return err
}
