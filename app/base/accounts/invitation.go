package accounts

import (
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
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
	Centres     login.Centres // of an account of the province
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
		return refusal.New(login.InvitationUsed)
	case InvitationIsWithdrawn:
		return refusal.New(login.InvitationWithdrawn)
	case InvitationIsExpired:
		return refusal.New(login.InvitationExpired)
	}
	return nil
}
