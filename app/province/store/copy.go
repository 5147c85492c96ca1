package store

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// table is how one table of records.sqlite is copied, column for column, in
// an order in which every row finds what it refers to.
type table struct {
	name    string
	columns []string
}

// copied are all but batch, whose one row is a row of batches here.
var copied = []table{
	{"orders", []string{"id", "ticket", "name", "pinyin", "gender", "birth_date", "id_type", "id_number", "guardian_address", "phone", "subject", "grade", "window_opens", "window_closes", "photo", "photo_taken", "consent", "consent_guardian", "consent_at", "status", "final_at"}},
	{"pieces", []string{"order_id", "place", "item", "title"}},
	{"attempts", []string{"id", "order_id", "number", "state", "started_at", "deadline", "ended_at", "limit_ms", "extra_ms", "code", "acknowledged_at", "rules_version"}},
	{"items", []string{"attempt_id", "id", "place", "name", "kind", "piece", "question_id", "question_title"}},
	{"clips", []string{"id", "attempt_id", "item_id", "sha256", "size", "type", "duration_ms", "received_at", "previewed", "state", "rendition"}},
	{"findings", []string{"clip_id", "place", "kind", "verdict", "value", "limit_value", "unit", "note", "engine"}},
	{"evidence", []string{"clip_id", "finding", "place", "from_ms", "to_ms", "frame"}},
	{"ticks", []string{"clip_id", "what", "heard", "by_name", "at"}},
	{"departures", []string{"clip_id", "place", "category", "clip_ms", "by_name", "at"}},
	{"marks", []string{"order_id", "item_id", "technique", "tempo", "interpretation", "level", "remarks", "by_name", "at"}},
	{"decisions", []string{"id", "order_id", "kind", "clip_id", "reason", "by_role", "by_name", "at", "pending", "confirmed_at", "undone_at"}},
	{"facts", []string{"seq", "at", "recorded_at", "action", "by_role", "by_name", "order_id", "attempt_id", "clip_id", "reason", "args", "hash"}},
	{"media", []string{"sha256", "sealed", "size", "type", "role", "owner"}},
}

func (t table) read() string { return "SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.name }

func (t table) write() string {
	return "INSERT INTO " + t.name + " (batch, " + strings.Join(t.columns, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(t.columns)) + ")"
}

// row is room for a row of that many columns, and the places to scan it into.
func row(columns int) (values, places []any) {
	values, places = make([]any, columns), make([]any, columns)
	for i := range places {
		places[i] = &values[i]
	}
	return values, places
}

// copyRecords copies every table of judged records into the batch of that number.
func (c *change) copyRecords(number int64, r *Records) error {
	for _, t := range copied {
		if err := c.copyTable(number, r, t); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) copyTable(number int64, r *Records, t table) error {
	source, err := r.db.QueryContext(c.ctx, t.read())
	if err != nil {
		return r.explain(c.ctx, err)
	}
	defer source.Close()
	target, err := c.tx.PrepareContext(c.ctx, t.write())
	if err != nil {
		return err
	}
	defer target.Close()
	values, places := row(len(t.columns) + 1)
	values[0] = number
	for source.Next() {
		if err := source.Scan(places[1:]...); err != nil {
			return r.explain(c.ctx, err)
		}
		if _, err := target.ExecContext(c.ctx, values...); err != nil {
			return misfit(t.name, err)
		}
	}
	if err := source.Err(); err != nil {
		return r.explain(c.ctx, err)
	}
	return nil
}

// misfit makes a RecordsError of a row that our tables do not take: a wrong
// type, a reference to nothing, the same key twice.
func misfit(table string, err error) error {
	if errors.Is(err, sqlite3.CONSTRAINT) || errors.Is(err, sqlite3.MISMATCH) {
		return badRecords("a row of %s does not fit: %v", table, err)
	}
	return fmt.Errorf("take in %s: %w", table, err)
}
