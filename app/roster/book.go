package roster

import (
	"cmp"
	"errors"
	"strings"

	"kaodian/app/roster/workbook"
)

// maxSheets is how many sheets are looked at.
const maxSheets = 1000

// openWorkbook opens the first table that a person sees: of the sheets that
// are shown the first with headings, else the first with anything in it.
func openWorkbook(content []byte, columns []column) (source, []Problem) {
	book, err := workbook.Open(content, workbookLimits)
	if errors.Is(err, workbook.ErrNoWorkbook) {
		return source{}, zipKind(content)
	}
	if err != nil {
		return source{}, fileProblem(err)
	}
	chosen, notes, err := chooseSheet(book, columns)
	switch {
	case err != nil:
		return source{}, fileProblem(err)
	case chosen.walk == nil:
		return source{}, append(notes, problem(FileEmpty)...)
	}
	chosen.notes = notes
	return chosen, nil
}

// chooseSheet also names the other sheets that look like lists: nobody should
// think that they were read. A sheet that cannot be read (a plan of a year in
// one row, a link that leads nowhere) matters only where there is no list
// beside it.
func chooseSheet(book *workbook.File, columns []column) (chosen source, notes []Problem, err error) {
	var unread error
	best, left := -1, []string{}
	for _, sheet := range book.Sheets[:min(len(book.Sheets), maxSheets)] {
		if !sheet.Table {
			continue
		}
		src := sheetSource(book, sheet)
		head, known, err := src.findHead(columns)
		switch {
		case err != nil:
			unread = cmp.Or(unread, err)
		case len(head.cells) == 0:
		case !sheet.Hidden && (best < 0 || best < enoughHeadings && known >= enoughHeadings):
			chosen, best = src, known
		case known >= enoughHeadings:
			left = append(left, "«"+shorten(sheet.Name)+"»")
		}
	}
	if unread != nil && best < enoughHeadings {
		return source{}, nil, unread
	}
	if len(left) > 0 {
		notes = problem(SheetsLeft, "sheets", strings.Join(left, ", "))
		notes[0].Warning = chosen.walk != nil
	}
	return chosen, notes, nil
}

func sheetSource(book *workbook.File, sheet workbook.Sheet) source {
	src := source{excel: true, date1904: book.Date1904, layout: &workbook.Layout{}}
	src.walk = func(take func(line) error) error {
		layout, err := book.Read(sheet, func(row workbook.Row) error {
			l := line{number: row.Number, hidden: row.Hidden}
			for _, c := range row.Cells {
				l.cells = append(l.cells, storedCell(c))
			}
			if l.empty() {
				return nil
			}
			return take(l)
		})
		*src.layout = layout
		return err
	}
	return src
}
