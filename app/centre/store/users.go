package store

import (
	"context"
	"maps"
	"time"

	"kaodian/app/base/accounts"
	"kaodian/app/base/login"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// User is a staff account.
type User = login.User

// The roles of staff: an examiner marks without knowing who plays;
// administrators and technicians look after the server.
const (
	Administrator            = login.Administrator
	Invigilator   login.Role = "invigilator"
	Examiner      login.Role = "examiner"
	Technician    login.Role = "technician"
)

// Roles are all roles of staff.
func Roles() []login.Role { return []login.Role{Administrator, Invigilator, Examiner, Technician} }

// accountRows are the accounts' rows in a transaction, which changes where c
// is one.
type accountRows struct {
	*query.Queries
	zone *time.Location
	c    *change
}

func (s *Store) accounts() accounts.Accounts {
	return accounts.New(StaffAccount, func(ctx context.Context, do func(accounts.Rows) error) error {
		return s.read(ctx, func(q *query.Queries) error { return do(accountRows{q, s.rules.Location, nil}) })
	}, func(ctx context.Context, do func(accounts.Rows) error) error {
		return s.write(ctx, func(c *change) error { return do(accountRows{c.Queries, s.rules.Location, c}) })
	})
}

func (r accountRows) userOf(row query.User) User {
	return User{
		Name: row.Name, Role: login.Role(row.Role), Password: row.Password,
		CreatedAt: at(row.CreatedAt, r.zone), LockedAt: maybeAt(row.LockedAt, r.zone), LastLoginAt: maybeAt(row.LastLoginAt, r.zone),
	}
}

func (r accountRows) FindUser(ctx context.Context, name string) (User, error) {
	row, err := r.Queries.FindUser(ctx, name)
	return r.userOf(row), err
}

func (r accountRows) ListUsers(ctx context.Context) (list []User, err error) {
	rows, err := r.Queries.ListUsers(ctx)
	for _, row := range rows {
		list = append(list, r.userOf(row))
	}
	return list, err
}

func (r accountRows) PutUser(ctx context.Context, u User) error {
	return r.UpsertUser(ctx, query.UpsertUserParams{Name: u.Name, Role: string(u.Role), Password: u.Password, CreatedAt: u.CreatedAt.UnixMilli()})
}

func (r accountRows) SetLock(ctx context.Context, name string, since time.Time) error {
	return r.SetUserLock(ctx, query.SetUserLockParams{LockedAt: sqlkit.MsOrNull(since), Name: name})
}

func (r accountRows) EndSessions(ctx context.Context, name string) error {
	return r.DeleteSubjectSessions(ctx, query.DeleteSubjectSessionsParams{Kind: string(StaffSession), Subject: name})
}

func (r accountRows) Note(action, name string, args map[string]any) error {
	all := map[string]any{"user": name}
	maps.Copy(all, args)
	return r.c.audit(Entry{Action: action, By: exam.Actor{Role: exam.BySystem}, Args: all})
}

func (r accountRows) Now() time.Time { return r.c.now }

func (r accountRows) FindWrong(ctx context.Context, key string) (count int, last time.Time, err error) {
	row, err := r.FindFailures(ctx, key)
	return int(row.Failures), at(row.LastAt, r.zone), err
}

func (r accountRows) CountWrong(ctx context.Context, key, account string) error {
	return r.CountFailure(ctx, query.CountFailureParams{Key: key, LastAt: r.c.now.UnixMilli(), Account: account})
}

func (r accountRows) PutSetting(ctx context.Context, name, value string) error {
	return r.SetSetting(ctx, query.SetSettingParams{Name: name, Value: value})
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
