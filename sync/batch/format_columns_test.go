package batch_test

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kaodian/sync/batch"
	"kaodian/sync/batch/formattest"
)

// told is what the page says of a column: its type and what stands behind it.
type told struct{ kind, says string }

var (
	tableOnPage  = regexp.MustCompile(`(?ms)^### ([a-z]+)\n(.*?)(?:^##|\z)`)
	columnOnPage = regexp.MustCompile("(?m)^\\| ((?:`[a-z0-9_]+`(?:, )?)+) \\| ([A-Z]+) \\| (.*) \\|$")
	inTicks      = regexp.MustCompile("`([^`]*)`")
	createTable  = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\) STRICT`)
	aColumn      = regexp.MustCompile(`(?m)^  (\w+) (TEXT|INTEGER|REAL)( NOT NULL| PRIMARY KEY)?`)
)

// onPage are the columns of every table that the page describes.
func onPage(t *testing.T) map[string]map[string]told {
	t.Helper()
	tables := map[string]map[string]told{}
	text := formattest.Text(t)
	for at := tableOnPage.FindStringSubmatchIndex(text); at != nil; at = tableOnPage.FindStringSubmatchIndex(text) {
		name, body := text[at[2]:at[3]], text[at[4]:at[5]]
		columns := map[string]told{}
		for _, row := range columnOnPage.FindAllStringSubmatch(body, -1) {
			for _, column := range inTicks.FindAllStringSubmatch(row[1], -1) {
				columns[column[1]] = told{row[2], row[3]}
			}
		}
		tables[name] = columns
		text = text[at[5]:]
	}
	return tables
}

// inSchema are the columns of every table of a version's schema, each with its
// type; a «?» behind it says that it may be NULL.
func inSchema(version int) map[string]map[string]string {
	tables := map[string]map[string]string{}
	for _, table := range createTable.FindAllStringSubmatch(batch.RecordsSchemas[version], -1) {
		tables[table[1]] = map[string]string{}
		for _, column := range aColumn.FindAllStringSubmatch(table[2], -1) {
			tables[table[1]][column[1]] = column[2] + map[bool]string{true: "?"}[column[3] == ""]
		}
	}
	return tables
}

// A table or column that travels and is not on the page is one that nobody
// else's program knows.
func TestThePageOfTheFormatNamesEveryTableAndColumn(t *testing.T) {
	page, schema := onPage(t), inSchema(batch.Version)
	if len(schema) != len(batch.Tables()) {
		t.Fatalf("the schema's tables are not read: %v", slices.Sorted(maps.Keys(schema)))
	}
	for table, columns := range schema {
		for column, kind := range columns {
			if on := page[table][column]; on.kind+map[bool]string{true: "?"}[strings.Contains(on.says, "or NULL")] != kind {
				t.Errorf("%s.%s is %s; the page says %q %q", table, column, kind, on.kind, on.says)
			}
		}
		for column := range page[table] {
			if columns[column] == "" {
				t.Errorf("the page has a column %s.%s, which is not there", table, column)
			}
		}
	}
}

// What an older version had otherwise is told where the page tells of it.
func TestThePageOfTheFormatNamesWhatOlderVersionsHadOtherwise(t *testing.T) {
	newest := inSchema(batch.Version)
	for version := 1; version < batch.Version; version++ {
		_, text, found := strings.Cut(formattest.Text(t), fmt.Sprintf("**Version %d** is read as version", version))
		if !found {
			t.Fatalf("the page says nothing of version %d", version)
		}
		old := inSchema(version)
		for table, columns := range newest {
			if old[table] == nil && !strings.Contains(text, "`"+table+"`") {
				t.Errorf("version %d has no table %s, and the page does not say so", version, table)
			}
			for column := range columns {
				if old[table] != nil && old[table][column] == "" && !strings.Contains(text, "`"+column+"`") {
					t.Errorf("version %d has no %s.%s, and the page does not say so", version, table, column)
				}
			}
		}
		for table, columns := range old {
			for column := range columns {
				if newest[table][column] == "" && (!strings.Contains(text, "`"+table+"`") || !strings.Contains(text, "`"+column+"`")) {
					t.Errorf("version %d has %s.%s, and the page does not say so", version, table, column)
				}
			}
		}
	}
}

// probes are values on both sides of every rule of the page.
var probes = []any{
	"", "x", "X y", "a\x1fb", "a\x7fb", "a\x00b", "\xff", "_9", "2026-01-31", "2026-02-30", "0123456789abcdef", someSum, strings.ToUpper(someSum), "{}", "null", "[1", "submitted", "centre",
	strings.Repeat("a", 64), strings.Repeat("a", 65), strings.Repeat("é", 128), strings.Repeat("é", 128) + "e", strings.Repeat("e", 4096), strings.Repeat("e", 4097), strings.Repeat("e", 16384),
	strings.Repeat("e", 16385), `"` + strings.Repeat("e", 65534) + `"`, `"` + strings.Repeat("e", 65535) + `"`,
	int64(-1), int64(0), int64(1), int64(2), int64(100), int64(101), int64(100_000), int64(100_001), int64(99_999_999), int64(100_000_000), int64(1 << 30), int64(1<<30 + 1),
	int64(31_622_400_000), int64(31_622_400_001), int64(-62_135_596_800_000), int64(-62_135_596_800_001), int64(253_402_300_799_999), int64(253_402_300_800_000), int64(math.MaxInt32), int64(math.MaxInt64),
	0.5, -1e300, math.Inf(1), math.NaN(),
}

// takes says whether the page lets a value stand where it says so much.
func takes(t *testing.T, says string, value any) bool {
	t.Helper()
	if value == nil {
		return strings.Contains(says, "or NULL")
	}
	number, isWhole := value.(int64)
	text, isText := value.(string)
	real, isReal := value.(float64)
	between := func(least, most int64) bool { return isWhole && least <= number && number <= most }
	matches := func(pattern string) bool {
		return isText && regexp.MustCompile(`\A(?:`+pattern+`)\z`).MatchString(text)
	}
	plain := func(most int) bool { return isText && len(text) <= most && text != "a\x00b" && text != "\xff" }
	rule := regexp.MustCompile(`^(id|install|text|words|code|one of|SHA-256|moment|span|day|place|flag|size|number|JSON|\d+ to \d+|\d or more)\b`).FindString(says)
	switch rule {
	case "id":
		return plain(256) && !strings.ContainsAny(text, "\x1f\x7f") && (text != "" || strings.Contains(says, "`''`"))
	case "install":
		return matches("[0-9a-f]{16}")
	case "text":
		return plain(4096)
	case "words":
		return plain(16384)
	case "code":
		return matches("[a-z0-9_]{0,64}")
	case "one of":
		return isText && slices.ContainsFunc(inTicks.FindAllStringSubmatch(says, -1), func(word []string) bool { return strings.Trim(word[1], "'") == text })
	case "SHA-256":
		return matches("[0-9a-f]{64}")
	case "moment":
		return between(-62_135_596_800_000, 253_402_300_799_999)
	case "span":
		return between(0, 366*24*60*60*1000)
	case "day":
		return isText && (text == "" || text == "2026-01-31")
	case "place":
		return between(0, 100_000)
	case "flag":
		return between(0, 1)
	case "size":
		return between(0, 1<<30)
	case "number":
		return isReal && !math.IsInf(real, 0) && !math.IsNaN(real)
	case "JSON":
		return isText && len(text) <= 65536 && (text == "{}" || text == "null" || matches(`"e*"`) || matches(`[0-9]+`) && text[0] != '0')
	}
	var least, most int64
	if n, _ := fmt.Sscanf(rule, "%d to %d", &least, &most); n == 2 {
		return between(least, most)
	}
	if n, _ := fmt.Sscanf(rule, "%d or more", &least); n == 1 {
		return between(least, math.MaxInt64)
	}
	t.Fatalf("the page has no rule in %q", says)
	return false
}

// Every column's rule on the page is the one that the programs keep.
func TestEveryColumnHasTheRuleThatThePageSays(t *testing.T) {
	page := onPage(t)
	for _, table := range batch.Tables() {
		columns := aColumn.FindAllStringSubmatch(tableText(table), -1)
		if len(columns) != len(good[table]) {
			t.Fatalf("%s has %d columns, and a row %d", table, len(columns), len(good[table]))
		}
		for place, column := range columns {
			for _, value := range append([]any{nil}, probes...) {
				row := slices.Clone(good[table])
				row[place] = value
				err := batch.CheckRow(table, row)
				if want := takes(t, page[table][column[1]].says, value); (err == nil) != want {
					t.Errorf("%s.%s, %.40q: %v; the page says %q", table, column[1], fmt.Sprint(value), err, page[table][column[1]].says)
				}
			}
		}
	}
}

// tableText is what stands between the brackets of a table's statement.
func tableText(table string) string {
	for _, statement := range createTable.FindAllStringSubmatch(batch.RecordsSchema, -1) {
		if statement[1] == table {
			return statement[2]
		}
	}
	return ""
}

// How many rows of one owner there may be is what the page says.
func TestTheNumbersOfRowsAreThoseOfThePage(t *testing.T) {
	_, text, _ := strings.Cut(formattest.Text(t), "**Numbers of rows.**")
	text, _, _ = strings.Cut(text, "\n\n")
	limits := regexp.MustCompile("(\\d+) `([a-z]+)`").FindAllStringSubmatch(strings.ReplaceAll(text, "\n", " "), -1)
	if len(limits) != 13 {
		t.Fatalf("the page has %d limits: %v", len(limits), limits)
	}
	for _, limit := range limits {
		var most int
		_, err := fmt.Sscan(limit[1], &most)
		if err != nil {
			t.Fatal(err)
		}
		row := slices.Clone(good[limit[2]])
		if limit[2] == "facts" {
			row[8] = "c" // the limit is a clip's
		}
		var judge batch.Judge
		for n := range most + 1 {
			if err := judge.Row(limit[2], row); (err != nil) != (n == most) {
				t.Fatalf("%s, row %d of %d: %v", limit[2], n+1, most, err)
			}
		}
	}
}
