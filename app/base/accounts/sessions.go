package accounts

import (
	"context"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
)

const actionSessionsEnded audit.Action = "sessions_ended"

// SessionRows are a store's sessions of accounts within one transaction.
type SessionRows interface {
	// Sessions lists those of all accounts at that moment, the newest first, each
	// with the whole hash of its secret as its ID.
	Sessions(ctx context.Context, now time.Time) ([]login.Session, error)
	DeleteSession(ctx context.Context, hash string) error
}

// ListSessions lists where accounts are logged in at that moment, the newest
// first.
func (a Accounts) ListSessions(ctx context.Context, now time.Time) (list []login.Session, err error) {
	err = a.read(ctx, func(rows Rows) error {
		list, err = rows.Sessions(ctx, now)
		for i := range list {
			list[i].ID = login.ShortID(list[i].ID)
		}
		return err
	})
	return list, err
}

// EndSession ends one session, only one of that account if owner is not "";
// refusal.NotFound where there is none.
func (a Accounts) EndSession(ctx context.Context, id, owner string) error {
	return a.write(ctx, func(rows Rows) error {
		list, err := rows.Sessions(ctx, rows.Now())
		if err != nil {
			return err
		}
		for _, one := range list {
			if login.ShortID(one.ID) != id || owner != "" && one.Name != owner {
				continue
			}
			if err := rows.DeleteSession(ctx, one.ID); err != nil {
				return err
			}
			return rows.Note(actionSessionsEnded, one.Name, map[string]any{"sessions": 1})
		}
		return refusal.New(refusal.NotFound)
	})
}

// EndOtherSessions ends all sessions of the account but the one of that secret;
// refusal.NotFound without such an account.
func (a Accounts) EndOtherSessions(ctx context.Context, name, but string) error {
	return a.write(ctx, func(rows Rows) error {
		if _, err := rows.FindUser(ctx, name); err != nil {
			return sqlkit.Absent(err)
		}
		list, err := rows.Sessions(ctx, rows.Now())
		if err != nil {
			return err
		}
		ended := 0
		for _, one := range list {
			if one.Name != name || one.ID == login.HashSecret(but) {
				continue
			}
			if err := rows.DeleteSession(ctx, one.ID); err != nil {
				return err
			}
			ended++
		}
		return rows.Note(actionSessionsEnded, name, map[string]any{"sessions": ended})
	})
}
