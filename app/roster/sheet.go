package roster

import (
	"bytes"
	"errors"
	"fmt"

	"kaodian/app/roster/workbook"
)

// source is an opened table: walk goes through its rows that are not empty,
// each time from the first.
type source struct {
	excel    bool
	date1904 bool // the workbook counts days from 1904
	notes    []Problem
	walk     func(take func(line) error) error
	layout   *workbook.Layout // filled by a whole walk
}

// line is one row; number is what a spreadsheet program shows beside it.
type line struct {
	number int
	hidden bool
	cells  []cell
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
		if !c.empty() {
			return false
		}
	}
	return true
}

func (c cell) empty() bool { return clean(c.text) == "" && c.kind != workbook.NoResult }

var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte("\xd0\xcf\x11\xe0")
)

// openTable opens a table by what it is, not by what it is called.
func openTable(content []byte, columns []column) (source, []Problem) {
	switch {
	case len(content) > maxFileBytes:
		return source{}, problem(FileTooLarge, "limit", fmt.Sprintf(mib, maxFileBytes>>20))
	case len(bytes.Trim(content, " \t\r\n\x00")) == 0:
		return source{}, problem(FileEmpty)
	case bytes.HasPrefix(bytes.TrimLeft(content, "\ufeff \t\r\n"), zipMagic): // what a web page put before it
		return openWorkbook(content, columns)
	case bytes.HasPrefix(content, oleMagic):
		return source{}, oleKind(content)
	}
	return readText(content, columns)
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

// errEnough ends a walk that has seen what it wants.
var errEnough = errors.New("enough")

// headRows is how many rows the headings may have above them, as lists often
// begin with a title; enoughHeadings of them make a row the headings.
const headRows, enoughHeadings = 10, 3

// findHead finds the row of the headings: the first with three known ones,
// else the first of all. It returns how many it knows.
func (s source) findHead(columns []column) (head line, known int, err error) {
	seen := 0
	err = s.walk(func(l line) error {
		if count := countHeadings(columns, l); seen == 0 || count >= enoughHeadings {
			head, known = l, count
		}
		if seen++; seen >= headRows || known >= enoughHeadings {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return head, known, err
}
