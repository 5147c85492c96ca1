package store

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"kaodian/sync/batch"
)

var (
	createTable = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\) STRICT`)
	aColumn     = regexp.MustCompile(`(?m)^  (\w+) (?:TEXT|INTEGER|REAL)`)
	insertInto  = regexp.MustCompile(`(?s)INSERT INTO (\w+) \((.*?)\) VALUES`)
)

// Rows come column for column as the format has them.
func TestEveryTableOfABatchIsTakenInColumnForColumn(t *testing.T) {
	found := 0
	for _, table := range createTable.FindAllStringSubmatch(batch.RecordsSchema, -1) {
		if table[1] == "batch" {
			continue // its one row is a row of batches here
		}
		found++
		columns := []string{"batch"}
		for _, column := range aColumn.FindAllStringSubmatch(table[2], -1) {
			columns = append(columns, column[1])
		}
		insert := insertInto.FindStringSubmatch(copies[table[1]])
		if insert == nil || insert[1] != table[1] {
			t.Fatalf("%s is taken in by %q", table[1], copies[table[1]])
		}
		if got := strings.FieldsFunc(insert[2], func(r rune) bool { return strings.ContainsRune(" ,\n", r) }); !slices.Equal(got, columns) {
			t.Errorf("%s: %v, the format has %v", table[1], got, columns)
		}
	}
	if found != len(copies) {
		t.Errorf("%d tables are taken in, the format has %d", len(copies), found)
	}
}
