package store

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"kaodian/app/exam"
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
	ofClips    = "clip_id IN (SELECT id FROM clips WHERE " + ofAttempts + ")"
)

// erasePlaces are all tables in which a person lies, in an order in which a row goes
// before what it refers to. inventory.md of package erase says what each holds.
var erasePlaces = []erasePlace{
	{name: "findings", table: "findings", where: ofClips},
	{name: "prints", table: "prints", where: ofClips},
	{name: "announcement ticks", table: "hearings", where: ofClips},
	{name: "departures", table: "departures", where: ofClips},
	{name: "jobs", table: "jobs", where: ofClips},
	{name: "uploads", table: "uploads", where: ofAttempts},
	{name: "clips", table: "clips", where: ofAttempts, set: `name = '', sha256 = '', type = '', rendition_sha256 = '', hints = '[]', good = '[]', sheet_times = '[]',
		rendition = 0, preview = 0, thumbnail = 0, playable = 0, behind = NULL, wanted_at = NULL, removed_at = coalesce(removed_at, :now)`},
	{name: "attempts", table: "attempts", where: ofOrders, set: "code = '', device = ''"},
	{name: "marks", table: "marks", where: ofOrders, set: "remarks = ''"},
	{name: "drafts of marks", table: "mark_drafts", where: ofOrders},
	{name: "decisions", table: "decisions", where: ofOrders, set: "reason = ''"},
	{name: "irregularities", table: "irregularities", where: ofOrders, set: "remark = ''"},
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

// typed are the columns in which staff may have written of the person in what
// concerns somebody else; there the words that are the person's alone go.
var typed = []struct{ table, column string }{
	{"decisions", "reason"}, {"irregularities", "remark"}, {"departures", "remark"}, {"marks", "remarks"}, {"mark_drafts", "remarks"}, {"closed_rows", "reason"},
	{"help_answers", "text"}, {"loans", "out_reason"}, {"loans", "forced_for"}, {"proposals", "args"}, {"proposals", "rejected_for"}, {"parcels", "reason"},
	{"imports", "name"}, {"syllabus_imports", "name"}, {"clips", "name"},
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

// bound are the arguments of every statement of a person.
func (w Whom) bound(now int64) ([]any, error) {
	orders, err := json.Marshal(append([]string{}, w.Orders...))
	if err != nil {
		return nil, err
	}
	var accounts []string
	for _, ticket := range w.Tickets {
		accounts = append(accounts, TicketAccount(ticket))
	}
	names, err := json.Marshal(append([]string{}, accounts...))
	return []any{sql.Named("orders", string(orders)), sql.Named("person", w.Person), sql.Named("accounts", string(names)), sql.Named("now", now)}, err
}

func (p erasePlace) count(q rowQuerier, args []any) (Found, error) {
	found := Found{Place: p.name, Done: DoneRemoved}
	if p.set != "" {
		found.Done = DoneEmptied
	}
	err := q(fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", p.table, p.where), args...).Scan(&found.Count)
	return found, err
}

func (p erasePlace) statement() string {
	if p.set == "" {
		return fmt.Sprintf("DELETE FROM %s WHERE %s", p.table, p.where)
	}
	return fmt.Sprintf("UPDATE %s SET %s WHERE %s", p.table, p.set, p.where)
}

// rowQuerier reads one row of a transaction.
type rowQuerier func(statement string, args ...any) *sql.Row

// folded is how words are compared: as ID numbers are.
func folded(words ...string) (all []string) {
	for _, word := range words {
		if word := exam.FoldID(word); word != "" {
			all = append(all, word)
		}
	}
	return all
}
