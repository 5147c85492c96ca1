package roster

import (
	"errors"
	"io"
	"strings"
	"unicode"
)

// scanner reads separated values as spreadsheet programs do: a quotation mark
// counts only where a cell begins, rows end in LF, CR LF or CR. It counts
// rows, not lines, and holds no more than one row.
type scanner struct {
	text      string
	separator string
	at        int
	row       int // the last
}

func newScanner(text, separator string) *scanner {
	text = strings.TrimLeft(text, "\ufeff")
	if hint, rest, found := strings.Cut(text, "\n"); found && len(hint) < 8 && strings.HasPrefix(strings.ToLower(hint), "sep=") {
		text = rest // a hint for spreadsheet programs, which they do not show
	}
	return &scanner{text: text, separator: separator}
}

// record returns the next row's cells, io.EOF after the last.
func (s *scanner) record() ([]string, error) {
	if s.at >= len(s.text) {
		return nil, io.EOF
	}
	s.row++
	var fields []string
	for {
		field, err := s.field()
		if err != nil {
			return nil, err
		}
		if len(field) > maxFieldBytes {
			return nil, tooLarge("32,767 characters in one cell (row %d)", s.row)
		}
		if fields = append(fields, field); len(fields) > maxColumns {
			return nil, tooLarge("%d columns (row %d)", maxColumns, s.row)
		}
		if !strings.HasPrefix(s.text[s.at:], s.separator) {
			s.lineEnd()
			return fields, nil
		}
		s.at += len(s.separator)
	}
}

func (s *scanner) field() (string, error) {
	rest := s.text[s.at:]
	const indent = 64 // spaces before a quotation mark
	begin := rest[:min(len(rest), indent)]
	if inner := strings.TrimLeft(begin, " "); strings.HasPrefix(inner, `"`) {
		s.at += len(begin) - len(inner) + 1
		return s.quoted()
	}
	end := 0
	for end < len(rest) && rest[end] != '\r' && rest[end] != '\n' && !strings.HasPrefix(rest[end:], s.separator) {
		end++
	}
	s.at += end
	return rest[:end], nil
}

// quoted reads on after the opening quotation mark.
func (s *scanner) quoted() (string, error) {
	var b strings.Builder
	for {
		end := strings.IndexByte(s.text[s.at:], '"')
		if end < 0 || b.Len()+end > maxFieldBytes {
			return "", &rowError{s.row, "a quotation mark is not closed"}
		}
		b.WriteString(s.text[s.at : s.at+end])
		s.at += end + 1
		if !strings.HasPrefix(s.text[s.at:], `"`) {
			break
		}
		b.WriteByte('"')
		s.at++
	}
	rest := strings.TrimLeft(s.text[s.at:], " ")
	if rest != "" && !strings.HasPrefix(rest, s.separator) && rest[0] != '\r' && rest[0] != '\n' {
		return "", &rowError{s.row, "a quotation mark stands within a cell"}
	}
	s.at = len(s.text) - len(rest)
	return b.String(), nil
}

// lineEnd goes past the row's end; CR CR LF is one that was written twice.
func (s *scanner) lineEnd() {
	rest := s.text[s.at:]
	switch {
	case strings.HasPrefix(rest, "\r\r\n"):
		s.at += 3
	case strings.HasPrefix(rest, "\r\n"):
		s.at += 2
	case rest != "":
		s.at++
	}
}

// scanText calls take for every row that is not empty.
func scanText(text, separator string, take func(line) error) error {
	scan := newScanner(text, separator)
	for {
		fields, err := scan.record()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if l := lineOf(scan.row, fields); !l.empty() {
			if err := take(l); err != nil {
				return err
			}
		}
	}
}

func lineOf(number int, fields []string) line {
	l := line{number: number}
	for _, field := range fields {
		l.cells = append(l.cells, textCell(field))
	}
	return l
}

// unquoteFormula undoes two ways of keeping a spreadsheet from shortening a
// number: ="110…" and '110…. Programs put the apostrophe before every cell.
func unquoteFormula(field string) string {
	field = strings.TrimSpace(field)
	if inner, found := strings.CutPrefix(field, `="`); found && strings.HasSuffix(inner, `"`) {
		return strings.TrimSuffix(inner, `"`)
	}
	if inner, found := cutApostrophe(field); found && strings.IndexFunc(inner, isMarked) == 0 {
		return inner
	}
	return field
}

// isMarked says that a text that begins so has no apostrophe of its own; «'t
// Hooft» and «'O sole mio» have.
func isMarked(r rune) bool { return unicode.IsDigit(r) || unicode.Is(unicode.Han, r) }

// cutApostrophe takes off the mark by which people make a text of a number.
func cutApostrophe(text string) (string, bool) {
	inner := strings.TrimLeft(text, "'’‘＇`´")
	return inner, inner != text
}
