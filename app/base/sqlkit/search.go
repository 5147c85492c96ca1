package sqlkit

import (
	"context"
	"database/sql"
	"strings"
)

// Where is the condition of a search that is put together: a condition that may
// be absent (by a flag) uses no index.
type Where struct {
	conditions []string
	Args       []any
}

// Add adds a condition with its values.
func (w *Where) Add(condition string, values ...any) {
	w.conditions = append(w.conditions, condition)
	w.Args = append(w.Args, values...)
}

// Clause is «WHERE …» on a line of its own, "" without a condition.
func (w *Where) Clause() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return "\nWHERE " + strings.Join(w.conditions, " AND ")
}

// Piece is the pattern of LIKE for a text with that in it, escaped by a backslash.
func Piece(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
}

// Distinct are the values of an indexed text column but "", each found by one
// step of the index. Table and column are the program's own words.
func Distinct(ctx context.Context, tx *sql.Tx, table, column string) (values []string, err error) {
	for last := ""; ; {
		var next sql.NullString
		if err := tx.QueryRowContext(ctx, "SELECT min("+column+") FROM "+table+" WHERE "+column+" > ?", last).Scan(&next); err != nil {
			return nil, err
		}
		if !next.Valid {
			return values, nil
		}
		last = next.String
		values = append(values, last)
	}
}
