package login

import (
	"strings"
	"time"

	"kaodian/app/base/refusal"
)

// User is an account that a person logs in with.
type User struct {
	Name        string
	Role        Role
	Password    string // Argon2id, in its PHC form
	CreatedAt   time.Time
	LockedAt    time.Time // zero: it may log in
	LastLoginAt time.Time // zero: never since that is written down
}

// Role says what an account may do. Each side's store has its own roles.
type Role string

// Administrator is the role that both sides have; one of them can always log in.
const Administrator Role = "administrator"

// Names lists roles as the commands' help does: a,b,c.
func Names(roles []Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return strings.Join(names, ",")
}

var (
	// ErrUserExists says that an account of that name is there already, or of one
	// that looks the same.
	ErrUserExists = refusal.New(UserExists)
	// ErrLastAdministrator keeps a store from being without one who may log in.
	ErrLastAdministrator = refusal.New(LastAdministrator)
)
