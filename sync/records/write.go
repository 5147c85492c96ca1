package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kaodian/sync/batch"
	"kaodian/sync/internal/query"
)

// Files makes SQLite files by a program's own driver.
type Files interface {
	// CreateFile opens a new file for one connection that checks references.
	CreateFile(path string) *sql.DB
}

// RowError says that a value breaks the rules of a batch: the province would
// refuse the whole.
type RowError struct{ Reason error }

func (e *RowError) Error() string { return e.Reason.Error() }

func (e *RowError) Unwrap() error { return e.Reason }

// Create makes records.sqlite of that version, 2 or newer, at path. write inserts
// the rows; the file holds all of them or, after an error, is worth nothing.
func Create(ctx context.Context, files Files, path string, version int, write func(*query.Queries) error) error {
	db := files.CreateFile(path)
	return errors.Join(fill(ctx, db, version, write), db.Close())
}

func fill(ctx context.Context, db *sql.DB, version int, write func(*query.Queries) error) error {
	if _, err := db.ExecContext(ctx, batch.RecordsSchemas[version]); err != nil {
		return fmt.Errorf("records.sqlite: %w", err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	judged := &judgedTx{Tx: tx}
	if err := errors.Join(write(query.New(judged)), judged.failed); err != nil {
		return err
	}
	if err := judged.judge.End(); err != nil {
		return err
	}
	return tx.Commit()
}

// judgedTx is a transaction in which every row keeps the rules of a batch's
// values: what came from a sensor or a list is mended where that loses
// nothing, anything else is an error, after which nothing more is written.
type judgedTx struct {
	*sql.Tx
	judge  batch.Judge
	failed error
}

// tables are what the statements insert into, with the values in the order of
// the table's columns.
var tables = map[string]string{
	query.InsertBatch: "batch", query.InsertSubject: "subjects", query.InsertOrder: "orders", query.InsertPiece: "pieces", query.InsertAttempt: "attempts",
	query.InsertItem: "items", query.InsertClip: "clips", query.InsertExamination: "examinations", query.InsertFinding: "findings", query.InsertEvidence: "evidence",
	query.InsertTick: "ticks", query.InsertDeparture: "departures", query.InsertMark: "marks", query.InsertDecision: "decisions",
	query.InsertIrregularity: "irregularities", query.InsertErasure: "erasures", query.InsertFact: "facts", query.InsertParcel: "parcels",
	query.InsertMedia: "media",
}

// ExecContext inserts a row.
func (t *judgedTx) ExecContext(ctx context.Context, statement string, values ...any) (sql.Result, error) {
	if t.failed != nil {
		return nil, t.failed
	}
	table := tables[statement]
	plain(values)
	batch.Mend(table, values)
	if t.failed = t.judge.Row(table, values); t.failed != nil {
		if !errors.Is(t.failed, batch.ErrTooManyRows) {
			t.failed = &RowError{Reason: t.failed}
		}
		return nil, t.failed
	}
	result, err := t.Tx.ExecContext(ctx, statement, values...)
	if err != nil {
		t.failed = fmt.Errorf("records.sqlite, %s: %w", table, err)
	}
	return result, t.failed
}

// plain makes of values what SQLite would give back.
func plain(values []any) {
	for i, value := range values {
		switch v := value.(type) {
		case *int64:
			values[i] = pointed(v)
		case *float64:
			values[i] = pointed(v)
		case *string:
			values[i] = pointed(v)
		}
	}
}

func pointed[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}
