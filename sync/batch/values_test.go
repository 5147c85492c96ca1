package batch_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"kaodian/sync/batch"
)

// good is a row of each table.
var good = map[string][]any{
	"batch":          {int64(2), "jinan", "00000000000000aa", int64(1), int64(0), "kaodian 2", int64(9), someSum},
	"subjects":       {"o", "00000000000000aa", int64(1)},
	"orders":         {"o", "T1", "王小明", "", "男", "2014-05-01", "", "", "", "", "钢琴", int64(8), int64(0), int64(batch.LastTime), nil, "", "given", "", nil, "submitted", int64(batch.FirstTime)},
	"pieces":         {"o", int64(0), "乐曲", "小星星"},
	"attempts":       {"a", "o", int64(1), "submitted", int64(0), int64(0), nil, int64(0), int64(0), "7412", nil, "v1"},
	"items":          {"a", "1", int64(0), "乐曲", "piece", "", nil, ""},
	"clips":          {"c", "a", "1", someSum, int64(1), "video/mp4", int64(0), int64(0), int64(1), "examined", nil},
	"examinations":   {"e", "o", "c", int64(0), "kaodian 2"},
	"findings":       {"e", int64(0), "face", "warn", 0.5, nil, "at_least", "", "", "", "x264"},
	"evidence":       {"e", int64(0), int64(0), int64(0), int64(1), nil, "c2"},
	"ticks":          {"o", "c", "code", "heard", "李老师", int64(0)},
	"departures":     {"o", "c", "1", "hat", nil, "李老师", int64(0), nil},
	"marks":          {"o", "", int64(1), "centre", "考官", "good", "", "pass", "good", "稳\n健", "考官", int64(0)},
	"decisions":      {"d", "o", "province", "disqualified", "", "换人", "staff", "", int64(0), int64(0), nil, nil},
	"irregularities": {"i", "o", "", "", "noise", "装修", "staff", "李老师", int64(0), nil},
	"erasures":       {"x", "o", "c", "original", someSum, "撤回同意", "staff", "张主任", int64(0)},
	"facts":          {int64(1), int64(0), int64(0), "submitted", "candidate", "", "o", "", "", "", "{}", "h"},
	"parcels":        {"00000000000000aa", int64(1), someSum, "refused", "名单有误", int64(0), int64(1), int64(2), int64(3), "staff", "张主任", int64(0)},
	"media":          {someSum, someSum, int64(1), "image", "photo", "o"},
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
	row := []any{"e", int64(0), "face", "warn", math.Inf(1), math.NaN(), "", "", "a\x00\xffb", "", "\x00"}
	batch.Mend("findings", row)
	if err := batch.CheckRow("findings", row); err != nil || row[4] != nil || row[8] != "a\uFFFDb" || row[10] != "" {
		t.Errorf("%v, %v", row, err)
	}
	row = []any{"e", int64(0), int64(0), int64(-40), int64(math.MaxInt64), nil, nil}
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
	for table, most := range map[string]int{"examinations": 20, "irregularities": 200, "erasures": 2000, "marks": 200} {
		var judge batch.Judge
		for n := range most + 1 {
			err := judge.Row(table, good[table])
			if (err != nil) != (n == most) {
				t.Errorf("%s, row %d: %v", table, n+1, err)
			}
		}
	}
}

// A centre of version 1 filled its batch by the rows that it sent.
func TestRowsThatVersion1DidNotSendDoNotCount(t *testing.T) {
	for version, counts := range map[int64]bool{1: false, 2: true} {
		var judge batch.Judge
		header := slices.Clone(good["batch"])
		header[0] = version
		errs := []error{judge.Row("batch", header), judge.Row("subjects", good["subjects"]), judge.Row("examinations", []any{"e", "p", "c", nil, ""})}
		for n := range batch.MaxRows - 1 {
			errs = append(errs, judge.Row("pieces", []any{fmt.Sprint("o", n/199), int64(n % 199), "", ""}))
		}
		if err := errors.Join(errs...); errors.Is(err, batch.ErrTooManyRows) != counts || !counts && err != nil {
			t.Errorf("version %d: %v", version, err)
		}
		if err := judge.Row("pieces", good["pieces"]); !errors.Is(err, batch.ErrTooManyRows) {
			t.Errorf("version %d, one more: %v", version, err)
		}
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

// What is told of an order fits to where the order travels.
func TestRowsOfNobodyAreNoBatch(t *testing.T) {
	row := func(table string, values ...any) []any { return append([]any{table}, values...) }
	own := [][]any{
		row("batch", good["batch"]...), row("subjects", good["subjects"]...), row("orders", good["orders"]...),
		row("attempts", good["attempts"]...), row("clips", good["clips"]...), row("media", good["media"]...),
	}
	changed := func(table string, column int, value any) []any {
		values := append([]any{table}, good[table]...)
		values[column+1] = value
		return values
	}
	earlier := row("subjects", "early", "00000000000000bb", int64(7))
	for name, c := range map[string]struct {
		rows [][]any
		want string // "" if it may be there
	}{
		"everything fits":                           {append(own, earlier, row("examinations", good["examinations"]...), changed("examinations", 1, "o")), ""},
		"a clip of an earlier order":                {append(own, earlier, row("ticks", "early", "c7", "code", "heard", "", int64(0))), ""},
		"an order that is not a subject":            {[][]any{own[0], own[2]}, "orders has an order"},
		"an order of an earlier batch that is here": {[][]any{changed("batch", 3, int64(2)), own[1], own[2]}, "orders has an order"},
		"a subject of this batch that is not here":  {own[:2], "which it is not in"},
		"a subject of a later batch":                {[][]any{own[0], row("subjects", "o", "00000000000000aa", int64(2))}, "comes later"},
		"a clip that is not in clips":               {append(own, changed("examinations", 2, "c2")), "not of its order"},
		"another order's clip":                      {append(own, earlier, changed("examinations", 1, "early")), "not of its order"},
		"a tick of another order's clip":            {append(own, earlier, changed("ticks", 0, "early")), "not of its order"},
		"a departure in a clip of nobody":           {append(own, changed("departures", 1, "c2")), "not of its order"},
		"round 0":                                   {append(own, changed("marks", 2, int64(0))), "marks.round"},
		"a third side":                              {append(own, changed("decisions", 2, "school")), "decisions.side"},
		"a side of no limit":                        {append(own, changed("findings", 6, "beside")), "findings.side"},
	} {
		t.Run(name, func(t *testing.T) {
			var judge batch.Judge
			var errs []error
			for _, one := range c.rows {
				errs = append(errs, judge.Row(one[0].(string), one[1:]))
			}
			err := errors.Join(append(errs, judge.End())...)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
