package store

import (
	"context"
	"errors"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/login"
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
		CreatedAt: at(row.CreatedAt), LockedAt: maybeAt(row.LockedAt), LastLoginAt: maybeAt(row.LastLoginAt), Centres: login.Centres(row.Centres),
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
	if u.Role != Administrator {
		if err := t.withdrawInvitations(ctx, u.Name); err != nil {
			return err
		}
	}
	return t.UpsertUser(ctx, query.UpsertUserParams{Name: u.Name, Role: string(u.Role), Password: u.Password, CreatedAt: u.CreatedAt.UnixMilli(), Centres: string(u.Centres)})
}

func (t tables) PutCentres(ctx context.Context, name string, centres login.Centres) error {
	if centres != "" { // who is limited invites nobody
		if err := t.withdrawInvitations(ctx, name); err != nil {
			return err
		}
	}
	return t.SetUserCentres(ctx, query.SetUserCentresParams{Centres: string(centres), Name: name})
}

func (t tables) SetLock(ctx context.Context, name string, since time.Time) error {
	if !since.IsZero() {
		if err := errors.Join(t.withdrawInvitations(ctx, name), t.withdrawPasswords(ctx, name)); err != nil {
			return err
		}
	}
	return t.SetUserLock(ctx, query.SetUserLockParams{LockedAt: sqlkit.MsOrNull(since), Name: name})
}

// DeleteUser takes the account away, with the links that it made and those to a
// new password of it: another account of that name is another person's.
func (t tables) DeleteUser(ctx context.Context, name string) error {
	if err := errors.Join(t.withdrawInvitations(ctx, name), t.withdrawPasswords(ctx, name)); err != nil {
		return err
	}
	return t.Queries.DeleteUser(ctx, name)
}

// withdrawPasswords ends the links to a new password of an account.
func (t tables) withdrawPasswords(ctx context.Context, name string) error {
	return t.WithdrawPasswordsTo(ctx, query.WithdrawPasswordsToParams{WithdrawnAt: new(t.c.now.UnixMilli()), Name: name})
}

// withdrawInvitations ends the links that an account made: who may not invite any
// more must not come back by one.
func (t tables) withdrawInvitations(ctx context.Context, name string) error {
	return t.WithdrawInvitationsBy(ctx, query.WithdrawInvitationsByParams{WithdrawnAt: new(t.c.now.UnixMilli()), CreatedBy: name})
}

func (t tables) EndSessions(ctx context.Context, name string) error {
	return t.DeleteUserSessions(ctx, name)
}

func (t tables) Note(action audit.Action, name string, args map[string]any) error {
	return t.c.audit(Entry{Action: action, By: t.by, Subject: name, Args: args})
}

func (t tables) Now() time.Time { return t.c.now }

func (t tables) FindWrong(ctx context.Context, key string) (count int, last time.Time, err error) {
	row, err := t.FindFailures(ctx, key)
	return int(row.Failures), at(row.LastAt), err
}

func (t tables) CountWrong(ctx context.Context, key, account string) error {
	return t.CountFailure(ctx, query.CountFailureParams{Key: key, LastAt: t.c.now.UnixMilli(), Account: account})
}
