package workbook

import (
	"errors"
	"fmt"
	"io"
)

// Limits bound what is read of one file, over all its parts.
type Limits struct {
	Unpacked    int64 // bytes of XML
	Strings     int   // shared strings
	StringBytes int   // bytes of all shared strings
	Cells       int   // cells with a value
	Columns     int   // the last column that may hold a value
}

// LimitError says which limit a file goes beyond.
type LimitError struct{ Limit string }

func (e *LimitError) Error() string { return "the workbook has more than " + e.Limit }

func beyond(format string, args ...any) error {
	return &LimitError{Limit: fmt.Sprintf(format, args...)}
}

// What no spreadsheet program writes.
const (
	maxToken = 1 << 20 // bytes of one tag or text
	maxDepth = 64      // elements within each other
	maxParts = 10_000  // files within the workbook
	maxMerge = 100_000 // merged ranges
	maxMany  = 100_000 // sheets, relations, column widths, formats, styles
	maxCell  = 32_767  // characters of a cell
)

// errCut is XML that ends before its end.
var errCut = errors.New("it is cut off")

// meter counts what is unpacked, in all and since the last token.
type meter struct {
	from  io.Reader
	left  *int64 // of the whole file
	limit int64
	token int
}

func (m *meter) Read(b []byte) (int, error) {
	n, err := m.from.Read(b)
	m.token += n
	if *m.left -= int64(n); *m.left < 0 {
		return 0, beyond("%d MiB after unpacking", m.limit>>20)
	}
	if m.token > maxToken {
		return 0, beyond("%d characters in one cell", maxCell)
	}
	return n, err
}
