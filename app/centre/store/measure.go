package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Measure is how much the database holds, in numbers and words of its own schema:
// nothing of what stands in it.
type Measure struct {
	Bytes  int64            `json:"bytes"`
	Schema int64            `json:"schema"` // the last migration
	Tables map[string]int64 `json:"tables"` // rows
	States map[string]int64 `json:"states"` // rows by their state, «attempts submitted»
}

// states are the queries that count rows by a state, whose words are the schema's.
const states = `
SELECT 'attempts ' || state, count(*) FROM attempts GROUP BY state
UNION ALL
SELECT 'clips ' || state, count(*) FROM clips WHERE removed_at IS NULL GROUP BY state
UNION ALL
SELECT 'jobs ' || kind || ' ' || state, count(*) FROM jobs GROUP BY kind, state
UNION ALL
SELECT 'batches ' || state, count(*) FROM batches GROUP BY state`

// Measure counts what the database holds.
func (s *Store) Measure(ctx context.Context) (m Measure, err error) {
	tx, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return m, storageError(err)
	}
	defer func() { err = errors.Join(err, storageError(tx.Rollback())) }()
	if err := tx.QueryRowContext(ctx, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").Scan(&m.Bytes); err != nil {
		return m, storageError(err)
	}
	if err := tx.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&m.Schema); err != nil {
		return m, storageError(err)
	}
	if m.States, err = counts(ctx, tx, states); err != nil {
		return m, err
	}
	names, err := counts(ctx, tx, "SELECT name, 0 FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
	if err != nil {
		return m, err
	}
	m.Tables = map[string]int64{}
	for name := range names {
		var rows int64
		if err := tx.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM %q", name)).Scan(&rows); err != nil { // the schema's own name
			return m, storageError(err)
		}
		m.Tables[name] = rows
	}
	return m, nil
}

// counts are rows of a word and a number.
func counts(ctx context.Context, tx *sql.Tx, query string) (map[string]int64, error) {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, storageError(err)
	}
	defer rows.Close()
	found := map[string]int64{}
	for rows.Next() {
		var name string
		var number int64
		if err := rows.Scan(&name, &number); err != nil {
			return nil, storageError(err)
		}
		found[name] = number
	}
	return found, storageError(rows.Err())
}
