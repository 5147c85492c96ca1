package batch

import (
	"errors"
	"fmt"
	"slices"
)

// most is how many rows of a table may belong to one owner: a page shows them
// all at once, so one clip could otherwise fill the memory of whoever looks.
var most = map[string]struct {
	owner string
	rows  int
}{
	"pieces":         {"order_id", 200},
	"attempts":       {"order_id", 100},
	"items":          {"attempt_id", 100},
	"examinations":   {"clip_id", 20},
	"findings":       {"examination", 100},
	"evidence":       {"examination", 1000},
	"ticks":          {"clip_id", 20},
	"departures":     {"clip_id", 200},
	"marks":          {"order_id", 200},
	"decisions":      {"order_id", 200},
	"irregularities": {"order_id", 200},
	"erasures":       {"order_id", 2000},
	"facts":          {"clip_id", 2000}, // '' is none: an order's are bounded by MaxRows
}

// derived are the tables, by the version of the format, whose rows the province
// makes of other rows: no centre sent them, so they do not count.
var derived = map[int64][]string{1: {"subjects", "examinations"}}

// files are the columns that name a media file of the batch.
var files = map[string][]string{"orders": {"photo"}, "clips": {"sha256", "rendition"}, "evidence": {"frame"}}

// ErrTooManyRows says that the rows of a batch are more than MaxRows.
var ErrTooManyRows = fmt.Errorf("they have more than %d rows", MaxRows)

// Judge says of every row of a batch whether it may be there: each value keeps
// its rule, neither all rows nor those of one clip or order are too many, and
// what is told of an order fits to where the order travels. The zero value is
// ready; the batch's own row comes first, and every row after what it refers
// to. That this is there, the tables themselves hold, but for what End knows.
type Judge struct {
	sent  int               // rows that count
	owned map[string]int    // rows by table and owner
	named map[string]string // columns by the SHA-256 that they name
	media map[string]bool
	told  told
}

// Row judges one more row.
func (j *Judge) Row(table string, values []any) error {
	if !slices.Contains(derived[j.told.version], table) {
		j.sent++
	}
	if j.sent > MaxRows {
		return ErrTooManyRows
	}
	if err := CheckRow(table, values); err != nil {
		return err
	}
	if j.owned == nil {
		j.owned, j.named, j.media, j.told = map[string]int{}, map[string]string{}, map[string]bool{}, newTold()
	}
	if limit, ok := most[table]; ok {
		owner := values[placeOf(table, limit.owner)]
		key := fmt.Sprint(table, " ", owner)
		if j.owned[key]++; owner != "" && j.owned[key] > limit.rows {
			return fmt.Errorf("%s has more than %d rows of one %s", table, limit.rows, limit.owner)
		}
	}
	if table == "media" {
		j.media[values[placeOf(table, "sha256")].(string)] = true
	}
	for _, name := range files[table] {
		if sum, named := values[placeOf(table, name)].(string); named {
			j.named[sum] = table + "." + name
		}
	}
	return j.told.row(table, values)
}

// End says, after the last row, whether every order and file that is named as
// one of this batch is there.
func (j *Judge) End() error {
	for order := range j.told.expected {
		return fmt.Errorf("subjects names the order %s as one of this batch, which it is not in", order)
	}
	for sum, column := range j.named {
		if !j.media[sum] {
			return errors.New(column + " names a file that is not in the batch")
		}
	}
	return nil
}

func placeOf(table, name string) int {
	for i, c := range columns[table] {
		if c.name == name {
			return i
		}
	}
	panic(table + " has no column " + name) // a table above is wrong
}
