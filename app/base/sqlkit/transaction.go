package sqlkit

import (
	"context"
	"database/sql"
)

// Transaction runs do in one transaction, over the rows that do needs.
type Transaction[Rows any] func(ctx context.Context, do func(Rows) error) error

// Over is the transaction over the rows as do's package knows them.
func Over[R, Rows any](run Transaction[R], as func(R) Rows) Transaction[Rows] {
	return func(ctx context.Context, do func(Rows) error) error {
		return run(ctx, func(rows R) error { return do(as(rows)) })
	}
}

// Within runs do in one transaction, of which nothing stays after an error.
func Within(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}
