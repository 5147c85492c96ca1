package table

import (
	"encoding/csv"
	"io"
)

// CSV writes rows of texts. It begins with the mark by which Excel knows
// UTF-8, and no cell is taken for a formula.
func CSV(to io.Writer, rows [][]string) error {
	if _, err := io.WriteString(to, "\ufeff"); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	for _, row := range rows {
		cells := make([]string, len(row))
		for n, cell := range row {
			cells[n] = Plain(cell)
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
