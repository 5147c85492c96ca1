package workbook

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind is a cell's type.
type Kind uint8

// The types of a cell.
const (
	Text Kind = iota
	Number
	Date     // written as such (ISO 8601); most dates are numbers with a format
	Boolean  // TRUE or FALSE
	Error    // #N/A and its like
	NoResult // a formula whose result is not in the file
)

// Cell is one value; the zero Cell is an empty one.
type Cell struct {
	Text    string // as it is stored
	Kind    Kind
	Formula bool // the value is a formula's result
	Format  Format
}

// Row is one row with a value; Cells end with the last value.
type Row struct {
	Number int // as the spreadsheet counts it
	Hidden bool
	Cells  []Cell
}

// Range is a block of cells, counted from 1 as the spreadsheet does, both
// ends in it.
type Range struct{ FirstRow, FirstColumn, LastRow, LastColumn int }

// HasColumn says whether a column is in it.
func (r Range) HasColumn(column int) bool { return r.FirstColumn <= column && column <= r.LastColumn }

// Layout is what a sheet says beside its values.
type Layout struct {
	Hidden []Range // hidden columns; rows are 0
	Merged []Range
}

// Read calls take for every row with a value, in the file's order. An error
// of take ends the reading and is returned.
func (f *File) Read(sheet Sheet, take func(Row) error) (Layout, error) {
	part := f.parts[sheet.part]
	if part == nil || !sheet.Table {
		return Layout{}, fmt.Errorf("the sheet %q is not in it", sheet.Name)
	}
	if !f.readOnce {
		if err := errors.Join(f.readStyles(), f.readStrings()); err != nil {
			return Layout{}, err
		}
		f.readOnce = true
	}
	t := &table{file: f, take: take}
	err := f.open(part, func(s *stream) error {
		t.stream = s
		return s.elements(t.element)
	})
	if err == nil && !t.seen {
		err = errors.New("the sheet has no cells")
	}
	return t.layout, err
}

// table is a sheet while it is read.
type table struct {
	file   *File
	stream *stream
	take   func(Row) error
	layout Layout
	row    int // the last
	seen   bool
}

func (t *table) element(e xml.StartElement) error {
	switch e.Name.Local {
	case "sheetData":
		t.seen = true
	case "col":
		first, _ := strconv.Atoi(attribute(e, "min"))
		last, _ := strconv.Atoi(attribute(e, "max"))
		if len(t.layout.Hidden) >= maxMany {
			return beyond("%d widths of columns", maxMany)
		}
		if isTrue(attribute(e, "hidden")) || isNothing(attribute(e, "width")) {
			t.layout.Hidden = append(t.layout.Hidden, Range{FirstColumn: first, LastColumn: last})
		}
	case "row":
		return t.readRow(e)
	case "mergeCell":
		return t.merge(attribute(e, "ref"))
	}
	return nil
}

// isNothing says that a width or height leaves nothing to see.
func isNothing(size string) bool {
	n, err := strconv.ParseFloat(size, 64)
	return err == nil && n == 0
}

func (t *table) merge(ref string) error {
	if len(t.layout.Merged) >= maxMerge {
		return beyond("%d merged cells", maxMerge)
	}
	first, last, _ := strings.Cut(ref, ":")
	var r Range
	var okFirst, okLast bool
	r.FirstColumn, r.FirstRow, okFirst = place(first)
	r.LastColumn, r.LastRow, okLast = place(last)
	if okFirst && okLast && r.FirstRow <= r.LastRow && r.FirstColumn <= r.LastColumn {
		t.layout.Merged = append(t.layout.Merged, r)
	}
	return nil
}

func (t *table) readRow(e xml.StartElement) error {
	t.row++
	if r := attribute(e, "r"); r != "" {
		number, err := strconv.Atoi(r)
		if err != nil || number < t.row {
			return fmt.Errorf("row %s stands at the wrong place", r)
		}
		t.row = number
	}
	row := Row{Number: t.row, Hidden: isTrue(attribute(e, "hidden")) || isNothing(attribute(e, "ht"))}
	outside := t.stream.depth - 1
	column := 0
	for {
		token, err := t.stream.next()
		if err != nil {
			return err
		}
		switch part := token.(type) {
		case xml.EndElement:
			if t.stream.depth == outside {
				if len(row.Cells) == 0 {
					return nil
				}
				return t.take(row)
			}
		case xml.StartElement:
			if part.Name.Local != "c" {
				break
			}
			column++
			if err := t.readCell(part, &row, &column); err != nil {
				return err
			}
		}
	}
}

// readCell puts a cell that is not empty at its place.
func (t *table) readCell(e xml.StartElement, row *Row, column *int) error {
	if r := attribute(e, "r"); r != "" {
		at, _, ok := place(r)
		if !ok {
			return fmt.Errorf("there is no cell %q", r)
		}
		*column = at
	}
	c, empty, err := t.cell(e)
	if err != nil || empty {
		return err
	}
	if *column > t.file.limits.Columns {
		return beyond("%d columns", t.file.limits.Columns)
	}
	if t.file.cells++; t.file.cells > t.file.limits.Cells {
		return beyond("%d cells", t.file.limits.Cells)
	}
	for len(row.Cells) < *column {
		row.Cells = append(row.Cells, Cell{})
	}
	row.Cells[*column-1] = c
	return nil
}

// stored is what stands between a cell's tags.
type stored struct {
	value, inline string
	valued        bool // there is a value, though it may be empty
	formula       bool
}

func (t *table) cell(e xml.StartElement) (c Cell, empty bool, err error) {
	var s stored
	outside := t.stream.depth - 1
	for t.stream.depth > outside {
		token, err := t.stream.next()
		if err != nil {
			return Cell{}, false, err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "v":
			s.value, err = t.stream.text(false)
			s.valued = true
		case "is":
			s.inline, err = t.stream.text(true)
		case "f":
			_, err = t.stream.text(false)
			s.formula = true
		}
		if err != nil {
			return Cell{}, false, err
		}
	}
	return t.file.value(e, s)
}

// value says what a cell holds.
func (f *File) value(e xml.StartElement, s stored) (c Cell, empty bool, err error) {
	c = Cell{Text: s.value, Formula: s.formula}
	if style, err := strconv.Atoi(attribute(e, "s")); err == nil && 0 <= style && style < len(f.formats) {
		c.Format = f.formats[style]
	}
	kind := attribute(e, "t")
	switch kind {
	case "s":
		if s.value == "" {
			break
		}
		at, err := strconv.Atoi(strings.TrimSpace(s.value))
		if err != nil || at < 0 || at >= len(f.strings) {
			return Cell{}, false, fmt.Errorf("there is no text %q", s.value)
		}
		c.Text = f.strings[at]
	case "inlineStr":
		c.Text = s.inline
		if c.Text == "" {
			c.Text = s.value
		}
	case "str":
	case "b":
		c.Kind, c.Text = Boolean, "FALSE"
		if isTrue(strings.TrimSpace(s.value)) {
			c.Text = "TRUE"
		}
	case "e":
		c.Kind = Error
	case "d":
		c.Kind = Date
	default:
		c.Kind = Number
	}
	if utf8.RuneCountInString(c.Text) > maxCell {
		return Cell{}, false, beyond("%d characters in one cell", maxCell)
	}
	if s.formula && (!s.valued || s.value == "" && kind != "str") {
		return Cell{Kind: NoResult, Formula: true}, false, nil
	}
	return c, c.Text == "" || s.value == "" && s.inline == "", nil
}

// place reads B12 as column 2 and row 12; false for anything else.
func place(ref string) (column, row int, ok bool) {
	const lastColumn, lastRow = 16_384, 1_048_576
	ref = strings.ReplaceAll(strings.ToUpper(ref), "$", "")
	letters := strings.IndexFunc(ref, func(r rune) bool { return r < 'A' || r > 'Z' })
	if letters < 1 || letters > 3 {
		return 0, 0, false
	}
	for _, letter := range ref[:letters] {
		column = column*26 + int(letter-'A') + 1
	}
	row, err := strconv.Atoi(ref[letters:])
	return column, row, err == nil && 1 <= row && row <= lastRow && column <= lastColumn
}
