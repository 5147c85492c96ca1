// Package blot finds a person's names and numbers in texts, however they are
// written, and takes them out. It owns nothing and reads no file.
package blot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mark stands where a word was.
const Mark = "■■■"

// Word is a name or a number in the form in which words are compared: half-width,
// in small letters, without what separates its parts.
type Word string

// Fold returns the word of a text, "" where it has no letter and no digit.
func Fold(text string) Word {
	var small strings.Builder
	for _, r := range text {
		if r := unicode.ToLower(half(r)); isLetter(r) {
			small.WriteRune(r)
		}
	}
	return Word(small.String())
}

// letter is one letter of a text, and where it stands in it.
type letter struct {
	r        rune
	from, to int // bytes
}

// letters are those that Fold keeps: spaces, dots and hyphens, by which one name is
// written in many ways, are left out.
func letters(text string) (list []letter) {
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r := unicode.ToLower(half(r)); isLetter(r) {
			list = append(list, letter{r, at, at + size})
		}
		at += size
	}
	return list
}

func isLetter(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

func half(r rune) rune {
	const first, last, distance = '！', '～', '！' - '!'
	if first <= r && r <= last {
		return r - distance
	}
	return r
}

// Piece says whether the word stands in the text, also as a piece of another.
func (w Word) Piece(text string) bool { return w.Within(Fold(text)) }

// Within is Piece of a text that is folded.
func (w Word) Within(folded Word) bool { return w != "" && strings.Contains(string(folded), string(w)) }

// In says whether the word stands in the text as a whole word.
func (w Word) In(text string) bool { return len(w.places(text)) > 0 }

type span struct{ from, to int }

// places are where the word stands as a whole one, in bytes of the text.
func (w Word) places(text string) (spans []span) {
	wanted := []rune(string(w))
	if !w.Piece(text) {
		return nil
	}
	list := letters(text)
	for at := 0; at+len(wanted) <= len(list); at++ {
		if !slices.EqualFunc(list[at:at+len(wanted)], wanted, func(l letter, r rune) bool { return l.r == r }) {
			continue
		}
		if found := (span{list[at].from, list[at+len(wanted)-1].to}); w.whole(text, found) {
			spans = append(spans, found)
			at += len(wanted) - 1
		}
	}
	return spans
}

// whole says whether no letter or digit goes on before or behind. Chinese has no
// boundaries: there only the length of a word tells it from others, which is the
// caller's matter. A number that is written in groups may not be a piece of a longer
// one that is.
func (w Word) whole(text string, s span) bool {
	before, behind := text[:s.from], text[s.to:]
	if w.number() && strings.ContainsFunc(text[s.from:s.to], func(r rune) bool { return !isLetter(half(r)) }) {
		last, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(before, separates))
		next, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(behind, separates))
		if unicode.IsDigit(last) || unicode.IsDigit(next) {
			return false
		}
	}
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(behind)
	first, _ := utf8.DecodeRuneInString(string(w))
	end, _ := utf8.DecodeLastRuneInString(string(w))
	return !(joins(last) && joins(first)) && !(joins(next) && joins(end))
}

func separates(r rune) bool { return unicode.IsSpace(r) || r == '-' || r == '－' }

// joins says whether letters of that script make one word with their neighbours.
func joins(r rune) bool { return isLetter(half(r)) && !unicode.Is(unicode.Han, r) }

func (w Word) number() bool {
	return !strings.ContainsFunc(string(w), func(r rune) bool { return !unicode.IsDigit(r) })
}

// Han is how many Chinese characters the word has, 0 for one that has other letters too.
func (w Word) Han() (count int) {
	for _, r := range string(w) {
		if !unicode.Is(unicode.Han, r) {
			return 0
		}
		count++
	}
	return count
}

// How long a word is at least that goes from what concerns somebody else: a shorter
// one is found in many.
const (
	sureLetters = 6 // of a number or an address
	sureHan     = 4 // of a Chinese name: two or three characters are found in many words
	sureLatin   = 8 // of a name in Latin letters that has two parts
)

// IsSure says whether a number or an address is long enough for that.
func (w Word) IsSure() bool { return utf8.RuneCountInString(string(w)) >= sureLetters }

// IsSureName says it of a name.
func IsSureName(name string) bool {
	word := Fold(name)
	latin := word.Han() == 0 && len(strings.Fields(name)) > 1 && utf8.RuneCountInString(string(word)) >= sureLatin
	return word.Han() >= sureHan || latin
}

// Text puts the Mark where one of the words stands as a whole one.
func Text(text string, words []Word) string {
	var spans []span
	folded := Fold(text)
	for _, w := range words {
		if w.Within(folded) {
			spans = append(spans, w.places(text)...)
		}
	}
	if len(spans) == 0 {
		return text
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var left strings.Builder
	at := 0
	for _, s := range spans {
		if s.from >= at {
			left.WriteString(text[at:s.from] + Mark)
		}
		at = max(at, s.to)
	}
	left.WriteString(text[at:])
	return left.String()
}
