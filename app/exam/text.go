package exam

import (
	"strings"
	"unicode"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
)

// CheckReason refuses a reason in which nothing is said: without a letter or a
// number, dots and dashes alone, it is none.
func CheckReason(reason string) error {
	says := func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !text.Shapeless(r)
	}
	if !strings.ContainsFunc(reason, says) {
		return refusal.New(ReasonMissing)
	}
	return text.Check(reason)
}
