package store

import (
	"context"
	"database/sql"
	"fmt"

	"kaodian/app/base/blot"
)

// erasePlace is a table in which a person lies: which of its rows, and what becomes
// of them: set is what they are emptied of, "" where the row goes. Statements know
// :orders (ids, as JSON), :person (the person's key), :accounts (log-ins, as JSON).
type erasePlace struct {
	name, table, where, set string
}

const (
	ofOrders   = "order_id IN (SELECT value FROM json_each(:orders))"
	ofAttempts = "attempt_id IN (SELECT id FROM attempts WHERE " + ofOrders + ")"
	ofPractice = "attempt_id IN (SELECT id FROM attempts WHERE practice = 1 AND " + ofOrders + ")"
	ofClips    = "clip_id IN (SELECT id FROM clips WHERE " + ofAttempts + ")"
)

// blotted keeps of a text that there was one.
func blotted(column string) string {
	return "CASE " + column + " WHEN '' THEN '' ELSE '" + blot.Mark + "' END"
}

// erasePlaces are all tables in which a person lies, in an order in which a row goes
// before what it refers to. inventory.md of package erase says what each holds.
var erasePlaces = []erasePlace{
	{name: "videos of practice runs", table: "clips", where: ofPractice},
	{name: "practice runs of a voided day", table: "day_voids", where: ofPractice},
	{name: "practice runs", table: "attempts", where: "practice = 1 AND " + ofOrders},
	{name: "findings", table: "findings", where: ofClips},
	{name: "prints", table: "prints", where: ofClips},
	{name: "announcement ticks", table: "hearings", where: ofClips},
	{name: "departures", table: "departures", where: ofClips},
	{name: "jobs", table: "jobs", where: ofClips},
	{name: "uploads", table: "uploads", where: ofAttempts},
	{name: "clips", table: "clips", where: ofAttempts, set: `name = '', sha256 = '', type = '', rendition_sha256 = '', hints = '[]', good = '[]', sheet_times = '[]',
		rendition = 0, preview = 0, thumbnail = 0, playable = 0, behind = NULL, wanted_at = NULL, removed_at = coalesce(removed_at, :now)`},
	{name: "attempts", table: "attempts", where: ofOrders, set: "code = '', device = ''"},
	{name: "items", table: "items", where: ofAttempts, set: "piece = ''"},
	{name: "confirmed results", table: "results", where: ofOrders, set: "ticket = '', name = '', items = '[]', reason = " + blotted("reason")},
	{name: "published results", table: "result_publications", where: ofOrders, set: "reason = " + blotted("reason")},
	{name: "marks", table: "marks", where: ofOrders, set: "remarks = " + blotted("remarks")},
	{name: "drafts of marks", table: "mark_drafts", where: ofOrders},
	{name: "recusals", table: "recusals", where: ofOrders, set: "reason = " + blotted("reason")},
	{name: "standard orders", table: "standards", where: ofOrders},
	{name: "appeals", table: "appeals", where: ofOrders, set: "reason = " + blotted("reason")},
	{name: "probes under way", table: "probes", where: ofOrders + " AND finished_at IS NULL"},
	{name: "probes", table: "probes", where: ofOrders, set: "said = '{}'"},
	{name: "decisions", table: "decisions", where: ofOrders, set: "reason = " + blotted("reason")},
	{name: "irregularities", table: "irregularities", where: ofOrders, set: "remark = " + blotted("remark")},
	{name: "closed rows", table: "closed_rows", where: ofAttempts},
	{name: "check-ins", table: "check_ins", where: ofOrders},
	{name: "consents on paper", table: "consent_papers", where: ofOrders},
	{name: "turns", table: "turns", where: ofOrders},
	{name: "calls", table: "turn_acts", where: ofOrders},
	{name: "passes", table: "passes", where: ofOrders},
	{name: "loans", table: "loans", where: ofOrders},
	{name: "emergency papers", table: "paper_sheets", where: ofOrders},
	{name: "calls for help", table: "help_calls", where: "person_key = :person OR " + ofOrders},
	{name: "sessions", table: "sessions", where: "kind = 'candidate' AND subject = :person"},
	{name: "wrong log-ins", table: "login_failures", where: "key IN (SELECT value FROM json_each(:accounts)) OR account IN (SELECT value FROM json_each(:accounts))"},
	{name: "imports kept for an undo", table: "import_orders", where: ofOrders},
	{name: "files of batches", table: "batch_media", where: "owner IN (SELECT value FROM json_each(:orders)) OR owner IN (SELECT id FROM clips WHERE " + ofAttempts + ")"},
	{name: "pieces", table: "order_pieces", where: ofOrders},
	{name: "orders", table: "orders", where: "id IN (SELECT value FROM json_each(:orders))", set: `ticket = 'erased-' || substr(id, 1, 12), ticket_key = 'erased-' || id,
		person_key = 'erased-' || id, id_number_key = 'erased-' || id, name = '', pinyin = '', gender = '', birth_date = '', id_type = '', id_number = '',
		guardian_address = '', phone = '', photo = '', photo_taken = '', photo_name = '', consent = '', consent_guardian = '', consent_at = NULL,
		practiced_at = NULL, erased_at = :now`},
}

// Found is how much of a person a place holds.
type Found struct {
	Place string `json:"place"`
	Count int    `json:"count"`
	// Done is what an erasure does there: emptied, removed, or kept for a reason.
	Done string `json:"done"`
}

// What an erasure does at a place.
const (
	DoneRemoved = "removed"
	DoneEmptied = "emptied"
)

func (p erasePlace) count(ctx context.Context, tx *sql.Tx, args []any) (Found, error) {
	found := Found{Place: p.name, Done: DoneRemoved}
	if p.set != "" {
		found.Done = DoneEmptied
	}
	err := tx.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", p.table, p.where), args...).Scan(&found.Count)
	return found, err
}

func (p erasePlace) statement() string {
	if p.set == "" {
		return fmt.Sprintf("DELETE FROM %s WHERE %s", p.table, p.where)
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE %s", p.table, p.set, p.where)
}
