package batch

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// What every value of records.sqlite keeps to, on both sides: the centre seals
// nothing else, the province takes in nothing else. Values are finite, times
// lie in the years 1 to 9999, text is UTF-8 without NUL.

// FirstTime and LastTime are the ends of those years, in milliseconds since 1970.
const (
	FirstTime = -62_135_596_800_000
	LastTime  = 253_402_300_799_999
)

// MaxRows is how many rows all tables of a batch may have together: the
// province takes a batch in in one transaction, and its pages wait for it.
const MaxRows = 200_000

const (
	maxID    = 256      // bytes of a name that a program gave
	maxText  = 4 << 10  // bytes of what a list or a page's field holds (1000 characters)
	maxWords = 16 << 10 // bytes of what people write at length
	maxArgs  = 64 << 10 // bytes of a fact's particulars
	maxSpan  = 366 * 24 * int64(time.Hour/time.Millisecond)
	maxPlace = 100_000
	maxGrade = 100
	maxRound = 100
)

// Tables are the names of the tables of records.sqlite, sorted.
func Tables() []string {
	var names []string
	for name := range columns {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// CheckRow says what is wrong with a row of a table of records.sqlite, as
// SQLite gives its values: int64, float64, string or nil.
func CheckRow(table string, values []any) error {
	rules := columns[table]
	if len(rules) == 0 || len(values) != len(rules) {
		return fmt.Errorf("%s: %d columns instead of %d", table, len(values), len(rules))
	}
	for i, value := range values {
		if wrong := rules[i].check(value); wrong != "" {
			return fmt.Errorf("%s.%s %s", table, rules[i].name, wrong)
		}
	}
	return nil
}

func orNull(check rule) rule {
	return func(value any) string {
		if value == nil {
			return ""
		}
		return check(value)
	}
}

func between(least, most int64) rule {
	return func(value any) string {
		n, ok := value.(int64)
		if !ok {
			return "is no whole number"
		}
		if n < least || n > most {
			return fmt.Sprintf("is %d, which is not between %d and %d", n, least, most)
		}
		return ""
	}
}

var (
	moment = between(FirstTime, LastTime)
	span   = between(0, maxSpan)
	place  = between(0, maxPlace)
	size   = between(0, MaxFileBytes)
	flag   = between(0, 1)
	whose  = oneOf("centre", "province")
)

func number(value any) string {
	n, ok := value.(float64)
	if !ok || math.IsInf(n, 0) || math.IsNaN(n) {
		return "is no finite number"
	}
	return ""
}

// textOf is the string of at most that many bytes, or what is wrong with it.
func textOf(value any, most int) (content, wrong string) {
	content, ok := value.(string)
	switch {
	case !ok:
		return "", "is no text"
	case len(content) > most:
		return "", fmt.Sprintf("has %d bytes, more than %d", len(content), most)
	case !utf8.ValidString(content):
		return "", "is not UTF-8"
	case strings.ContainsRune(content, 0):
		return "", "holds a NUL"
	}
	return content, ""
}

func text(value any) string {
	_, wrong := textOf(value, maxText)
	return wrong
}

func words(value any) string {
	_, wrong := textOf(value, maxWords)
	return wrong
}

// A name that a program gave stands in addresses and logs.
func idOrNone(value any) string {
	content, wrong := textOf(value, maxID)
	if wrong == "" && strings.ContainsFunc(content, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		wrong = "holds a control character"
	}
	return wrong
}

func id(value any) string {
	if value == "" {
		return "is empty"
	}
	return idOrNone(value)
}

var wordPattern = regexp.MustCompile(`^[a-z0-9_]{0,64}$`)

// word is a code of the programs: later versions have others.
func word(value any) string {
	content, wrong := textOf(value, maxID)
	if wrong == "" && !wordPattern.MatchString(content) {
		wrong = "is no code of a to z, 0 to 9 and _"
	}
	return wrong
}

func oneOf(known ...string) rule {
	return func(value any) string {
		content, wrong := textOf(value, maxID)
		if wrong == "" && !slices.Contains(known, content) {
			wrong = "is none of " + strings.TrimPrefix(strings.Join(known, ", "), ", ")
		}
		return wrong
	}
}

func sum(value any) string {
	content, wrong := textOf(value, maxID)
	if wrong == "" && !sumPattern.MatchString(content) {
		wrong = "is no SHA-256"
	}
	return wrong
}

func installID(value any) string {
	content, wrong := textOf(value, maxID)
	if wrong == "" && CheckInstall(content) != nil {
		wrong = "is no install id"
	}
	return wrong
}

// day is 2006-01-02 or nothing.
func day(value any) string {
	content, wrong := textOf(value, maxID)
	if wrong != "" || content == "" {
		return wrong
	}
	if at, err := time.Parse(time.DateOnly, content); err != nil || at.Year() < 1 {
		return "is no day"
	}
	return ""
}

func particulars(value any) string {
	content, wrong := textOf(value, maxArgs)
	if wrong == "" && !json.Valid([]byte(content)) {
		wrong = "is no JSON"
	}
	return wrong
}

// Mend makes what a sensor or a list may bring keep the rules where that
// changes nothing that anybody could read: a value that is not finite is
// unknown, bytes that are no UTF-8 are shown as such, a NUL is nothing, a span
// that begins before its clip begins with it.
func Mend(table string, values []any) {
	for i, value := range values {
		switch v := value.(type) {
		case float64:
			if number(v) != "" {
				values[i] = nil
			}
		case string:
			values[i] = strings.ReplaceAll(strings.ToValidUTF8(v, "\uFFFD"), "\x00", "")
		case int64:
			if name := columns[table][i].name; name == "from_ms" || name == "to_ms" || name == "clip_ms" || name == "duration_ms" {
				values[i] = min(max(v, 0), maxSpan)
			}
		}
	}
}
