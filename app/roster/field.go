package roster

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kaodian/app/exam"
)

// clean trims a cell and takes out what cannot be seen: line breaks within a
// cell and hard spaces become spaces, marks of width zero go.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r), unicode.IsControl(r), r == utf8.RuneError:
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

// fold is clean text in half width, letter case kept.
func fold(text string) string {
	var b strings.Builder
	for _, r := range clean(text) {
		if '！' <= r && r <= '～' {
			r -= '！' - '!'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Shorten is a stranger's text as it is quoted in a sentence.
func Shorten(text string) string { return shorten(text) }

// shorten is a value as it is quoted in a sentence.
func shorten(text string) string {
	const limit = 40
	runes := []rune(clean(text))
	if len(runes) <= limit {
		return string(runes)
	}
	return string(runes[:limit]) + "…"
}

// What spreadsheets write instead of a value.
var spreadsheetError = regexp.MustCompile(`^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|#+)$`)

const digits = "一二三四五六七八九十"

// parseGrade reads 8, 8级, 八级 or 八, in any width; false for anything else.
func parseGrade(text string) (int, bool) {
	text = strings.TrimSpace(strings.TrimSuffix(fold(text), "级"))
	if place := strings.Index(digits, text); place >= 0 && utf8.RuneCountInString(text) == 1 {
		return place/utf8.RuneLen('一') + 1, true
	}
	grade, err := strconv.Atoi(text)
	return grade, err == nil && 1 <= grade && grade <= 10
}

var rangeMarks = strings.NewReplacer("—", "-", "–", "-", "~", "-", "至", "-", "－", "-", "到", "-")

// parseGrades reads 1-4 or 8.
func parseGrades(text string) (from, to int, ok bool) {
	first, last, isRange := strings.Cut(rangeMarks.Replace(fold(text)), "-")
	from, ok = parseGrade(first)
	if !isRange || !ok {
		return from, from, ok
	}
	to, ok = parseGrade(last)
	return from, to, ok && from <= to
}

// parseGender reads 男 or 女; "" for an empty cell.
func parseGender(text string) (string, bool) {
	switch exam.FoldID(clean(text)) {
	case "":
		return "", true
	case "男", "male", "m":
		return "male", true
	case "女", "female", "f":
		return "female", true
	}
	return "", false
}

// parsePieces reads «科目：曲目；曲目».
func parsePieces(text string) ([]exam.Piece, bool) {
	var pieces []exam.Piece
	for part := range strings.FieldsFuncSeq(clean(text), func(r rune) bool { return r == '；' || r == ';' }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		piece := splitPiece(part)
		if piece.Title == "" {
			return nil, false
		}
		pieces = append(pieces, piece)
	}
	return pieces, true
}

// splitPiece cuts at the full-width colon, at the narrow one only where there
// is no other: titles such as «Op. 3: No. 2» have one of their own.
func splitPiece(part string) exam.Piece {
	for _, colon := range []string{"：", ":"} {
		if item, title, found := strings.Cut(part, colon); found {
			return exam.Piece{Item: strings.TrimSpace(item), Title: strings.TrimSpace(title)}
		}
	}
	return exam.Piece{Title: part}
}

// ResidentID is the ID type of a resident's ID card as it is stored.
const ResidentID = "居民身份证"

// parseIDType gives the many spellings of one document one name, because a
// person is an ID type and number.
func parseIDType(text string) string {
	switch exam.FoldID(clean(text)) {
	case "身份证", "居民身份证", "二代身份证", "中华人民共和国居民身份证", "户口簿", "户口本", "id_card", "id card", "resident_id", "resident id", "identity card":
		return ResidentID
	case "护照", "passport":
		return "护照"
	}
	return clean(text)
}
