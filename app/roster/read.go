package roster

import (
	"maps"
	"slices"
	"time"

	"kaodian/app/roster/workbook"
)

// reader reads one line after another and collects what is wrong.
type reader struct {
	source
	zone    *time.Location
	file    string // for the problems' File
	limit   int    // rows
	places  columnMap
	line    line
	bad     bool         // the line has more than a warning
	badRows map[int]bool // by number
	noted   int          // problems so far
	found   Problems
}

func newReader(file string, zone *time.Location, limit int) *reader {
	return &reader{file: file, zone: zone, limit: limit, badRows: map[int]bool{}}
}

// each reads a table and calls take for every line below the headings. It
// says whether the file was read to its end; what else is wrong is noted.
func (r *reader) each(content []byte, columns []column, take func()) bool {
	src, problems := openTable(content, columns)
	r.note(0, append(src.notes, problems...)...)
	if src.walk == nil || r.found.Failed() {
		return false
	}
	r.source = src
	head, known, err := src.findHead(columns)
	switch {
	case err != nil:
		r.note(0, fileProblem(err)...)
	case len(head.cells) == 0:
		r.note(0, problem(FileEmpty)...)
	case known == 0:
		r.note(head.number, problem(HeadingsMissing, "text", firstText(head))...)
	default:
		r.places, problems = mapColumns(columns, head)
		r.note(0, problems...)
	}
	return !r.found.Failed() && r.eachBelow(head, columns, take)
}

// firstText is a row's first cell with anything in it.
func firstText(l line) string {
	for _, c := range l.cells {
		if !c.empty() {
			return shorten(c.text)
		}
	}
	return ""
}

func (r *reader) eachBelow(head line, columns []column, take func()) bool {
	rows := 0
	err := r.walk(func(l line) error {
		if l.number <= head.number {
			return nil
		}
		if rows++; rows > r.limit {
			return tooLarge("%d rows", r.limit)
		}
		r.line, r.bad = l, false
		if r.isEntry(columns, head) {
			take()
		}
		return nil
	})
	if err == nil {
		err = r.noteLayout(head, r.line.number)
	}
	switch {
	case err != nil:
		r.found = Problems{} // of a file that cannot be read whole one sentence is enough
		r.note(0, fileProblem(err)...)
	case rows == 0:
		r.note(head.number, problem(NoRows)...)
	}
	return err == nil
}

// isEntry says whether the line is to be read, and notes what is odd about it
// as a whole.
func (r *reader) isEntry(columns []column, head line) bool {
	number := r.line.number
	if countHeadings(columns, r.line) >= enoughHeadings {
		again, _ := mapColumns(columns, r.line)
		if maps.Equal(again, r.places) {
			r.note(number, Problem{Code: HeadingsAgain, Warning: true})
		} else {
			r.note(number, Problem{Code: HeadingsMoved})
		}
		return false
	}
	filled := 0
	for _, place := range r.places {
		if !r.line.get(place).empty() {
			filled++
		}
	}
	if filled <= 2 && len(r.places) > 6 {
		r.note(number, Problem{Code: RowNoEntry, Args: map[string]any{"text": firstText(r.line)}})
		return false
	}
	if r.line.hidden {
		r.note(number, Problem{Code: RowHidden, Warning: true})
	}
	if !r.excel && len(r.line.cells) > len(head.cells) && slices.ContainsFunc(r.line.cells[len(head.cells):], func(c cell) bool { return !c.empty() }) {
		r.note(number, Problem{Code: RowTooLong, Args: map[string]any{"cells": len(r.line.cells), "headings": len(head.cells)}})
	}
	return true
}

// noteLayout names what the sheet does not show, and cells that look filled
// because they are merged with the one that is.
func (r *reader) noteLayout(head line, last int) error {
	if r.layout == nil {
		return nil
	}
	columns := slices.Sorted(maps.Keys(r.places))
	for _, english := range columns {
		shows := func(hidden workbook.Range) bool { return hidden.HasColumn(r.places[english] + 1) }
		if slices.ContainsFunc(r.layout.Hidden, shows) {
			r.note(head.number, warn(english, ColumnHidden)...)
		}
	}
	marked := 0
	for _, merged := range r.layout.Merged {
		for _, english := range columns {
			column := r.places[english] + 1
			if !merged.HasColumn(column) {
				continue
			}
			for number := max(merged.FirstRow, head.number+1); number <= min(merged.LastRow, last); number++ {
				if marked++; marked > workbookLimits.Cells {
					return tooLarge("%d merged cells", workbookLimits.Cells)
				}
				if number > merged.FirstRow || column > merged.FirstColumn {
					r.note(number, Problem{Column: english, Code: CellMerged, Args: map[string]any{"first": merged.FirstRow}})
				}
			}
		}
	}
	return nil
}

// note keeps problems, with the row where they do not name one.
func (r *reader) note(row int, problems ...Problem) {
	for _, p := range problems {
		if p.Row == 0 {
			p.Row = row
		}
		p.File = r.file
		r.found.Add(p)
		r.noted++
		if !p.Warning {
			r.bad = true
			r.badRows[p.Row] = true
		}
	}
}

// wrong refuses the current line for a cell; args are key, value …
func (r *reader) wrong(column string, code Code, args ...any) {
	p := problem(code, args...)[0]
	p.Column = column
	r.note(r.line.number, p)
}

// cell returns the current line's cell of a column; false when it is empty
// or cannot be used, which is noted.
func (r *reader) cell(column string) (cell, bool) {
	place, there := r.places[column]
	if !there {
		return cell{}, false
	}
	c := r.line.get(place)
	code := c.fault()
	switch isDate := dateColumns[column]; {
	case code != "":
	case c.kind == workbook.Boolean && column != "drawn":
		code = CellBoolean
	case !isDate && (c.kind == workbook.Date || c.kind == workbook.Number && c.format.Date):
		code = CellDate
	case c.isDamaged():
		code = NumberMangled
	case !isDate && !asStored[column] && c.kind == workbook.Number && c.format.Literal:
		code = NumberShown
	}
	if code != "" {
		r.wrong(column, code, "value", shorten(c.text), "limit", maxCellRunes)
		return cell{}, false
	}
	c.text = clean(c.text)
	return c, c.text != ""
}

// dateColumns are read as dates, the others as text.
var dateColumns = map[string]bool{"birth_date": true, "window_opens": true, "window_closes": true, "photo_taken": true}

// asStored are numbers that mean the same whatever stands around them: 8级, +86 138….
var asStored = map[string]bool{"phone": true, "grade": true, "grades": true}

// text returns a cell's text, "" when it is empty.
func (r *reader) text(column string) string {
	c, _ := r.cell(column)
	return c.text
}

// required returns a cell's text and refuses the line when it is empty.
func (r *reader) required(column string) string {
	before := r.noted
	c, ok := r.cell(column)
	if !ok && r.noted == before {
		r.wrong(column, CellMissing)
	}
	return c.text
}

// expected returns a cell's text and warns when it is empty: the rules ask
// for it (R1), the exam can do without.
func (r *reader) expected(column string) string {
	before := r.noted
	c, ok := r.cell(column)
	if _, there := r.places[column]; !ok && there && r.noted == before {
		r.note(r.line.number, warn(column, CellMissing)...)
	}
	return c.text
}

// number returns a number that is kept as text, and refuses one that a
// spreadsheet shortened to fifteen digits.
func (r *reader) number(text, column string) string {
	text, _ = cutApostrophe(text)
	whole, exact := wholeNumber(text)
	if !exact {
		r.wrong(column, NumberMangled, "value", shorten(text))
		return ""
	}
	return whole
}
