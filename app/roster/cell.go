package roster

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kaodian/app/roster/workbook"
)

// cell is one value: its text as a person sees it, and what it was stored as.
type cell struct {
	text    string
	kind    workbook.Kind // Text for everything in a text file
	formula bool
	format  workbook.Format
}

// textCell is a cell of a text file, or a text of a workbook.
func textCell(text string) cell { return cell{text: unquoteFormula(text)} }

// storedCell is a workbook's cell.
func storedCell(c workbook.Cell) cell {
	own := cell{text: c.Text, kind: c.Kind, formula: c.Formula, format: c.Format}
	switch c.Kind {
	case workbook.Text:
		own.text = unquoteFormula(c.Text)
	case workbook.Number:
		if !decimal.MatchString(c.Text) { // no number, whatever its type says
			own.kind = workbook.Text
			break
		}
		own.text = shownNumber(c.Text, c.Format.Zeros)
	}
	return own
}

var decimal = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$`)

// exactBelow is where a number that a spreadsheet keeps, fifteen digits, stops
// being exact.
const exactBelow = 1e15

// shownNumber is a stored number with all its digits: 8.0 is 8, 1.38E10 is
// 13800000000. One of more than fifteen digits stays as it is stored.
func shownNumber(stored string, zeros int) string {
	x, err := strconv.ParseFloat(stored, 64)
	if err != nil || math.Abs(x) >= exactBelow {
		return stored
	}
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 15, 64), 64) // what a person sees of 2.9999999999999996
	text := strconv.FormatFloat(x+0, 'f', -1, 64)
	if x == math.Trunc(x) && x >= 0 && len(text) < zeros {
		text = strings.Repeat("0", min(zeros, 15)-len(text)) + text
	}
	return text
}

// isDamaged says that a number has more digits than a spreadsheet keeps.
func (c cell) isDamaged() bool {
	if c.kind != workbook.Number {
		return false
	}
	x, err := strconv.ParseFloat(c.text, 64)
	return err != nil || math.Abs(x) >= exactBelow
}

// A number as programs write it; a text file and a text cell hold it as text.
var programNumber = regexp.MustCompile(`^(\d+)(?:\.(\d*))?(?:[eE]\+?(\d{1,3}))?$`)

// wholeNumber writes 8.0 and 2.0100101E7 with all their digits. exact is false
// for a number whose last digits are not there: 1.1E+17, or more than fifteen
// digits with a point. Any other text is returned unchanged.
func wholeNumber(text string) (whole string, exact bool) {
	m := programNumber.FindStringSubmatch(text)
	if m == nil || m[2] == "" && m[3] == "" {
		return text, true
	}
	exponent, _ := strconv.Atoi(m[3])
	fraction := strings.TrimRight(m[2], "0")
	if len(fraction) > exponent {
		return text, m[3] == "" // 8.5 is what it says
	}
	if len(m[2]) < exponent || len(m[1])+exponent > 15 {
		return text, false
	}
	return strings.TrimLeft((m[1] + m[2])[:len(m[1])+exponent], "0"), true
}

// fault says why a cell cannot be used whatever its column, "" if it can.
func (c cell) fault() Code {
	switch {
	case c.kind == workbook.NoResult:
		return CellFormula
	case c.formula && c.kind == workbook.Number && c.text == "0": // of an empty cell, or never calculated
		return CellFormula
	case c.kind == workbook.Error, spreadsheetError.MatchString(clean(c.text)):
		return CellError
	case strings.ContainsFunc(c.text, isControl):
		return CellControl
	case !utf8.ValidString(c.text), strings.ContainsFunc(c.text, isLost):
		return CellBroken
	case utf8.RuneCountInString(c.text) > maxCellRunes:
		return CellTooLong
	case strings.HasPrefix(clean(c.text), "="):
		return CellFormula
	}
	return ""
}

// isControl says whether a character is a control character; line breaks and tabs
// within a cell count as spaces.
func isControl(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }

// isLost says whether a character replaces a lost one, or is for private use.
func isLost(r rune) bool { return r == utf8.RuneError || unicode.Is(unicode.Co, r) }
