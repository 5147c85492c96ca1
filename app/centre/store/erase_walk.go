package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kaodian/app/base/blot"
	"kaodian/app/centre/store/internal/query"
)

// Look is a text that holds a word of a person and may mean somebody else, or that
// is not the erasure's to change: a person has to look. It does not say the word.
type Look struct {
	Place string `json:"place"` // table and column
	Row   string `json:"row"`   // its key
}

// FoundWords are where words of a person stand in the database.
type FoundWords struct {
	Looks  []Look
	Pieces map[blot.Word]int // how many texts hold it, also as a piece of another word
	rows   []heldRow
}

type heldRow struct {
	Look
	text string
}

// WalkTexts looks for a person's words in every text of every table.
func (s *Store) WalkTexts(ctx context.Context, w Whom) (held FoundWords, err error) {
	tx, err := s.reader.BeginTx(ctx, nil)
	if err != nil {
		return held, storageError(err)
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	held, err = walkTexts(ctx, tx, w)
	return held, storageError(err)
}

func walkTexts(ctx context.Context, tx *sql.Tx, w Whom) (held FoundWords, err error) {
	held.Pieces = map[blot.Word]int{}
	tables, err := listTexts(ctx, tx, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name", nil)
	if err != nil {
		return held, err
	}
	for _, table := range tables {
		if err := held.walk(ctx, tx, table, w); err != nil {
			return held, fmt.Errorf("%s: %w", table, err)
		}
	}
	return held, nil
}

func (h *FoundWords) walk(ctx context.Context, tx *sql.Tx, table string, w Whom) error {
	columns, err := listTexts(ctx, tx, "SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT' ORDER BY cid", []any{table})
	if err != nil || len(columns) == 0 {
		return err
	}
	key, err := keyOf(ctx, tx, table)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, fmt.Sprintf("SELECT %s, %s FROM %s", key, strings.Join(columns, ", "), table)) //nolint:gosec // names of the schema
	if err != nil {
		return err
	}
	defer rows.Close()
	values := make([]sql.NullString, len(columns)+1)
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, column := range columns {
			h.note(table+"."+column, values[0].String, values[i+1].String, w)
		}
	}
	return rows.Err()
}

func (h *FoundWords) note(place, row, text string, w Whom) {
	if len(text) < 2 {
		return
	}
	found, folded := false, blot.Fold(text)
	for _, word := range slices.Concat(w.Sure, w.Names) {
		if !word.Within(folded) {
			continue
		}
		h.Pieces[word]++
		found = found || Telling(word) && word.In(text)
	}
	if found {
		h.rows = append(h.rows, heldRow{Look{place, row}, text})
		h.Looks = append(h.Looks, Look{place, row})
	}
}

// keyOf is a row's key as one text.
func keyOf(ctx context.Context, tx *sql.Tx, table string) (string, error) {
	keys, err := listTexts(ctx, tx, "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", []any{table})
	if len(keys) == 0 {
		keys = []string{"rowid"}
	}
	return "concat_ws('/', " + strings.Join(keys, ", ") + ")", err
}

// looksAfter are the looks that an erasure would leave, before it happened.
func (t ties) looksAfter(ctx context.Context, tx *sql.Tx, held FoundWords, lines []query.Audit, args []any) (looks []Look, err error) {
	gone := map[Look]bool{}
	for _, place := range erasePlaces {
		key, err := keyOf(ctx, tx, place.table)
		if err != nil {
			return nil, err
		}
		ids, err := listTexts(ctx, tx, fmt.Sprintf("SELECT %s FROM %s WHERE %s", key, place.table, place.where), args)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			gone[Look{place.table, id}] = true
		}
	}
	left := map[string]query.Audit{}
	for _, line := range lines {
		left[strconv.FormatInt(line.Seq, 10)] = line
	}
	for _, row := range held.rows {
		table, _, _ := strings.Cut(row.Place, ".")
		if !gone[Look{table, row.Row}] && t.holds(t.leftOf(row, left)) {
			looks = append(looks, row.Look)
		}
	}
	return looks, nil
}

// leftOf is what an erasure leaves of a text that is not the person's own.
func (t ties) leftOf(row heldRow, lines map[string]query.Audit) string {
	table, column, _ := strings.Cut(row.Place, ".")
	if line, changed := lines[row.Row]; table == "audit" && changed {
		return line.Reason + " " + line.Args
	}
	if !slices.Contains(typedIn, typedColumn{table, column}) {
		return row.text
	}
	return blotArgs(row.text, t.words(t.mentioned(row.text)), false)
}

func (t ties) holds(text string) bool {
	return slices.ContainsFunc(slices.Concat(t.whom.Sure, t.whom.Names), func(word blot.Word) bool { return Telling(word) && word.In(text) })
}
