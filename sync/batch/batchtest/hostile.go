package batchtest

import (
	"fmt"
	"regexp"
	"strings"

	"kaodian/sync/batch"
)

// Hostile is one column of records.sqlite with a value that no centre of ours
// would write; Statements put it there.
type Hostile struct {
	Name       string
	Version    int // of the records' format
	Statements []string
}

// hostile are such values as SQL, by the column's type. Most break a rule,
// some only look as if they did.
var hostile = map[string][]string{
	"REAL": {"9e999", "-9e999", "1.7976931348623157e308", "-0.0", "5e-324"},
	"INTEGER": {
		"9223372036854775807", "-9223372036854775807 - 1", "-1", "0", "4611686018427387904", // the year 146 million
		"253402300800000", "-62135596800001", "253402300799999", "9007199254740993",
	},
	"TEXT": {
		"''", "char(0)", "'a' || char(0) || 'b'", "CAST(x'ff' AS TEXT)", "CAST(x'c080' AS TEXT)", "CAST(x'eda080' AS TEXT)",
		"char(27) || '[2J' || char(10)", "char(8238)", "'../../../etc/passwd'", "'<script>alert(1)</script>'", "'9999-99-99'", "'0000-01-01'",
		"printf('%.*c', 4097, 'x')", "printf('%.*c', 1000000, 'x')", "'{\"category\":1e999}'", "printf('%.*c', 20000, '[')", "'NaN'", "'Infinity'",
	},
}

// wrongType are values of none of the types that the schema promises; a file
// can hold them although SQLite would not write them.
var wrongType = []string{"x'00ff'", "'text'", "1.5"}

var (
	createTable = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\) STRICT`)
	aColumn     = regexp.MustCompile(`(?m)^  (\w+) (TEXT|INTEGER|REAL)( NOT NULL| PRIMARY KEY)?`)
)

// EveryHostile is every column of every version with every such value.
func EveryHostile() []Hostile {
	var all []Hostile
	for version := 1; version <= batch.Version; version++ {
		all = append(all, hostileOf(version)...)
	}
	return all
}

func hostileOf(version int) (all []Hostile) {
	for _, table := range createTable.FindAllStringSubmatch(batch.RecordsSchemas[version], -1) {
		for _, column := range aColumn.FindAllStringSubmatch(table[2], -1) {
			values := append([]string{}, hostile[column[2]]...)
			if column[3] == "" {
				values = append(values, "NULL")
			}
			for _, value := range values {
				all = append(all, Hostile{name(table[1], column[1], value), version, []string{update(table[1], column[1], value)}})
			}
			if column[2]+column[3] == "INTEGER PRIMARY KEY" {
				continue // the row's own number: a file cannot hold anything else there
			}
			for _, value := range wrongType {
				all = append(all, Hostile{name(table[1], column[1], value) + " of another type", version, loosely(update(table[1], column[1], value))})
			}
		}
	}
	return all
}

func name(table, column, value string) string { return fmt.Sprintf("%s.%s = %s", table, column, value) }

func update(table, column, value string) string {
	return "UPDATE OR IGNORE " + table + " SET " + column + " = " + value
}

// loosely runs a statement while SQLite does not check types, as whoever
// writes the file's bytes by hand can.
func loosely(statement string) []string {
	strict := "UPDATE sqlite_schema SET sql = (SELECT sql FROM kept WHERE kept.name = sqlite_schema.name) WHERE type = 'table'"
	loose := "UPDATE sqlite_schema SET sql = replace(replace(sql, ') STRICT, WITHOUT', ') WITHOUT'), ') STRICT', ')') WHERE type = 'table'"
	return []string{
		"CREATE TEMP TABLE kept AS SELECT name, sql FROM main.sqlite_schema",
		"PRAGMA writable_schema = ON", strings.Replace(loose, "sqlite_schema", "main.sqlite_schema", 1), "PRAGMA writable_schema = RESET",
		statement,
		"PRAGMA writable_schema = ON", strings.Replace(strict, "sqlite_schema", "main.sqlite_schema", 1), "PRAGMA writable_schema = RESET",
	}
}
