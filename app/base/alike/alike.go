// Package alike compares names as a reader of a list sees them. It keeps nothing
// and imports base/text only.
package alike

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kaodian/app/base/text"
)

// Names says whether two names look the same in a list: but for the width and
// case of letters, the encoding of accents, and shapeless characters.
func Names(name, other string) bool { return look(name) == look(other) }

func look(name string) string {
	return norm.NFKC.String(strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || text.Shapeless(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(name))))
}
