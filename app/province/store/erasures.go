package store

import (
	"database/sql"
	"fmt"
	"strings"

	"kaodian/app/exam"
)

// What a centre told of as erased.
const (
	erasedPerson   = "person"
	erasedEvidence = "evidence"
)

// examinationsOf are an order's examinations, in whatever batch.
const examinationsOf = "(batch, examination) IN (SELECT batch, id FROM examinations WHERE order_id = ?1)"

// clipsOf are an order's clips, in whatever batch.
const clipsOf = "(batch, attempt_id) IN (SELECT batch, id FROM attempts WHERE order_id = ?1)"

// personStatements take the person out of an order, in all batches. What counts need
// stays: subject, grade, times, states, levels.
var personStatements = []string{
	"DELETE FROM evidence WHERE " + examinationsOf,
	"DELETE FROM findings WHERE " + examinationsOf,
	"DELETE FROM ticks WHERE order_id = ?1",
	"DELETE FROM departures WHERE order_id = ?1",
	"DELETE FROM pieces WHERE order_id = ?1",
	"UPDATE items SET piece = '' WHERE " + clipsOf,
	"UPDATE marks SET remarks = '' WHERE order_id = ?1",
	"UPDATE decisions SET reason = '' WHERE order_id = ?1",
	"UPDATE irregularities SET remark = '' WHERE order_id = ?1",
	"UPDATE facts SET reason = '', args = '{}' WHERE order_id = ?1 AND action <> 'person_erased'",
	"UPDATE attempts SET code = '' WHERE order_id = ?1",
	"UPDATE clips SET sha256 = '', rendition = NULL WHERE " + clipsOf,
	// what was published to the centre awaits the order by its ticket number
	`DELETE FROM expected WHERE (centre, ticket) IN (
		SELECT batches.centre, orders.ticket FROM orders JOIN batches ON batches.number = orders.batch WHERE orders.id = ?1)`,
	`UPDATE orders SET ticket = '', name = '', pinyin = '', gender = '', birth_date = '', id_type = '', id_number = '', guardian_address = '', phone = '',
		photo = NULL, photo_taken = '', consent = '', consent_guardian = '', consent_at = NULL WHERE id = ?1`,
}

// evidenceStatements take out what was seen of a face: the consent was withdrawn (R25).
func evidenceStatements() []string {
	var kinds []string
	for _, kind := range exam.FaceKinds() {
		kinds = append(kinds, "'"+string(kind)+"'")
	}
	faces := examinationsOf + " AND (batch, examination, %s) IN (SELECT batch, examination, place FROM findings WHERE kind IN (" + strings.Join(kinds, ", ") + "))"
	return []string{
		"DELETE FROM evidence WHERE " + fmt.Sprintf(faces, "finding"),
		"UPDATE evidence SET frame = NULL WHERE " + examinationsOf,
		"DELETE FROM findings WHERE " + fmt.Sprintf(faces, "place"),
		"UPDATE orders SET consent = 'declined' WHERE id = ?1 AND consent = 'given'",
	}
}

// applyErasures erases what this batch, or an earlier one, tells of as erased among
// the orders of this one: also an order that comes once more. It returns the media
// that no order has any more.
func (c *change) applyErasures(number int64) (media []string, err error) {
	told, err := c.listErasures(number)
	if err != nil {
		return nil, err
	}
	for _, one := range told {
		gone, err := c.applyErasure(one)
		if err != nil {
			return nil, fmt.Errorf("erase %s of order %s: %w", one.what, one.order, err)
		}
		media = append(media, gone...)
	}
	return media, nil
}

type toldErasure struct {
	order, what string
	new         bool // no earlier batch told of it
}

func (c *change) listErasures(number int64) (told []toldErasure, err error) {
	rows, err := c.tx.QueryContext(c.ctx, `
		SELECT DISTINCT e.order_id, e.what,
			NOT EXISTS (SELECT 1 FROM erasures AS before WHERE before.order_id = e.order_id AND before.what = e.what AND before.batch <> ?1)
		FROM erasures AS e
		JOIN subjects ON subjects.batch = ?1 AND subjects.order_id = e.order_id
		WHERE e.batch = ?1 OR e.what = ?2`, number, erasedPerson)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var one toldErasure
		if err := rows.Scan(&one.order, &one.what, &one.new); err != nil {
			return nil, err
		}
		told = append(told, one)
	}
	return told, rows.Err()
}

func (c *change) applyErasure(one toldErasure) (gone []string, err error) {
	statements := personStatements
	switch one.what {
	case erasedPerson:
		if err := c.blotOthers(one.order); err != nil {
			return nil, err
		}
	case erasedEvidence:
		statements = evidenceStatements()
	default:
		return nil, nil // a word of a newer centre: it is shown, and nothing follows from it
	}
	before, err := c.mediaOf(one.order)
	if err != nil {
		return nil, err
	}
	for _, statement := range statements {
		if _, err := c.tx.ExecContext(c.ctx, statement, one.order); err != nil {
			return nil, err
		}
	}
	for _, sha256 := range before {
		unnamed, err := c.dropMedia(sha256)
		if err != nil {
			return nil, err
		}
		if unnamed {
			gone = append(gone, sha256)
		}
	}
	if !one.new {
		return gone, nil
	}
	return gone, c.audit(Entry{Action: ActionErasureApplied, Subject: one.order, Args: map[string]any{"what": one.what, "files": len(gone)}})
}

// mediaOf are the hashes of all files of an order.
func (c *change) mediaOf(order string) (sums []string, err error) {
	rows, err := c.tx.QueryContext(c.ctx, `
		SELECT photo FROM orders WHERE id = ?1
		UNION SELECT sha256 FROM clips WHERE `+clipsOf+`
		UNION SELECT rendition FROM clips WHERE `+clipsOf+`
		UNION SELECT frame FROM evidence WHERE `+examinationsOf, order)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var sum sql.NullString
		if err := rows.Scan(&sum); err != nil {
			return nil, err
		}
		if sum.String != "" {
			sums = append(sums, sum.String)
		}
	}
	return sums, rows.Err()
}

// dropMedia forgets a file that nothing here names any more.
func (c *change) dropMedia(sha256 string) (gone bool, err error) {
	done, err := c.tx.ExecContext(c.ctx, `
		DELETE FROM media
		WHERE sha256 = ?1
			AND NOT EXISTS (SELECT 1 FROM orders WHERE photo = ?1)
			AND NOT EXISTS (SELECT 1 FROM clips WHERE clips.sha256 = ?1 OR rendition = ?1)
			AND NOT EXISTS (SELECT 1 FROM evidence WHERE frame = ?1)`, sha256)
	if err != nil {
		return false, err
	}
	rows, err := done.RowsAffected()
	return rows > 0, err
}
