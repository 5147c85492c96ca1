package login

import (
	"slices"
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
	Centres     Centres   // what it may see at the province; a centre's own accounts have none
}

// Centres are the names of the centres that an account is limited to, joined
// with commas; "" limits to none of them: it may see all.
type Centres string

// JoinCentres is the limit to these centres, in order and each once.
func JoinCentres(names []string) Centres {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	return Centres(strings.Join(names, ","))
}

// Names lists them, empty where there is no limit.
func (c Centres) Names() []string {
	if c == "" {
		return []string{}
	}
	return strings.Split(string(c), ",")
}

// Has says whether an account with that limit may see the centre.
func (c Centres) Has(centre string) bool { return c == "" || slices.Contains(c.Names(), centre) }

// Session is where an account is logged in, as a list shows it.
type Session struct {
	ID         string // a piece of its secret's hash, which opens nothing
	Name       string // of the account
	DeviceKind string // phone, tablet, desktop; "" of a program
	Address    string
	Since      time.Time
}

// sessionID is how much of its secret's hash names a session in a list.
const sessionID = 16

// ShortID is how lists name the session of that hash.
func ShortID(hash string) string { return hash[:sessionID] }

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
