// Package text checks and cleans what people type: it finds characters that are
// invisible or change how others are shown. It keeps nothing; every package that
// takes a text from outside may use it.
package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kaodian/app/base/refusal"
)

// Invalid refuses a text with characters that nobody types.
const Invalid refusal.Code = "text_invalid"

// Check refuses text with characters that nobody types and that change
// what others see of it: control characters but line ends and tabs, and those
// that turn the direction of writing round.
func Check(s string) error {
	for _, r := range s {
		if r != '\n' && r != '\r' && r != '\t' && hidden(r) {
			return refusal.New(Invalid)
		}
	}
	return nil
}

// hidden says whether the character is no text: a control character, a line or
// paragraph separator, an override of the direction, or the replacement of an
// invalid byte.
func hidden(r rune) bool {
	return unicode.IsControl(r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029' ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// CheckLine is Check for a single line: names, numbers.
func CheckLine(s string) error {
	if strings.ContainsAny(s, "\n\r\t") {
		return refusal.New(Invalid)
	}
	return Check(s)
}

// CleanLine makes one line of a text that a person cannot type again, such as a
// file's name: hidden characters are left out.
func CleanLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if hidden(r) {
			return -1
		}
		return r
	}, s))
}

// Blank says whether a text has only spaces and shapeless characters.
func Blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) && !Shapeless(r)
	})
}

// Shapeless says whether a character shows nothing.
func Shapeless(r rune) bool { return strings.ContainsRune(shapeless, r) }

// shapeless are characters that show nothing: fillers of Hangul, the
// empty Braille cell, the null note head.
const shapeless = "\u115f\u1160\u3164\uffa0\u2800\U0001d159"

// OneLine is an error's text in one line: each of joined errors once, and
// nothing that a terminal would interpret.
func OneLine(err error) string {
	var said []string
	for line := range strings.Lines(err.Error()) {
		if line = CleanLine(line); line != "" && !slices.ContainsFunc(said, func(s string) bool { return strings.HasSuffix(s, line) }) {
			said = append(said, line)
		}
	}
	return strings.Join(said, "; ")
}
