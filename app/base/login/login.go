// Package login has what an account is and the refusals of a log-in, which the stores of both sides
// give and their web answers. It keeps nothing and imports the refusal only.
package login

import "kaodian/app/base/refusal"

// Refusals of a log-in and of a session.
const (
	Wrong  refusal.Code = "wrong_login"
	Locked refusal.Code = "account_locked"
	Needed refusal.Code = "login_needed"
)
