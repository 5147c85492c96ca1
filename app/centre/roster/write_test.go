package roster

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A cell that began with «=» would be a formula to whoever opens the file.
func TestWrittenTextsAreNoFormulas(t *testing.T) {
	var text, file bytes.Buffer
	rows := [][]string{{"原因"}, {`=HYPERLINK("http://x")`}, {"＝1"}, {"plain"}}
	if err := WriteCSV(&text, rows); err != nil || text.String() != "\ufeff原因\n\"'=HYPERLINK(\"\"http://x\"\")\"\n'＝1\nplain\n" {
		t.Errorf("%q, %v", text.String(), err)
	}
	if err := WriteXLSX(&file, rows); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	cell, _ := book.GetCellValue("Sheet1", "A2")
	formula, err := book.GetCellFormula("Sheet1", "A2")
	if err != nil || formula != "" || !strings.HasPrefix(cell, "=") {
		t.Errorf("%q, formula %q, %v", cell, formula, err)
	}
}
