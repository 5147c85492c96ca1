package batch_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"kaodian/sync/batch"
)

// good is a row of each table.
var good = map[string][]any{
	"batch":      {int64(1), "jinan", "00000000000000aa", int64(1), int64(0), "kaodian 1"},
	"orders":     {"o", "T1", "王小明", "", "男", "2014-05-01", "", "", "", "", "钢琴", int64(8), int64(0), int64(batch.LastTime), nil, "", "given", "", nil, "submitted", int64(batch.FirstTime)},
	"pieces":     {"o", int64(0), "乐曲", "小星星"},
	"attempts":   {"a", "o", int64(1), "submitted", int64(0), int64(0), nil, int64(0), int64(0), "7412", nil, "v1"},
	"items":      {"a", "1", int64(0), "乐曲", "piece", "", nil, ""},
	"clips":      {"c", "a", "1", someSum, int64(1), "video/mp4", int64(0), int64(0), int64(1), "examined", nil},
	"findings":   {"c", int64(0), "face", "warn", 0.5, nil, "", "", ""},
	"evidence":   {"c", int64(0), int64(0), int64(0), int64(1), nil},
	"ticks":      {"c", "code", "heard", "李老师", int64(0)},
	"departures": {"c", int64(0), "hat", nil, "李老师", int64(0)},
	"marks":      {"o", "", "good", "", "pass", "good", "稳\n健", "考官", int64(0)},
	"decisions":  {"d", "o", "disqualified", "", "换人", "staff", "", int64(0), int64(0), nil, nil},
	"facts":      {int64(1), int64(0), int64(0), "submitted", "candidate", "", "o", "", "", "", "{}", "h"},
	"media":      {someSum, someSum, int64(1), "image", "photo", "o"},
}

var someSum = strings.Repeat("a", 64)

func TestEveryColumnHoldsItsRule(t *testing.T) {
	if len(good) != len(batch.Tables()) {
		t.Fatalf("%d tables of %v", len(good), batch.Tables())
	}
	for _, table := range batch.Tables() {
		if err := batch.CheckRow(table, good[table]); err != nil {
			t.Fatalf("a good row: %v", err)
		}
		for column := range good[table] {
			for name, value := range map[string]any{
				"infinite": math.Inf(1), "less than infinite": math.Inf(-1), "no number": math.NaN(), "the least number": int64(math.MinInt64),
				"a NUL": "a\x00b", "no UTF-8": "\xff", "a surrogate": "\xed\xa0\x80", "a megabyte": strings.Repeat("x", 1<<20), "bytes": []byte("a"), "a truth": true,
			} {
				row := append([]any{}, good[table]...)
				row[column] = value
				if err := batch.CheckRow(table, row); err == nil || !strings.HasPrefix(err.Error(), table+".") {
					t.Errorf("%s, column %d, %s: %v", table, column, name, err)
				}
			}
		}
	}
}

// What is mended is what a sensor may bring; it keeps the rules then.
func TestMendedValuesKeepTheRules(t *testing.T) {
	row := []any{"c", int64(0), "face", "warn", math.Inf(1), math.NaN(), "", "a\x00\xffb", ""}
	batch.Mend("findings", row)
	if err := batch.CheckRow("findings", row); err != nil || row[4] != nil || row[7] != "a\uFFFDb" {
		t.Errorf("%v, %v", row, err)
	}
	row = []any{"c", int64(0), int64(0), int64(-40), int64(math.MaxInt64), nil}
	batch.Mend("evidence", row)
	if err := batch.CheckRow("evidence", row); err != nil || row[3] != int64(0) {
		t.Errorf("%v, %v", row, err)
	}
}

func TestTooManyRowsAreNoBatch(t *testing.T) {
	var all batch.Judge
	for n := range batch.MaxRows {
		if err := all.Row("pieces", []any{fmt.Sprint("o", n/199), int64(n % 199), "", ""}); err != nil {
			t.Fatal(err)
		}
	}
	if err := all.Row("pieces", good["pieces"]); !errors.Is(err, batch.ErrTooManyRows) {
		t.Errorf("all together: %v", err)
	}
	var one batch.Judge
	for range 100 {
		if err := one.Row("findings", good["findings"]); err != nil {
			t.Fatal(err)
		}
	}
	if err := one.Row("findings", good["findings"]); err == nil {
		t.Error("one clip may have any number of findings")
	}
}

func TestAFileThatIsNamedIsThere(t *testing.T) {
	var j batch.Judge
	if err := errors.Join(j.Row("clips", good["clips"])); err != nil {
		t.Fatal(err)
	}
	if err := j.End(); err == nil || !strings.Contains(err.Error(), "clips.sha256") {
		t.Errorf("without its video: %v", err)
	}
	if err := errors.Join(j.Row("media", good["media"]), j.End()); err != nil {
		t.Errorf("with it: %v", err)
	}
}
