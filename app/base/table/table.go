// Package table writes lists as a workbook that any spreadsheet program opens,
// or as CSV.
//
// What people wrote is text in it and nothing else: no cell is a formula, and
// text that a program might take for one when the list is saved as CSV and
// opened again begins with an apostrophe. It keeps nothing and knows nothing
// of the house; it must not import the store.
package table

import (
	"bytes"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Sheet is one list: a row for the heads, then the rows. A cell is a string or
// an int.
type Sheet struct {
	Name   string
	Heads  []string
	Widths []float64 // of the columns, in letters
	Rows   [][]any
}

// Write is the workbook's file.
func Write(sheets []Sheet) ([]byte, error) {
	book := excelize.NewFile()
	defer book.Close()
	for i, sheet := range sheets {
		if err := add(book, i, sheet); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	err := book.Write(&out)
	return out.Bytes(), err
}

func add(book *excelize.File, place int, sheet Sheet) error {
	var err error
	if place == 0 {
		err = book.SetSheetName(book.GetSheetName(0), sheet.Name)
	} else {
		_, err = book.NewSheet(sheet.Name)
	}
	if err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	// A stream: twenty thousand rows as single cells would fill the memory.
	w, err := book.NewStreamWriter(sheet.Name)
	if err != nil {
		return err
	}
	if err := setHeads(w, sheet, bold); err != nil {
		return err
	}
	for i, row := range sheet.Rows {
		at, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, plain(row)); err != nil {
			return err
		}
	}
	return w.Flush()
}

func setHeads(w *excelize.StreamWriter, sheet Sheet, style int) error {
	for i, width := range sheet.Widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	var heads []any
	for _, head := range sheet.Heads {
		heads = append(heads, excelize.Cell{StyleID: style, Value: head})
	}
	return w.SetRow("A1", heads)
}

func plain(row []any) []any {
	cells := make([]any, len(row))
	for i, cell := range row {
		cells[i] = cell
		if text, ok := cell.(string); ok {
			cells[i] = Plain(text)
		}
	}
	return cells
}

// Plain is the text as a cell that nothing takes for a formula.
func Plain(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}
