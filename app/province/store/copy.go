package store

import (
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// table is how one table of records.sqlite is copied, column for column, in
// an order in which every row finds what it refers to.
type table struct {
	name, read, write string
	columns           int
}

// copied are all but batch, whose one row is a row of batches here.
var copied = []table{
	{
		name:    "orders",
		read:    "SELECT id, ticket, name, pinyin, gender, birth_date, id_type, id_number, guardian_address, phone, subject, grade, window_opens, window_closes, photo, photo_taken, consent, consent_guardian, consent_at, status, final_at FROM orders",
		write:   "INSERT INTO orders (batch, id, ticket, name, pinyin, gender, birth_date, id_type, id_number, guardian_address, phone, subject, grade, window_opens, window_closes, photo, photo_taken, consent, consent_guardian, consent_at, status, final_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		columns: 21,
	},
	{
		name:    "pieces",
		read:    "SELECT order_id, place, item, title FROM pieces",
		write:   "INSERT INTO pieces (batch, order_id, place, item, title) VALUES (?, ?, ?, ?, ?)",
		columns: 4,
	},
	{
		name:    "attempts",
		read:    "SELECT id, order_id, number, state, started_at, deadline, ended_at, limit_ms, extra_ms, code, acknowledged_at, rules_version FROM attempts",
		write:   "INSERT INTO attempts (batch, id, order_id, number, state, started_at, deadline, ended_at, limit_ms, extra_ms, code, acknowledged_at, rules_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		columns: 12,
	},
	{
		name:    "items",
		read:    "SELECT attempt_id, id, place, name, kind, piece, question_id, question_title FROM items",
		write:   "INSERT INTO items (batch, attempt_id, id, place, name, kind, piece, question_id, question_title) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		columns: 8,
	},
	{
		name:    "clips",
		read:    "SELECT id, attempt_id, item_id, sha256, size, type, duration_ms, received_at, previewed, state, rendition FROM clips",
		write:   "INSERT INTO clips (batch, id, attempt_id, item_id, sha256, size, type, duration_ms, received_at, previewed, state, rendition) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		columns: 11,
	},
	{
		name:    "findings",
		read:    "SELECT clip_id, place, kind, verdict, value, limit_value, unit, note, engine FROM findings",
		write:   "INSERT INTO findings (batch, clip_id, place, kind, verdict, value, limit_value, unit, note, engine) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		columns: 9,
	},
	{
		name:    "evidence",
		read:    "SELECT clip_id, finding, place, from_ms, to_ms, frame FROM evidence",
		write:   "INSERT INTO evidence (batch, clip_id, finding, place, from_ms, to_ms, frame) VALUES (?, ?, ?, ?, ?, ?, ?)",
		columns: 6,
	},
	{
		name:    "ticks",
		read:    "SELECT clip_id, what, heard, by_name, at FROM ticks",
		write:   "INSERT INTO ticks (batch, clip_id, what, heard, by_name, at) VALUES (?, ?, ?, ?, ?, ?)",
		columns: 5,
	},
	{
		name:    "departures",
		read:    "SELECT clip_id, place, category, clip_ms, by_name, at FROM departures",
		write:   "INSERT INTO departures (batch, clip_id, place, category, clip_ms, by_name, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		columns: 6,
	},
	{
		name:    "marks",
		read:    "SELECT order_id, item_id, technique, tempo, interpretation, level, remarks, by_name, at FROM marks",
		write:   "INSERT INTO marks (batch, order_id, item_id, technique, tempo, interpretation, level, remarks, by_name, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		columns: 9,
	},
	{
		name:    "decisions",
		read:    "SELECT id, order_id, kind, clip_id, reason, by_role, by_name, at, pending, confirmed_at, undone_at FROM decisions",
		write:   "INSERT INTO decisions (batch, id, order_id, kind, clip_id, reason, by_role, by_name, at, pending, confirmed_at, undone_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		columns: 11,
	},
	{
		name:    "facts",
		read:    "SELECT seq, at, recorded_at, action, by_role, by_name, order_id, attempt_id, clip_id, reason, args, hash FROM facts",
		write:   "INSERT INTO facts (batch, seq, at, recorded_at, action, by_role, by_name, order_id, attempt_id, clip_id, reason, args, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		columns: 12,
	},
	{
		name:    "media",
		read:    "SELECT sha256, sealed, size, type, role, owner FROM media",
		write:   "INSERT INTO media (batch, sha256, sealed, size, type, role, owner) VALUES (?, ?, ?, ?, ?, ?, ?)",
		columns: 6,
	},
}

// copyRecords copies every table into the batch of that number.
func (c *change) copyRecords(number int64, r *Records) error {
	left := maxRows
	for _, t := range copied {
		rows, err := c.copyTable(number, r, t, left)
		if err != nil {
			return err
		}
		left -= rows
	}
	return nil
}

func (c *change) copyTable(number int64, r *Records, t table, most int) (rows int, err error) {
	source, err := r.db.QueryContext(c.ctx, t.read)
	if err != nil {
		return 0, r.explain(c.ctx, err)
	}
	defer source.Close()
	target, err := c.tx.PrepareContext(c.ctx, t.write)
	if err != nil {
		return 0, err
	}
	defer target.Close()
	values, places := make([]any, t.columns+1), make([]any, t.columns)
	values[0] = number
	for i := range places {
		places[i] = &values[i+1]
	}
	for source.Next() {
		if rows++; rows > most {
			return rows, badRecords("they have more than %d rows", maxRows)
		}
		if err := source.Scan(places...); err != nil {
			return rows, r.explain(c.ctx, err)
		}
		if _, err := target.ExecContext(c.ctx, values...); err != nil {
			return rows, misfit(t.name, err)
		}
	}
	if err := source.Err(); err != nil {
		return rows, r.explain(c.ctx, err)
	}
	return rows, nil
}

// misfit makes a RecordsError of a row that our tables do not take: a wrong
// type, a reference to nothing, the same key twice.
func misfit(table string, err error) error {
	if errors.Is(err, sqlite3.CONSTRAINT) || errors.Is(err, sqlite3.MISMATCH) {
		return badRecords("a row of %s does not fit: %v", table, err)
	}
	return fmt.Errorf("take in %s: %w", table, err)
}
