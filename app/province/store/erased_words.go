package store

import (
	"encoding/json"
	"fmt"

	"kaodian/app/base/blot"
)

// typedIn are the columns in which a centre's people write of whom they want.
var typedIn = []struct{ table, column string }{
	{"marks", "remarks"}, {"decisions", "reason"}, {"irregularities", "remark"}, {"facts", "reason"}, {"facts", "args"},
}

// sureWords are the person's numbers and name as far as no other order has them, also
// as a piece, and they are no words of a language.
func (c *change) sureWords(order string) (sure []blot.Word, err error) {
	words, err := c.wordsOf(order)
	if err != nil {
		return nil, err
	}
	for _, word := range words {
		var others bool
		err := c.tx.QueryRowContext(c.ctx, `
			SELECT EXISTS (
				SELECT 1 FROM orders
				WHERE id <> ?1 AND instr(lower(ticket || ' ' || id_number || ' ' || phone || ' ' || name), ?2) > 0)`, order, string(word)).Scan(&others)
		if err != nil {
			return nil, err
		}
		if !others {
			sure = append(sure, word)
		}
	}
	return sure, nil
}

// wordsOf are the order's numbers and names in all batches that are long enough.
func (c *change) wordsOf(order string) (words []blot.Word, err error) {
	rows, err := c.tx.QueryContext(c.ctx, `
		SELECT 0, ticket FROM orders WHERE id = ?1
		UNION SELECT 0, id_number FROM orders WHERE id = ?1
		UNION SELECT 0, phone FROM orders WHERE id = ?1
		UNION SELECT 1, name FROM orders WHERE id = ?1`, order)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var isName bool
		var text string
		if err := rows.Scan(&isName, &text); err != nil {
			return nil, err
		}
		if word := blot.Fold(text); isName && blot.IsSureName(text) || !isName && word.IsSure() {
			words = append(words, word)
		}
	}
	return words, rows.Err()
}

// blotOthers takes the person's sure words out of what the same centre told of others.
func (c *change) blotOthers(order string) error {
	words, err := c.sureWords(order)
	if err != nil || len(words) == 0 {
		return err
	}
	for _, place := range typedIn {
		texts, err := c.textsOf(place.table, place.column, order)
		if err != nil {
			return err
		}
		for _, was := range texts {
			if left := blotted(was, words); left != was {
				statement := fmt.Sprintf("UPDATE %[1]s SET %[2]s = ? WHERE %[2]s = ?", place.table, place.column) //nolint:gosec // names of the list
				if _, err := c.tx.ExecContext(c.ctx, statement, left, was); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// blotted is a text without the words; of JSON that would be none any more nothing stays.
func blotted(text string, words []blot.Word) string {
	left := blot.Text(text, words)
	if left != text && json.Valid([]byte(text)) && !json.Valid([]byte(left)) {
		return "{}"
	}
	return left
}

// textsOf are the texts of a column in batches of the order's centre.
func (c *change) textsOf(table, column, order string) (texts []string, err error) {
	rows, err := c.tx.QueryContext(c.ctx, fmt.Sprintf(`
		SELECT DISTINCT %[2]s FROM %[1]s
		WHERE %[2]s NOT IN ('', '{}', 'null') AND batch IN (
			SELECT number FROM batches
			WHERE centre IN (SELECT batches.centre FROM orders JOIN batches ON batches.number = orders.batch WHERE orders.id = ?1))`, table, column), order)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, rows.Err()
}
