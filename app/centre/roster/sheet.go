package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Limits of what is read: far above a centre's needs, far below what would
// hurt the machine.
const (
	maxFileBytes  = 64 << 20
	maxUnzipBytes = 512 << 20
	maxRows       = 200_000
	maxColumns    = 256
	maxCellRunes  = 1000
)

// sheet is a table as it was written: the headings and the lines below.
type sheet struct {
	excel    bool
	date1904 bool // the workbook counts days from 1904
	guessed  bool // the encoding is GB18030 only because it can be read so
	lines    []line
}

// line is one row; number is what a spreadsheet program shows beside it.
type line struct {
	number int
	cells  []cell
}

// cell is one value: as stored, and as the spreadsheet shows it (dates).
type cell struct {
	text  string
	shown string
}

// get returns the cell at a place, an empty one beyond the line's end.
func (l line) get(place int) cell {
	if place < 0 || place >= len(l.cells) {
		return cell{}
	}
	return l.cells[place]
}

func (l line) empty() bool {
	for _, c := range l.cells {
		if clean(c.text) != "" {
			return false
		}
	}
	return true
}

var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte("\xd0\xcf\x11\xe0")
)

// readSheet reads a table by what it is, not by what it is called.
func readSheet(content []byte) (sheet, []Problem) {
	switch {
	case len(content) > maxFileBytes:
		return sheet{}, problem(FileTooLarge, "limit", "64 MiB")
	case bytes.HasPrefix(content, zipMagic):
		return readWorkbook(content)
	case bytes.HasPrefix(content, oleMagic):
		return sheet{}, problem(OldExcel)
	}
	text, known := decodeText(content)
	switch {
	case !known:
		return sheet{}, problem(EncodingUnknown)
	case strings.TrimSpace(text) == "":
		return sheet{}, problem(FileEmpty)
	}
	s, problems := readCSV(text)
	s.guessed = !utf8.Valid(content)
	return s, problems
}

// problem is a list of one problem of the whole file.
func problem(code Code, args ...any) []Problem {
	p := Problem{Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]any{}
		}
		p.Args[fmt.Sprint(args[i])] = args[i+1]
	}
	return []Problem{p}
}

// decodeText reads UTF-8 (with or without a mark) or GB18030. Nearly every
// sequence of bytes is some GB18030 text, so what decodes to characters that
// nobody writes counts as another encoding.
func decodeText(content []byte) (string, bool) {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if bytes.ContainsRune(content, 0) {
		return "", false // UTF-16, or no text at all
	}
	if utf8.Valid(content) {
		return string(content), true
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(content)
	if err != nil {
		return "", false
	}
	text := string(decoded)
	odd := func(r rune) bool { return r == utf8.RuneError || unicode.Is(unicode.Co, r) }
	return text, !strings.ContainsFunc(text, odd)
}

func readCSV(text string) (sheet, []Problem) {
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	var s sheet
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if broken, ok := errors.AsType[*csv.ParseError](err); ok {
			return s, []Problem{{Row: broken.StartLine, Code: RowBroken, Args: map[string]any{"reason": broken.Err.Error()}}}
		}
		if err != nil {
			return s, problem(FileBroken, "reason", err.Error())
		}
		number, _ := reader.FieldPos(0)
		l := line{number: number}
		for _, field := range fields {
			l.cells = append(l.cells, cell{text: unquoteFormula(field), shown: field})
		}
		if over := s.add(l); over != nil {
			return s, over
		}
	}
}

// unquoteFormula undoes two ways of keeping a spreadsheet from shortening a
// number: ="110…" and '110….
func unquoteFormula(field string) string {
	if inner, found := strings.CutPrefix(field, `="`); found && strings.HasSuffix(inner, `"`) {
		return strings.TrimSuffix(inner, `"`)
	}
	if inner, found := strings.CutPrefix(field, "'"); found && strings.IndexFunc(inner, unicode.IsDigit) == 0 {
		return inner
	}
	return field
}

// add keeps a line that is not empty.
func (s *sheet) add(l line) []Problem {
	switch {
	case l.empty():
		return nil
	case len(l.cells) > maxColumns:
		return problem(FileTooLarge, "limit", fmt.Sprintf("%d columns", maxColumns))
	case len(s.lines) >= maxRows:
		return problem(FileTooLarge, "limit", fmt.Sprintf("%d rows", maxRows))
	}
	s.lines = append(s.lines, l)
	return nil
}

// readWorkbook reads the first sheet. The library has been known to panic on
// damaged workbooks; such a file must cost no more than a sentence.
func readWorkbook(content []byte) (s sheet, problems []Problem) {
	defer func() {
		if reason := recover(); reason != nil {
			s, problems = sheet{}, problem(FileBroken, "reason", fmt.Sprint(reason))
		}
	}()
	// The two limits are equal so that nothing is unpacked into temporary files.
	book, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxUnzipBytes, UnzipXMLSizeLimit: maxUnzipBytes})
	if err != nil {
		return sheet{}, problem(FileBroken, "reason", err.Error())
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return sheet{}, problem(FileEmpty)
	}
	s = sheet{excel: true}
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		s.date1904 = *props.Date1904
	}
	problems = s.readRows(book, sheets[0])
	return s, problems
}

// readRows walks the rows twice in step: stored values for numbers and
// dates, shown values to see whether a date was written with a time.
func (s *sheet) readRows(book *excelize.File, name string) []Problem {
	stored, err := book.Rows(name)
	if err != nil {
		return problem(FileBroken, "reason", err.Error())
	}
	defer stored.Close()
	shown, err := book.Rows(name)
	if err != nil {
		return problem(FileBroken, "reason", err.Error())
	}
	defer shown.Close()
	for number := 1; stored.Next() && shown.Next(); number++ {
		raw, err := stored.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return problem(FileBroken, "reason", err.Error())
		}
		seen, err := shown.Columns()
		if err != nil {
			return problem(FileBroken, "reason", err.Error())
		}
		l := line{number: number}
		for i, text := range raw {
			c := cell{text: text}
			if i < len(seen) {
				c.shown = seen[i]
			}
			l.cells = append(l.cells, c)
		}
		if over := s.add(l); over != nil {
			return over
		}
	}
	if err := stored.Error(); err != nil {
		return problem(FileBroken, "reason", err.Error())
	}
	return nil
}

// split finds the row of the headings: the first with three known ones, as
// lists often begin with a title; else the first.
func (s sheet) split(columns []column) (head line, body []line) {
	const enough, look = 3, 10
	for i, l := range s.lines[:min(look, len(s.lines))] {
		if countHeadings(columns, l) >= enough {
			return l, s.lines[i+1:]
		}
	}
	return s.lines[0], s.lines[1:]
}
