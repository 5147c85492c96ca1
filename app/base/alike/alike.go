// Package alike tells names apart as people do who read a list. It keeps
// nothing and knows the exam's texts only.
package alike

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kaodian/app/base/text"
)

// Names says whether two names are one to somebody who reads a list: apart
// from the width and the case of their letters, how accents are written, and
// what has no shape.
func Names(name, other string) bool { return look(name) == look(other) }

func look(name string) string {
	return norm.NFKC.String(strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || text.Shapeless(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(name))))
}
