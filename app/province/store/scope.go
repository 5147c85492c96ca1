package store

import (
	"context"

	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
)

const actionCentresChanged audit.Action = "user_centres_changed"

// CentreUnknown refuses to limit an account to a centre that was never invited.
const CentreUnknown refusal.Code = "centre_unknown"

// CheckCentres refuses names of which one is no centre's.
func (s *Store) CheckCentres(ctx context.Context, centres login.Centres) error {
	return s.readTables(ctx, func(t tables) error { return t.checkCentres(ctx, centres) })
}

func (t tables) checkCentres(ctx context.Context, centres login.Centres) error {
	for _, name := range centres.Names() {
		if _, err := t.FindCentre(ctx, name); err != nil {
			if refusal.Is(sqlkit.Absent(err), refusal.NotFound) {
				return refusal.New(CentreUnknown, "centre", name)
			}
			return err
		}
	}
	return nil
}

// SetCentres limits the account to centres, "" to none, and logs it out.
// refusal.NotFound without such an account, CentreUnknown, and
// login.ErrLastAdministrator where nobody would be left who sees all.
func (s *Store) SetCentres(ctx context.Context, name string, centres login.Centres, by string) error {
	return s.write(ctx, func(c *change) error {
		t := tables{c.Queries, c, by}
		user, err := t.FindUser(ctx, name)
		if err != nil {
			return sqlkit.Absent(err)
		}
		if err := t.checkCentres(ctx, centres); err != nil {
			return err
		}
		if centres != "" {
			if err := t.leaveOne(ctx, user); err != nil {
				return err
			}
		}
		if err := t.PutCentres(ctx, name, centres); err != nil {
			return err
		}
		if err := t.EndSessions(ctx, name); err != nil {
			return err
		}
		return t.Note(actionCentresChanged, name, map[string]any{"from": user.Centres.Names(), "to": centres.Names()})
	})
}

// leaveOne refuses a limit for the last administrator of all centres who may
// log in.
func (t tables) leaveOne(ctx context.Context, user User) error {
	if user.Role != Administrator || !user.LockedAt.IsZero() || user.Centres != "" {
		return nil
	}
	others, err := t.CountOtherKeys(ctx, user.Name)
	if err == nil && others == 0 {
		err = login.ErrLastAdministrator
	}
	return err
}
