package webkit

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"kaodian/app/base/text"
)

// Limits of an account, in bytes; a log-in accepts no more.
const (
	maxAccountName = 64
	maxPassword    = 256
)

// NewPassword is HashPassword for an account of that name, which a person must
// be able to type at the log-in and others to read in a list. Its errors are for
// an operator.
func NewPassword(name, password string) (hash string, err error) {
	switch {
	case text.Blank(name) || text.CheckLine(name) != nil || strings.TrimSpace(name) != name:
		return "", errors.New("nobody can log in with that name; use letters and digits, with no space at its ends")
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Cf, r) }):
		return "", errors.New("the name has characters that nobody sees; type it again, with letters and digits")
	case len(name) > maxAccountName:
		return "", fmt.Errorf("the name has %d bytes, and the log-in takes %d; choose a shorter one", len(name), maxAccountName)
	case len(password) > maxPassword:
		return "", fmt.Errorf("the password has %d bytes, and the log-in takes %d; choose a shorter one", len(password), maxPassword)
	case text.Check(password) != nil:
		return "", errors.New("the password has characters that nobody can type at the log-in; choose another")
	}
	return HashPassword(password)
}
