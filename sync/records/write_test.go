package records

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

// The rules are told column for column, so every statement has the schema's order.
func TestEveryTableIsWrittenInTheOrderOfItsColumns(t *testing.T) {
	written := map[string][]string{}
	for statement, table := range tables {
		insert := insertInto.FindStringSubmatch(statement)
		if insert == nil || insert[1] != table {
			t.Fatalf("%s is written by %q", table, statement)
		}
		written[table] = strings.FieldsFunc(insert[2], func(r rune) bool { return strings.ContainsRune(" ,\n", r) })
	}
	for _, table := range createTable.FindAllStringSubmatch(batch.RecordsSchema, -1) {
		var columns []string
		for _, column := range aColumn.FindAllStringSubmatch(table[2], -1) {
			columns = append(columns, column[1])
		}
		if !slices.Equal(written[table[1]], columns) {
			t.Errorf("%s: %v, the schema has %v", table[1], written[table[1]], columns)
		}
	}
	if len(written) != len(batch.Tables()) {
		t.Errorf("%d tables are written", len(written))
	}
}
