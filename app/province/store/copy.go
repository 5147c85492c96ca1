package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"kaodian/app/province/store/internal/query"
)

// Rows are what a batch's records hold. Whoever brings them has judged them.
type Rows interface {
	// Each hands every row to do, which may not keep values: its table, and its
	// columns in the order that the table here has behind the batch's number. A
	// row comes after what it refers to.
	Each(ctx context.Context, do func(table string, values []any) error) error
}

// RecordsError says that rows do not fit into what the store holds. The same
// rows will never do.
type RecordsError struct{ Reason string }

func (e *RecordsError) Error() string { return "records: " + e.Reason }

func badRecords(format string, args ...any) error {
	return &RecordsError{Reason: fmt.Sprintf(format, args...)}
}

// copies are the statements that take in a row of a batch's table; its number
// stands before the row's values.
var copies = map[string]string{
	"subjects": query.CopySubject, "orders": query.CopyOrder, "pieces": query.CopyPiece, "attempts": query.CopyAttempt, "items": query.CopyItem,
	"clips": query.CopyClip, "examinations": query.CopyExamination, "findings": query.CopyFinding, "evidence": query.CopyEvidence,
	"ticks": query.CopyTick, "departures": query.CopyDeparture, "marks": query.CopyMark, "decisions": query.CopyDecision,
	"irregularities": query.CopyIrregularity, "erasures": query.CopyErasure, "facts": query.CopyFact, "parcels": query.CopyParcel,
	"media": query.CopyMedia,
}

// copier writes rows of a batch; it prepares each table's statement once.
type copier struct {
	*change
	number   int64
	prepared map[string]*sql.Stmt
}

// copyRows takes every row into the batch of that number.
func (c *change) copyRows(number int64, rows Rows) error {
	into := copier{change: c, number: number, prepared: map[string]*sql.Stmt{}}
	defer into.close()
	return rows.Each(c.ctx, into.row)
}

func (c *copier) row(table string, values []any) error {
	if c.prepared[table] == nil {
		if err := c.prepare(table); err != nil {
			return err
		}
	}
	if _, err := c.prepared[table].ExecContext(c.ctx, append([]any{c.number}, values...)...); err != nil {
		return misfit(table, err)
	}
	return nil
}

func (c *copier) prepare(table string) error {
	text, known := copies[table]
	if !known {
		return badRecords("nothing here holds their table %s", table)
	}
	var err error
	c.prepared[table], err = c.tx.PrepareContext(c.ctx, text) //nolint:sqlclosecheck // close does it, after the last row
	if err != nil {
		delete(c.prepared, table)
	}
	return err
}

func (c *copier) close() {
	for _, statement := range c.prepared {
		_ = statement.Close() // it goes with the transaction at the latest
	}
}

// misfit makes a RecordsError of a row that our tables do not take: a wrong
// type, a reference to nothing, the same key twice.
func misfit(table string, err error) error {
	if errors.Is(err, sqlite3.CONSTRAINT) || errors.Is(err, sqlite3.MISMATCH) {
		return badRecords("a row of %s does not fit: %v", table, err)
	}
	return fmt.Errorf("take in %s: %w", table, err)
}
