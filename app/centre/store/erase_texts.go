package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kaodian/app/base/blot"
	"kaodian/app/centre/store/internal/query"
)

// ties are what ties a text to a person: the person's orders, attempts and clips.
type ties struct {
	whom Whom
	own  map[string]bool
	ids  []string
}

func tiesOf(ctx context.Context, tx *sql.Tx, w Whom, args []any) (t ties, err error) {
	t = ties{whom: w, own: map[string]bool{}, ids: slices.Clone(w.Orders)}
	for _, statement := range []string{"SELECT id FROM attempts WHERE " + ofOrders, "SELECT id FROM clips WHERE " + ofAttempts} {
		ids, err := listTexts(ctx, tx, statement, args)
		if err != nil {
			return t, err
		}
		t.ids = append(t.ids, ids...)
	}
	for _, id := range t.ids {
		t.own[id] = true
	}
	return t, nil
}

// mentioned says whether a text names one of the person's rows: ids are random, so
// none is a piece of anything else.
func (t ties) mentioned(text string) bool {
	return slices.ContainsFunc(t.ids, func(id string) bool { return strings.Contains(text, id) })
}

// words are what goes from a text: all where it is tied to the person, else only what
// is nobody else's.
func (t ties) words(tied bool) []blot.Word {
	if tied {
		return t.whom.Words()
	}
	return t.whom.Sure
}

// keptArgs are keys under which an argument names a thing and never a candidate.
var keptArgs = []string{"loan_phone", "hall", "day", "wifi_name", "address", "key"}

// blotArgs takes words out of a text that is an object or a list in JSON, and a scan's
// hash where it is the person's own; others keep their form. Any other text is blotted
// as it is.
func blotArgs(text string, words []blot.Word, own bool) string {
	if !own && !strings.Contains(text, `\u`) && !within(text, words) {
		return text // most are: nothing has to be read
	}
	value, isJSON := decode(text)
	if !isJSON {
		return blot.Text(text, words)
	}
	changed := false
	value = blotValue(value, "", func(key, word string) string {
		left := blot.Text(word, words)
		if own && key == "paper" {
			left = blot.Mark
		}
		changed = changed || left != word
		return left
	})
	if !changed {
		return text
	}
	left, err := json.Marshal(value)
	if err != nil {
		return blot.Mark // what came out of JSON goes into it
	}
	return string(left)
}

func within(text string, words []blot.Word) bool {
	folded := blot.Fold(text)
	return slices.ContainsFunc(words, func(word blot.Word) bool { return word.Within(folded) })
}

func decode(text string) (value any, isJSON bool) {
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") || !json.Valid([]byte(text)) {
		return nil, false
	}
	reader := json.NewDecoder(strings.NewReader(text))
	reader.UseNumber()
	err := reader.Decode(&value)
	return value, err == nil
}

const phoneDigits = 11

func blotValue(value any, key string, do func(key, text string) string) any {
	switch value := value.(type) {
	case string:
		if !slices.Contains(keptArgs, key) {
			return do(key, value)
		}
	case json.Number: // a phone number may be one; what is shorter is a size or a time
		if len(value) < phoneDigits {
			return value
		}
		if left := do(key, value.String()); left != value.String() {
			return left
		}
	case []any:
		for i := range value {
			value[i] = blotValue(value[i], key, do)
		}
	case map[string]any:
		for name := range value {
			value[name] = blotValue(value[name], name, do)
		}
	}
	return value
}

// lines are the log's lines that lose words, as they are left.
func (t ties) lines(ctx context.Context, q *query.Queries) (left []query.Audit, err error) {
	rows, err := q.ListErasableLines(ctx)
	for _, row := range rows {
		if line := t.line(row); line.Reason != row.Reason || line.Args != row.Args {
			left = append(left, line)
		}
	}
	return left, err
}

// line is what is left of a line: of the person's own the reason goes whole.
func (t ties) line(row query.Audit) query.Audit {
	own := t.own[row.OrderID] || t.own[row.AttemptID] || t.own[row.ClipID]
	words := t.words(own || t.mentioned(row.Args))
	if own && row.Reason != "" {
		row.Reason = blot.Mark
	}
	row.Reason, row.Args = blot.Text(row.Reason, words), blotArgs(row.Args, words, own)
	return row
}

// typedIn are the columns in which people write of whom they want. Names of halls
// and of phones, settings and accounts are kept as they are.
var typedIn = []typedColumn{
	{"decisions", "reason"}, {"irregularities", "remark"}, {"departures", "remark"}, {"marks", "remarks"}, {"mark_drafts", "remarks"}, {"recusals", "reason"}, {"standards", "reason"}, {"probes", "said"}, {"appeals", "reason"}, {"probe_releases", "reason"}, {"closed_rows", "reason"},
	{"help_answers", "text"}, {"loans", "out_reason"}, {"loans", "forced_for"}, {"proposals", "args"}, {"proposals", "rejected_for"}, {"proposals", "concerned"}, {"proposals", "result"},
	{"parcels", "reason"}, {"parcels", "title"}, {"imports", "name"}, {"syllabus_imports", "name"}, {"clips", "name"}, {"uploads", "name"}, {"phrases", "phrase"}, {"result_lists", "reason"},
	{"result_publications", "reason"}, {"findings", "detail"}, {"orders", "photo_name"}, {"batches", "reasons"},
}

type typedColumn struct{ table, column string }

// typedText is a text about others that loses words.
type typedText struct{ table, column, was, left string }

func (t ties) typed(ctx context.Context, tx *sql.Tx) (found []typedText, err error) {
	for _, place := range typedIn {
		texts, err := listTexts(ctx, tx, fmt.Sprintf("SELECT DISTINCT %[2]s FROM %[1]s WHERE %[2]s <> ''", place.table, place.column), nil)
		if err != nil {
			return nil, err
		}
		for _, text := range texts {
			if left := blotArgs(text, t.words(t.mentioned(text)), false); left != text {
				found = append(found, typedText{place.table, place.column, text, left})
			}
		}
	}
	return found, nil
}

// blotTyped takes words out of what was written of others. Of two phrases that are
// alike without the word one stays.
func (c *change) blotTyped(texts []typedText) error {
	for _, one := range texts {
		statement := fmt.Sprintf("UPDATE OR REPLACE %[1]s SET %[2]s = ? WHERE %[2]s = ?", one.table, one.column) //nolint:gosec // names of the list
		if _, err := c.tx.ExecContext(c.ctx, statement, one.left, one.was); err != nil {
			return fmt.Errorf("%s.%s: %w", one.table, one.column, err)
		}
	}
	return nil
}
