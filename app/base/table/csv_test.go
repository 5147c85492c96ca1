package table_test

import (
	"bytes"
	"testing"

	"kaodian/app/base/table"
)

// A cell that began with «=» would be a formula to whoever opens the file.
func TestNoLineStartsAFormula(t *testing.T) {
	var text bytes.Buffer
	rows := [][]string{{"原因"}, {`=HYPERLINK("http://x")`}, {"＝1"}, {"plain"}}
	if err := table.CSV(&text, rows); err != nil || text.String() != "\ufeff原因\n\"'=HYPERLINK(\"\"http://x\"\")\"\n'＝1\nplain\n" {
		t.Errorf("%q, %v", text.String(), err)
	}
}
