// Package pinyin says how Chinese is read aloud: pinyin with tone marks for
// the announcement's words (R23), so that a child who reads little, or no
// Chinese, can say them. It owns nothing and promises nothing after a crash; it
// must not import anything of the house.
//
// The readings of single characters are go-pinyin's; which of several a
// character has follows from the word that it stands in, by the table of words
// beside this file: words of music and of titles.
package pinyin

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	gopinyin "github.com/mozillazg/go-pinyin"
)

//go:embed words.txt
var table string

// words are the readings of words, and longest is how many characters the
// longest has.
var words = sync.OnceValues(func() (readings map[string][]string, longest int) {
	readings = map[string][]string{}
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] == "#" {
			continue
		}
		readings[fields[0]] = fields[1:]
		longest = max(longest, utf8.RuneCountInString(fields[0]))
	}
	return readings, longest
})

// Read returns one syllable for each Chinese character of the text, and
// nothing for whatever else stands in it. A character that has no known reading
// has "?".
func Read(text string) []string {
	var read []string
	for characters := []rune(text); len(characters) > 0; {
		n, syllables := next(characters)
		read = append(read, syllables...)
		characters = characters[n:]
	}
	return read
}

// next reads the longest known word at the beginning.
func next(text []rune) (n int, syllables []string) {
	readings, longest := words()
	for n := min(longest, len(text)); n > 0; n-- {
		if found, known := readings[string(text[:n])]; known {
			return n, found
		}
	}
	if !unicode.Is(unicode.Han, text[0]) {
		return 1, nil
	}
	if found := gopinyin.SinglePinyin(text[0], gopinyin.Args{Style: gopinyin.Tone}); len(found) > 0 {
		return 1, found[:1]
	}
	return 1, []string{"?"}
}
