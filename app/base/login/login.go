// Package login has the account and the refusals of a log-in of both sides. It
// keeps nothing and imports base/refusal only.
package login

import (
	"crypto/sha256"
	"encoding/hex"

	"kaodian/app/base/refusal"
)

// Refusals of a log-in and of a session.
const (
	Wrong  refusal.Code = "wrong_login"
	Locked refusal.Code = "account_locked"
	Needed refusal.Code = "login_needed"
)

// Refusals of a change of an account.
const (
	UserExists        refusal.Code = "account_exists"
	LastAdministrator refusal.Code = "last_administrator"
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

// HashSecret is the hash that a store keeps of a session's secret.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
