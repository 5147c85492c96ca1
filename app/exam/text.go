package exam

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
)

// MaxReason is how many characters a reason has at most: candidates read it on a
// phone, and it stands in one row of a record.
const MaxReason = 500

// CheckReason refuses a reason in which nothing is said, without a letter or a
// number, dots and dashes alone, and one that is too long.
func CheckReason(reason string) error {
	says := func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !text.Shapeless(r)
	}
	if !strings.ContainsFunc(reason, says) {
		return refusal.New(ReasonMissing)
	}
	if utf8.RuneCountInString(reason) > MaxReason {
		return refusal.New(ReasonTooLong)
	}
	return text.Check(reason)
}
