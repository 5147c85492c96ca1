package store

import (
	"context"
	"time"

	"kaodian/app/base/accounts"
	"kaodian/app/base/login"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

func (t tables) invitationOf(row query.Invitation) accounts.Invitation {
	return accounts.Invitation{
		ID: row.ID, Kind: accounts.InvitationKind(row.Kind), Name: row.Name, Role: login.Role(row.Role),
		CreatedAt: at(row.CreatedAt, t.zone), CreatedBy: row.CreatedBy, ExpiresAt: at(row.ExpiresAt, t.zone),
		UsedAt: maybeAt(row.UsedAt, t.zone), WithdrawnAt: maybeAt(row.WithdrawnAt, t.zone),
	}
}

func (t tables) invitationsOf(rows []query.Invitation, err error) (list []accounts.Invitation, _ error) {
	for _, row := range rows {
		list = append(list, t.invitationOf(row))
	}
	return list, err
}

func (t tables) AddInvitation(ctx context.Context, i accounts.Invitation, secretHash string) error {
	return t.InsertInvitation(ctx, query.InsertInvitationParams{
		ID: i.ID, Secret: secretHash, Kind: string(i.Kind), Name: i.Name, Role: string(i.Role),
		CreatedAt: i.CreatedAt.UnixMilli(), CreatedBy: i.CreatedBy, ExpiresAt: i.ExpiresAt.UnixMilli(),
	})
}

func (t tables) InvitationOf(ctx context.Context, secretHash string) (accounts.Invitation, error) {
	row, err := t.FindInvitation(ctx, secretHash)
	return t.invitationOf(row), err
}

func (t tables) Invitations(ctx context.Context, since, now time.Time) ([]accounts.Invitation, error) {
	return t.invitationsOf(t.ListInvitations(ctx, query.ListInvitationsParams{Since: since.UnixMilli(), Now: now.UnixMilli()}))
}

func (t tables) OpenInvitations(ctx context.Context, now time.Time) ([]accounts.Invitation, error) {
	return t.invitationsOf(t.ListOpenInvitations(ctx, now.UnixMilli()))
}

func (t tables) EndInvitation(ctx context.Context, id string, used bool, at time.Time) error {
	if used {
		return t.UseInvitation(ctx, query.UseInvitationParams{UsedAt: sqlkit.MsOrNull(at), ID: id})
	}
	_, err := t.WithdrawInvitation(ctx, query.WithdrawInvitationParams{WithdrawnAt: sqlkit.MsOrNull(at), ID: id})
	return err
}

func (t tables) By() string { return t.by.Name }

func (t tables) As(name string) accounts.Rows {
	t.by = exam.Actor{Role: exam.ByStaff, Name: name}
	return t
}

func (t tables) NewID() string { return NewID() }

// EnterByInvitation is UseInvitation with a session, whose subject it sets.
func (s *Store) EnterByInvitation(ctx context.Context, secret, name, password, sessionSecret string, session Session) (User, error) {
	return s.UseInvitation(ctx, secret, name, password, func(rows accounts.Rows, name string) error {
		c := rows.(tables).c
		session.Kind, session.Subject = StaffSession, name
		if err := c.openSession(ctx, sessionSecret, session); err != nil {
			return err
		}
		return c.noteLogin(name)
	})
}

// AccountsBy are the accounts as one person changes them, whom the audit log
// names.
func (s *Store) AccountsBy(by exam.Actor) accounts.Accounts {
	write := func(ctx context.Context, do func(tables) error) error {
		return s.write(ctx, func(c *change) error { return do(c.tablesBy(by)) })
	}
	return accounts.New(StaffAccount, s.readTables, write)
}

// accountsBy is AccountsBy within this transaction.
func (c *change) accountsBy(by exam.Actor) accounts.Accounts {
	within := func(_ context.Context, do func(tables) error) error { return do(c.tablesBy(by)) }
	return accounts.New(StaffAccount, within, within)
}
