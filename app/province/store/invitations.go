package store

import (
	"context"
	"crypto/rand"
	"time"

	"kaodian/app/base/accounts"
	"kaodian/app/base/login"
	"kaodian/app/base/sqlkit"
	"kaodian/app/province/store/internal/query"
)

func invitationOf(row query.Invitation) accounts.Invitation {
	return accounts.Invitation{
		ID: row.ID, Kind: accounts.InvitationKind(row.Kind), Name: row.Name, Role: login.Role(row.Role), Centres: login.Centres(row.Centres),
		CreatedAt: at(row.CreatedAt), CreatedBy: row.CreatedBy, ExpiresAt: at(row.ExpiresAt),
		UsedAt: maybeAt(row.UsedAt), WithdrawnAt: maybeAt(row.WithdrawnAt),
	}
}

func invitationsOf(rows []query.Invitation, err error) (list []accounts.Invitation, _ error) {
	for _, row := range rows {
		list = append(list, invitationOf(row))
	}
	return list, err
}

func (t tables) AddInvitation(ctx context.Context, i accounts.Invitation, secretHash string) error {
	return t.InsertInvitation(ctx, query.InsertInvitationParams{
		ID: i.ID, Secret: secretHash, Kind: string(i.Kind), Name: i.Name, Role: string(i.Role), Centres: string(i.Centres),
		CreatedAt: i.CreatedAt.UnixMilli(), CreatedBy: i.CreatedBy, ExpiresAt: i.ExpiresAt.UnixMilli(),
	})
}

func (t tables) InvitationOf(ctx context.Context, secretHash string) (accounts.Invitation, error) {
	row, err := t.FindInvitation(ctx, secretHash)
	return invitationOf(row), err
}

func (t tables) Invitations(ctx context.Context, since, now time.Time) ([]accounts.Invitation, error) {
	return invitationsOf(t.ListInvitations(ctx, query.ListInvitationsParams{Since: since.UnixMilli(), Now: now.UnixMilli()}))
}

func (t tables) OpenInvitations(ctx context.Context, now time.Time) ([]accounts.Invitation, error) {
	return invitationsOf(t.ListOpenInvitations(ctx, now.UnixMilli()))
}

func (t tables) EndInvitation(ctx context.Context, id string, used bool, at time.Time) error {
	if used {
		return t.UseInvitation(ctx, query.UseInvitationParams{UsedAt: sqlkit.MsOrNull(at), ID: id})
	}
	_, err := t.WithdrawInvitation(ctx, query.WithdrawInvitationParams{WithdrawnAt: sqlkit.MsOrNull(at), ID: id})
	return err
}

func (t tables) NewID() string { return rand.Text() }
