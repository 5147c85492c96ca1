package webkit

import (
	"fmt"
	"strings"
	"unicode"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
)

// Limits of an account, in bytes; a log-in accepts no more.
const (
	maxAccountName = 64
	maxPassword    = 256
)

// Refusals of a new account or password.
const (
	AccountNameInvalid refusal.Code = "account_name_invalid"
	PasswordShort      refusal.Code = "password_short"
	PasswordInvalid    refusal.Code = "password_invalid"
	// PresentWrong refuses a change of one's own password without the present one:
	// another code than a log-in's, which would ask for the user name too.
	PresentWrong refusal.Code = "present_password_wrong"
)

// unfit is a refusal that has a sentence of its own for an operator.
type unfit struct {
	refused  *refusal.Error
	sentence string
}

func (u unfit) Error() string { return u.sentence }
func (u unfit) Unwrap() error { return u.refused }

func isUnfit(code refusal.Code, sentence string, args ...any) error {
	return unfit{refusal.New(code), fmt.Sprintf(sentence, args...)}
}

// CheckAccountName refuses a name that a person could not type at the log-in, or
// others not read in a list.
func CheckAccountName(name string) error {
	switch {
	case text.Blank(name) || text.CheckLine(name) != nil || strings.TrimSpace(name) != name:
		return isUnfit(AccountNameInvalid, "nobody can log in with that name; use letters and digits, with no space at its ends")
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Cf, r) }):
		return isUnfit(AccountNameInvalid, "the name has characters that nobody sees; type it again, with letters and digits")
	case len(name) > maxAccountName:
		return isUnfit(AccountNameInvalid, "the name has %d bytes, and the log-in takes %d; choose a shorter one", len(name), maxAccountName)
	}
	return nil
}

// NewPassword is HashPassword for an account of that name, which CheckAccountName
// takes. Its errors are refusals, and sentences for an operator.
func NewPassword(name, password string) (hash string, err error) {
	switch err := CheckAccountName(name); {
	case err != nil:
		return "", err
	case len(password) > maxPassword:
		return "", isUnfit(PasswordInvalid, "the password has %d bytes, and the log-in takes %d; choose a shorter one", len(password), maxPassword)
	case text.Check(password) != nil:
		return "", isUnfit(PasswordInvalid, "the password has characters that nobody can type at the log-in; choose another")
	}
	return HashPassword(password)
}
