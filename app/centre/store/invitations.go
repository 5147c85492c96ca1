package store

import (
	"context"
	"time"

	"kaodian/app/base/accounts"
	"kaodian/app/base/alike"
	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Refusals of an invitation.
const (
	InvitationNotValid  refusal.Code = "invitation_not_valid"
	InvitationUsed      refusal.Code = "invitation_used"
	InvitationExpired   refusal.Code = "invitation_expired"
	InvitationWithdrawn refusal.Code = "invitation_withdrawn"
	// AdministratorExists refuses the invitation of a first administrator.
	AdministratorExists refusal.Code = "administrator_exists"
)

// InvitationKind is what an invitation is good for.
type InvitationKind string

// The kinds of invitation.
const (
	AccountInvitation  InvitationKind = "account"  // a new account
	PasswordInvitation InvitationKind = "password" // a new password of an account
	FirstInvitation    InvitationKind = "first"    // the first administrator, who chooses a name
)

// InvitationState is how an invitation stands.
type InvitationState string

// The states of an invitation.
const (
	InvitationIsOpen      InvitationState = "open"
	InvitationIsUsed      InvitationState = "used"
	InvitationIsExpired   InvitationState = "expired"
	InvitationIsWithdrawn InvitationState = "withdrawn"
)

const (
	// invitationLife reaches from the evening before to the day after: the slip is
	// handed over on paper, often a day early.
	invitationLife = 48 * time.Hour
	// firstLife is short, because the link stands on the server's console.
	firstLife = 30 * time.Minute
	// invitationMemory is how long one that is over is listed.
	invitationMemory = 7 * 24 * time.Hour
)

// Invitation is a link by which a person gets an account or a new password.
type Invitation struct {
	ID          string
	Kind        InvitationKind
	Name        string // "": the person chooses it
	Role        login.Role
	CreatedAt   time.Time
	CreatedBy   string // "": the server
	ExpiresAt   time.Time
	UsedAt      time.Time // zero: not yet
	WithdrawnAt time.Time // zero: not yet
}

// StateAt is how it stands at that moment.
func (i Invitation) StateAt(now time.Time) InvitationState {
	switch {
	case !i.UsedAt.IsZero():
		return InvitationIsUsed
	case !i.WithdrawnAt.IsZero():
		return InvitationIsWithdrawn
	case !i.ExpiresAt.After(now):
		return InvitationIsExpired
	}
	return InvitationIsOpen
}

// check refuses one that is not open any more.
func (i Invitation) check(now time.Time) error {
	switch i.StateAt(now) {
	case InvitationIsUsed:
		return refusal.New(InvitationUsed)
	case InvitationIsWithdrawn:
		return refusal.New(InvitationWithdrawn)
	case InvitationIsExpired:
		return refusal.New(InvitationExpired)
	}
	return nil
}

func (t tables) invitationOf(row query.Invitation) Invitation {
	return Invitation{
		ID: row.ID, Kind: InvitationKind(row.Kind), Name: row.Name, Role: login.Role(row.Role),
		CreatedAt: at(row.CreatedAt, t.zone), CreatedBy: row.CreatedBy, ExpiresAt: at(row.ExpiresAt, t.zone),
		UsedAt: maybeAt(row.UsedAt, t.zone), WithdrawnAt: maybeAt(row.WithdrawnAt, t.zone),
	}
}

// Invite makes an invitation whose secret only the caller knows: of a person
// with a new name, in that role. It takes the place of an open one of that name.
// login.ErrUserExists where an account, or an open invitation of another name,
// looks the same.
func (s *Store) Invite(ctx context.Context, name string, role login.Role, secret string, by exam.Actor) (made Invitation, err error) {
	err = s.write(ctx, func(c *change) error {
		if err := c.checkFree(name); err != nil {
			return err
		}
		made, err = c.invite(Invitation{Kind: AccountInvitation, Name: name, Role: role, ExpiresAt: c.now.Add(invitationLife)}, secret, by)
		return err
	})
	return made, err
}

// checkFree refuses a name that an account or an open invitation has, or that
// looks like one of theirs; an invitation of the very name is replaced.
func (c *change) checkFree(name string) error {
	users, err := c.ListUsers(c.ctx)
	if err != nil {
		return err
	}
	for _, user := range users {
		if alike.Names(user.Name, name) {
			return login.ErrUserExists
		}
	}
	open, err := c.ListOpenInvitations(c.ctx, c.now.UnixMilli())
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
func (s *Store) InviteNewPassword(ctx context.Context, name, secret string, by exam.Actor) (made Invitation, err error) {
	err = s.write(ctx, func(c *change) error {
		user, err := c.FindUser(ctx, name)
		if err != nil {
			return sqlkit.Absent(err)
		}
		made, err = c.invite(Invitation{Kind: PasswordInvitation, Name: name, Role: login.Role(user.Role), ExpiresAt: c.now.Add(invitationLife)}, secret, by)
		return err
	})
	return made, err
}

// CreateFirstInvitation makes the invitation of the first administrator, without
// an account that could do so; its secret only the caller knows. It is good for
// half an hour and takes the place of an earlier one. AdministratorExists where
// there is an administrator.
func (s *Store) CreateFirstInvitation(ctx context.Context, secret string) (made Invitation, err error) {
	err = s.write(ctx, func(c *change) error {
		if err := c.checkFirst(); err != nil {
			return err
		}
		made, err = c.invite(Invitation{Kind: FirstInvitation, Role: Administrator, ExpiresAt: c.now.Add(firstLife)}, secret, exam.Actor{Role: exam.BySystem})
		return err
	})
	return made, err
}

func (c *change) checkFirst() error {
	count, err := c.CountUsersOfRole(c.ctx, string(Administrator))
	if err == nil && count > 0 {
		err = refusal.New(AdministratorExists)
	}
	return err
}

// invite writes an invitation down, and withdraws the open ones of that name.
func (c *change) invite(i Invitation, secret string, by exam.Actor) (Invitation, error) {
	open, err := c.ListOpenInvitations(c.ctx, c.now.UnixMilli())
	if err != nil {
		return i, err
	}
	for _, one := range open {
		if one.Name != i.Name {
			continue
		}
		if err := c.withdraw(one, by); err != nil {
			return i, err
		}
	}
	i.ID, i.CreatedAt, i.CreatedBy = NewID(), c.now, by.Name
	err = c.InsertInvitation(c.ctx, query.InsertInvitationParams{
		ID: i.ID, Secret: login.HashSecret(secret), Kind: string(i.Kind), Name: i.Name, Role: string(i.Role),
		CreatedAt: c.now.UnixMilli(), CreatedBy: i.CreatedBy, ExpiresAt: i.ExpiresAt.UnixMilli(),
	})
	if err != nil {
		return i, err
	}
	return i, c.auditInvitation(ActionInvited, i, by)
}

func (c *change) auditInvitation(action audit.Action, i Invitation, by exam.Actor) error {
	return c.audit(Entry{Action: action, By: by, Args: map[string]any{"kind": i.Kind, "user": i.Name, "role": i.Role}})
}

// WithdrawInvitation makes an open invitation worthless; refusal.NotFound where
// there is no open one of that id.
func (s *Store) WithdrawInvitation(ctx context.Context, id string, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		open, err := c.ListOpenInvitations(ctx, c.now.UnixMilli())
		if err != nil {
			return err
		}
		for _, one := range open {
			if one.ID == id {
				return c.withdraw(one, by)
			}
		}
		return refusal.New(refusal.NotFound)
	})
}

func (c *change) withdraw(row query.Invitation, by exam.Actor) error {
	if _, err := c.Queries.WithdrawInvitation(c.ctx, query.WithdrawInvitationParams{WithdrawnAt: new(c.now.UnixMilli()), ID: row.ID}); err != nil {
		return err
	}
	return c.auditInvitation(ActionInvitationWithdrawn, c.tables().invitationOf(row), by)
}

// ListInvitations lists what may still be used and what was made within a week,
// the newest first.
func (s *Store) ListInvitations(ctx context.Context) (list []Invitation, err error) {
	err = s.readTables(ctx, func(t tables) error {
		now := s.Now()
		rows, err := t.Queries.ListInvitations(ctx, query.ListInvitationsParams{Since: now.Add(-invitationMemory).UnixMilli(), Now: now.UnixMilli()})
		for _, row := range rows {
			list = append(list, t.invitationOf(row))
		}
		return err
	})
	return list, err
}

// FindInvitation returns the open invitation of that secret and uses nothing up.
// It refuses with InvitationNotValid, InvitationUsed, InvitationExpired and
// InvitationWithdrawn.
func (s *Store) FindInvitation(ctx context.Context, secret string) (found Invitation, err error) {
	err = s.readTables(ctx, func(t tables) error {
		found, err = t.openInvitation(ctx, secret, s.Now())
		return err
	})
	return found, err
}

func (t tables) openInvitation(ctx context.Context, secret string, now time.Time) (Invitation, error) {
	row, err := t.Queries.FindInvitation(ctx, login.HashSecret(secret))
	if refusal.Is(sqlkit.Absent(err), refusal.NotFound) {
		return Invitation{}, refusal.New(InvitationNotValid)
	}
	if err != nil {
		return Invitation{}, err
	}
	found := t.invitationOf(row)
	return found, found.check(now)
}

// UseInvitation makes the account, or gives it the password, and opens the
// session, whose subject it sets. name is what the first administrator chose.
// All happens or nothing, so no refusal and no crash uses an invitation up. It
// refuses as FindInvitation does, and with login.ErrUserExists.
func (s *Store) UseInvitation(ctx context.Context, secret, name, password, sessionSecret string, session Session) (user User, err error) {
	err = s.write(ctx, func(c *change) error {
		i, err := c.tables().openInvitation(ctx, secret, c.now)
		if err != nil {
			return err
		}
		if i.Kind == FirstInvitation {
			i.Name = name
		}
		user = User{Name: i.Name, Role: i.Role, Password: password}
		by := exam.Actor{Role: exam.ByStaff, Name: user.Name}
		if err := c.enter(i, user, by); err != nil {
			return err
		}
		if err := c.Queries.UseInvitation(ctx, query.UseInvitationParams{UsedAt: new(c.now.UnixMilli()), ID: i.ID}); err != nil {
			return err
		}
		if err := c.auditInvitation(ActionInvitationUsed, i, by); err != nil {
			return err
		}
		session.Kind, session.Subject = StaffSession, user.Name
		if err := c.openSession(ctx, sessionSecret, session); err != nil {
			return err
		}
		if err := c.noteLogin(user.Name); err != nil {
			return err
		}
		user, err = c.tables().FindUser(ctx, user.Name)
		return err
	})
	return user, err
}

// enter makes the invited account, or gives it its password.
func (c *change) enter(i Invitation, user User, by exam.Actor) error {
	own := c.accountsBy(by)
	switch i.Kind {
	case PasswordInvitation:
		err := own.SetPassword(c.ctx, user.Name, user.Password)
		if refusal.Is(err, refusal.NotFound) { // the account went with it
			err = refusal.New(InvitationWithdrawn)
		}
		return err
	case FirstInvitation:
		if err := c.checkFirst(); err != nil {
			return err
		}
	}
	return own.AddUser(c.ctx, user)
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
