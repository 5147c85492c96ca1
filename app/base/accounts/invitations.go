package accounts

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/base/alike"
	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
)

// What the audit log says of an invitation.
const (
	actionInvited   audit.Action = "invited"
	actionUsed      audit.Action = "invitation_used"
	actionWithdrawn audit.Action = "invitation_withdrawn"
)

// InvitationRows are a store's rows of invitations within one transaction;
// sql.ErrNoRows is «none».
type InvitationRows interface {
	// AddInvitation writes one down, with the SHA-256 of its secret.
	AddInvitation(ctx context.Context, i Invitation, secretHash string) error
	InvitationOf(ctx context.Context, secretHash string) (Invitation, error)
	// Invitations are those made since then, and those that are open at the moment.
	Invitations(ctx context.Context, since, now time.Time) ([]Invitation, error)
	OpenInvitations(ctx context.Context, now time.Time) ([]Invitation, error)
	// EndInvitation notes that one was used, or else withdrawn, at that moment.
	EndInvitation(ctx context.Context, id string, used bool, at time.Time) error
	// By is the account that changes them, "" of the program itself.
	By() string
	// As are the rows as that account changes them.
	As(name string) Rows
	// NewID is a fresh name of a row.
	NewID() string
}

// Invite makes an invitation whose secret only the caller knows: of a person
// with a new name, in that role. It takes the place of an open one of that name.
// login.ErrUserExists where an account, or an open invitation of another name,
// looks the same.
func (a Accounts) Invite(ctx context.Context, user login.User, secret string) (made Invitation, err error) {
	err = a.write(ctx, func(rows Rows) error {
		if err := checkFree(ctx, rows, user.Name); err != nil {
			return err
		}
		i := Invitation{Kind: AccountInvitation, Name: user.Name, Role: user.Role, Centres: user.Centres, ExpiresAt: rows.Now().Add(invitationLife)}
		made, err = invite(ctx, rows, i, secret)
		return err
	})
	return made, err
}

// checkFree refuses a name that an account or an open invitation has, or that
// looks like one of theirs; an invitation of the very name is replaced.
func checkFree(ctx context.Context, rows Rows, name string) error {
	users, err := rows.ListUsers(ctx)
	if err != nil {
		return err
	}
	for _, user := range users {
		if alike.Names(user.Name, name) {
			return login.ErrUserExists
		}
	}
	open, err := rows.OpenInvitations(ctx, rows.Now())
	if err != nil {
		return err
	}
	for _, one := range open {
		if one.Name != name && alike.Names(one.Name, name) {
			return login.ErrUserExists
		}
	}
	return nil
}

// InviteNewPassword makes an invitation to a new password of an account, which
// until then keeps the one that it has. refusal.NotFound if there is no account.
func (a Accounts) InviteNewPassword(ctx context.Context, name, secret string) (made Invitation, err error) {
	err = a.write(ctx, func(rows Rows) error {
		user, err := rows.FindUser(ctx, name)
		if err != nil {
			return sqlkit.Absent(err)
		}
		i := Invitation{Kind: PasswordInvitation, Name: name, Role: user.Role, Centres: user.Centres, ExpiresAt: rows.Now().Add(invitationLife)}
		made, err = invite(ctx, rows, i, secret)
		return err
	})
	return made, err
}

// CreateFirstInvitation makes the invitation of the first administrator, without
// an account that could do so; its secret only the caller knows. It is good for
// half an hour and takes the place of an earlier one. login.AdministratorExists
// where there is an administrator.
func (a Accounts) CreateFirstInvitation(ctx context.Context, secret string) (made Invitation, err error) {
	err = a.write(ctx, func(rows Rows) error {
		if err := checkFirst(ctx, rows); err != nil {
			return err
		}
		made, err = invite(ctx, rows, Invitation{Kind: FirstInvitation, Role: login.Administrator, ExpiresAt: rows.Now().Add(firstLife)}, secret)
		return err
	})
	return made, err
}

func checkFirst(ctx context.Context, rows Rows) error {
	users, err := rows.ListUsers(ctx)
	for _, user := range users {
		if user.Role == login.Administrator {
			return refusal.New(login.AdministratorExists)
		}
	}
	return err
}

// invite writes an invitation down, and withdraws the open ones of that name.
func invite(ctx context.Context, rows Rows, i Invitation, secret string) (Invitation, error) {
	open, err := rows.OpenInvitations(ctx, rows.Now())
	if err != nil {
		return i, err
	}
	for _, one := range open {
		if one.Name != i.Name {
			continue
		}
		if err := withdraw(ctx, rows, one); err != nil {
			return i, err
		}
	}
	i.ID, i.CreatedAt, i.CreatedBy = rows.NewID(), rows.Now(), rows.By()
	if err := rows.AddInvitation(ctx, i, login.HashSecret(secret)); err != nil {
		return i, err
	}
	return i, noteInvitation(rows, actionInvited, i)
}

func noteInvitation(rows Rows, action audit.Action, i Invitation) error {
	return rows.Note(action, i.Name, limited(map[string]any{"kind": i.Kind, "role": i.Role}, i.Centres))
}

// limited adds the centres of an account that is limited to some.
func limited(args map[string]any, centres login.Centres) map[string]any {
	if centres != "" {
		args["centres"] = centres.Names()
	}
	return args
}

// WithdrawInvitation makes an open invitation worthless; refusal.NotFound where
// there is no open one of that id.
func (a Accounts) WithdrawInvitation(ctx context.Context, id string) error {
	return a.write(ctx, func(rows Rows) error {
		open, err := rows.OpenInvitations(ctx, rows.Now())
		if err != nil {
			return err
		}
		for _, one := range open {
			if one.ID == id {
				return withdraw(ctx, rows, one)
			}
		}
		return refusal.New(refusal.NotFound)
	})
}

func withdraw(ctx context.Context, rows Rows, i Invitation) error {
	if err := rows.EndInvitation(ctx, i.ID, false, rows.Now()); err != nil {
		return err
	}
	return noteInvitation(rows, actionWithdrawn, i)
}

// ListInvitations lists what may still be used at that moment and what was made
// within a week, the newest first.
func (a Accounts) ListInvitations(ctx context.Context, now time.Time) (list []Invitation, err error) {
	err = a.read(ctx, func(rows Rows) error {
		list, err = rows.Invitations(ctx, now.Add(-invitationMemory), now)
		return err
	})
	return list, err
}

// FindInvitation returns the invitation of that secret, if it is open at that
// moment, and uses nothing up. It refuses with login.InvitationNotValid,
// login.InvitationUsed, login.InvitationExpired and login.InvitationWithdrawn.
func (a Accounts) FindInvitation(ctx context.Context, secret string, now time.Time) (found Invitation, err error) {
	err = a.read(ctx, func(rows Rows) error {
		found, err = openInvitation(ctx, rows, secret, now)
		return err
	})
	return found, err
}

func openInvitation(ctx context.Context, rows Rows, secret string, now time.Time) (Invitation, error) {
	found, err := rows.InvitationOf(ctx, login.HashSecret(secret))
	if errors.Is(err, sql.ErrNoRows) {
		return Invitation{}, refusal.New(login.InvitationNotValid)
	}
	if err != nil {
		return Invitation{}, err
	}
	return found, found.check(now)
}

// UseInvitation makes the account, or gives it the password (its hash), and
// opens its session by open. name is what the first administrator chose. All
// happens or nothing, so no refusal and no crash uses an invitation up. It
// refuses as FindInvitation does, and with login.ErrUserExists.
func (a Accounts) UseInvitation(ctx context.Context, secret, name, password string, open func(rows Rows, name string) error) (user login.User, err error) {
	err = a.write(ctx, func(rows Rows) error {
		i, err := openInvitation(ctx, rows, secret, rows.Now())
		if err != nil {
			return err
		}
		if i.Kind == FirstInvitation {
			i.Name = name
		}
		own := rows.As(i.Name)
		if err := a.enter(ctx, own, i, password); err != nil {
			return err
		}
		if err := own.EndInvitation(ctx, i.ID, true, rows.Now()); err != nil {
			return err
		}
		if err := noteInvitation(own, actionUsed, i); err != nil {
			return err
		}
		if err := open(own, i.Name); err != nil {
			return err
		}
		user, err = own.FindUser(ctx, i.Name)
		return err
	})
	return user, err
}

// enter makes the invited account, or gives it its password.
func (a Accounts) enter(ctx context.Context, rows Rows, i Invitation, password string) error {
	within := func(_ context.Context, do func(Rows) error) error { return do(rows) }
	own := Accounts{a.key, within, within}
	switch i.Kind {
	case PasswordInvitation:
		err := own.SetPassword(ctx, i.Name, password)
		if refusal.Is(err, refusal.NotFound) { // the account went with it
			err = refusal.New(login.InvitationWithdrawn)
		}
		return err
	case FirstInvitation:
		if err := checkFirst(ctx, rows); err != nil {
			return err
		}
	}
	return own.AddUser(ctx, login.User{Name: i.Name, Role: i.Role, Password: password, Centres: i.Centres})
}
