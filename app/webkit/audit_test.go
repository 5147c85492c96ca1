package webkit_test

import (
	"fmt"
	"testing"

	"kaodian/app/webkit"
)

// An export has all pages of a log, each line once, the newest first.
func TestAnExportHasEveryPageOfTheLog(t *testing.T) {
	for _, lines := range []int64{0, 1, 1999, 2000, 2001, 4000, 4321} {
		rows, err := webkit.AuditRows(func(before int64, limit int) (page []webkit.AuditRow, err error) {
			newest := lines
			if before > 0 {
				newest = before - 1
			}
			for seq := newest; seq > 0 && len(page) < limit; seq-- {
				page = append(page, webkit.AuditRow{Seq: seq, Cells: []string{fmt.Sprint(seq)}})
			}
			return page, nil
		})
		if err != nil || int64(len(rows)) != lines {
			t.Fatalf("%d lines: %d rows, %v", lines, len(rows), err)
		}
		for i, row := range rows {
			if want := fmt.Sprint(lines - int64(i)); row[0] != want {
				t.Fatalf("%d lines: row %d is line %s, want %s", lines, i, row[0], want)
			}
		}
	}
}
