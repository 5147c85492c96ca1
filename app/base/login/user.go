package login

import (
	"errors"
	"time"
)

// User is an account that a person logs in with.
type User struct {
	Name        string
	Role        string // each side has its own
	Password    string // Argon2id, in its PHC form
	CreatedAt   time.Time
	LockedAt    time.Time // zero: it may log in
	LastLoginAt time.Time // zero: never since that is written down
}

// Administrator is the role that both sides have; one of them can always log in.
const Administrator = "administrator"

var (
	// ErrUserExists says that an account of that name is there already.
	ErrUserExists = errors.New("there is an account of that name already, or of one that looks like it")
	// ErrLastAdministrator keeps a store from being without one who may log in.
	ErrLastAdministrator = errors.New("it is the last administrator who may log in")
)
