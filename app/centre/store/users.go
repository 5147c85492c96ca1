package store

import (
	"context"
	"maps"
	"time"

	"kaodian/app/base/audit"
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

func (t tables) userOf(row query.User) User {
	return User{
		Name: row.Name, Role: login.Role(row.Role), Password: row.Password,
		CreatedAt: at(row.CreatedAt, t.zone), LockedAt: maybeAt(row.LockedAt, t.zone), LastLoginAt: maybeAt(row.LastLoginAt, t.zone),
	}
}

func (t tables) FindUser(ctx context.Context, name string) (User, error) {
	row, err := t.Queries.FindUser(ctx, name)
	return t.userOf(row), err
}

func (t tables) ListUsers(ctx context.Context) (list []User, err error) {
	rows, err := t.Queries.ListUsers(ctx)
	for _, row := range rows {
		list = append(list, t.userOf(row))
	}
	return list, err
}

func (t tables) PutUser(ctx context.Context, u User) error {
	if u.Role != Administrator {
		if err := t.withdrawInvitations(ctx, u.Name); err != nil {
			return err
		}
	}
	return t.UpsertUser(ctx, query.UpsertUserParams{Name: u.Name, Role: string(u.Role), Password: u.Password, CreatedAt: u.CreatedAt.UnixMilli()})
}

func (t tables) SetLock(ctx context.Context, name string, since time.Time) error {
	if !since.IsZero() {
		if err := t.withdrawInvitations(ctx, name); err != nil {
			return err
		}
	}
	return t.SetUserLock(ctx, query.SetUserLockParams{LockedAt: sqlkit.MsOrNull(since), Name: name})
}

// DeleteUser takes the account away, with the links that it made, those to a new
// password of it, its drafts and its phrases: another account of that name is
// another person's.
func (t tables) DeleteUser(ctx context.Context, name string) error {
	if err := t.withdrawInvitations(ctx, name); err != nil {
		return err
	}
	if err := t.WithdrawPasswordsTo(ctx, query.WithdrawPasswordsToParams{WithdrawnAt: new(t.c.now.UnixMilli()), Name: name}); err != nil {
		return err
	}
	if err := t.DeleteMarkDraftsOf(ctx, name); err != nil {
		return err
	}
	if err := t.DeletePhrasesOf(ctx, name); err != nil {
		return err
	}
	return t.Queries.DeleteUser(ctx, name)
}

// withdrawInvitations ends the links that an account made: who may not invite any
// more must not come back by one.
func (t tables) withdrawInvitations(ctx context.Context, name string) error {
	return t.WithdrawInvitationsBy(ctx, query.WithdrawInvitationsByParams{WithdrawnAt: new(t.c.now.UnixMilli()), CreatedBy: name})
}

func (t tables) EndSessions(ctx context.Context, name string) error {
	return t.DeleteSubjectSessions(ctx, query.DeleteSubjectSessionsParams{Kind: string(StaffSession), Subject: name})
}

func (t tables) Note(action audit.Action, name string, args map[string]any) error {
	all := map[string]any{"user": name}
	maps.Copy(all, args)
	return t.c.audit(Entry{Action: action, By: t.by, Args: all})
}

func (t tables) Now() time.Time { return t.c.now }

func (t tables) FindWrong(ctx context.Context, key string) (count int, last time.Time, err error) {
	row, err := t.FindFailures(ctx, key)
	return int(row.Failures), at(row.LastAt, t.zone), err
}

func (t tables) CountWrong(ctx context.Context, key, account string) error {
	return t.CountFailure(ctx, query.CountFailureParams{Key: key, LastAt: t.c.now.UnixMilli(), Account: account})
}

// RecordStaffLogin notes that the account logged in.
func (s *Store) RecordStaffLogin(ctx context.Context, name string) error {
	return s.write(ctx, func(c *change) error { return c.noteLogin(name) })
}

func (c *change) noteLogin(name string) error {
	if err := c.NoteUserLogin(c.ctx, query.NoteUserLoginParams{LastLoginAt: sqlkit.MsOrNull(c.now), Name: name}); err != nil {
		return err
	}
	return c.audit(Entry{Action: ActionStaffLogin, By: exam.Actor{Role: exam.ByStaff, Name: name}})
}
