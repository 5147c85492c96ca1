package table_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"kaodian/app/base/table"
)

// A name or a reason that looks like a formula is text, in the workbook and in
// a CSV that is made of it.
func TestNoCellStartsAFormula(t *testing.T) {
	data, err := table.Write([]table.Sheet{
		{Name: "合计", Heads: []string{"状态", "人数"}, Rows: [][]any{{"缺考", 2}}},
		{Name: "考生", Heads: []string{"姓名"}, Rows: [][]any{{"=1+1"}, {"+86"}, {"-1"}, {"@x"}, {"＝1"}, {"\t=1"}, {"王小明"}, {""}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("考生")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"姓名"}, {"'=1+1"}, {"'+86"}, {"'-1"}, {"'@x"}, {"'＝1"}, {"'\t=1"}, {"王小明"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	for _, cell := range []string{"A2", "A3", "A4", "A5"} {
		if formula, err := book.GetCellFormula("考生", cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q, %v", cell, formula, err)
		}
	}
	if count, err := book.GetCellValue("合计", "B2"); err != nil || count != "2" {
		t.Errorf("%q, %v", count, err)
	}
}
