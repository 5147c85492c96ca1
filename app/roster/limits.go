package roster

import (
	"errors"
	"fmt"

	"kaodian/app/roster/workbook"
)

// Limits of what is read: far above a centre's needs, far below what would
// hurt the machine. They hold while a file is read, not afterwards.
const (
	maxFileBytes  = MaxFileBytes
	maxRows       = 200_000
	maxColumns    = 256
	maxFieldBytes = 128 << 10 // of a cell of a text file; a spreadsheet's holds 32,767 characters
	maxCellRunes  = 1000      // of a cell that is used
	maxPieces     = 50        // of an order; a batch has room for 200
	maxEntries    = 100_000   // files of a folder
	maxSyllabus   = 20_000    // rows of a syllabus or a bank, which are compared with each other
)

// MaxFileBytes is the largest list that is read.
const MaxFileBytes = 64 << 20

// mib formats a size in MiB.
const mib = "%d MiB"

var workbookLimits = workbook.Limits{
	Unpacked:    256 << 20,
	Strings:     2_000_000,
	StringBytes: 64 << 20,
	Cells:       4_000_000,
	Columns:     maxColumns,
}

// tooLarge is an error that says which limit a file goes beyond.
func tooLarge(format string, args ...any) error {
	return &workbook.LimitError{Limit: fmt.Sprintf(format, args...)}
}

// fileProblem is what an error of reading means to a person.
func fileProblem(err error) []Problem {
	if limit, ok := errors.AsType[*workbook.LimitError](err); ok {
		return problem(FileTooLarge, "limit", limit.Limit)
	}
	if row, ok := errors.AsType[*rowError](err); ok {
		return []Problem{{Row: row.number, Code: RowBroken, Args: map[string]any{"reason": row.reason}}}
	}
	return problem(FileBroken, "reason", shorten(err.Error()))
}

// rowError is a row of a text file that cannot be read, and with it all below.
type rowError struct {
	number int
	reason string
}

func (e *rowError) Error() string { return fmt.Sprintf("row %d: %s", e.number, e.reason) }
