package store_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kaodian/app/centre/store"
)

// holdNobody are the columns that an erasure leaves as they are, and why they hold
// nothing of a candidate. The search after an erasure reads them all the same.
var holdNobody = []struct{ why, columns string }{
	{"a random id, by which a row is named in the log and in batches", `appeals.id appeals.order_id attempts.id attempts.order_id audit.order_id audit.attempt_id audit.clip_id batch_orders.order_id clips.id
		clips.attempt_id day_voids.attempt_id day_voids.proposal_id decisions.id decisions.order_id decisions.clip_id erased_lines.erasure_id erasures.id erasures.order_id imports.id invitations.id
		irregularities.id irregularities.order_id irregularities.attempt_id irregularities.clip_id items.attempt_id items.question_id loan_phones.id marks.order_id orders.id person_erasures.id probes.order_id proposals.id
		questions.id recusals.order_id rehearsals.id rehearsal_phones.rehearsal_id result_lists.id result_publications.order_id results.order_id results.list_id syllabus_imports.id`},
	{"a word of the program", `attempts.state attempts.rules_version attempts.voided_from audit.action audit.by_role batches.state clips.state clips.taken_in day_voids.outcome decisions.kind
		decisions.by_role erasures.what erasures.by_role imports.kind invitations.kind invitations.role irregularities.category irregularities.by_role items.kind marks.technique
		marks.tempo marks.interpretation marks.level parcels.kind parcels.state parcels.by_role person_erasures.by_role proposals.kind proposals.refused questions.type rehearsals.state
		results.outcome appeals.former appeals.level probes.kind probes.level probes.given setup_steps.name setup_steps.outcome choices.name users.role rehearsals.verdict syllabus_items.kind items.question_type`},
	{"an account of the staff's, or who it was of them: not the candidate's to be erased", `appeals.by_name appeals.examiner audit.by_name choices.by_name decisions.by_name desk_devices.allowed_by erasures.by_name imports.by_name
		imports.undone_by invitations.name invitations.created_by irregularities.by_name marks.by_name parcels.by_name person_erasures.by_name phrases.by_name proposals.proposed_by
		proposals.decided_by probes.examiner probe_releases.examiner probe_releases.by_name recusals.examiner recusals.by_name rehearsals.by_name result_lists.by_name result_lists.committee result_publications.by_name setup_steps.by_name syllabus_imports.by_name
		syllabus_imports.undone_by users.name users.password`},
	{"of the syllabus or of its bank, as is an item's name and place", `orders.subject items.id items.name items.question_title items.question_file questions.subject questions.item questions.title questions.file clips.item_id
		marks.item_id results.subject syllabus_items.subject syllabus_items.name syllabus_items.group_name syllabus_imports.former syllabus_imports.left_as`},
	{"a hash or an id of the chain, of installs and of batches", "audit.previous audit.hash audit_head.hash batch_orders.install batches.install batches.manifest_sha256 erased_lines.remains parcels.install parcels.manifest_sha256 parcels.told_install"},
	{"the centre's own: a hall, a phone, a desk's browser, a setting, a secret, a day", `halls.name loan_phones.name loan_phones.device loan_phones.link desk_devices.device desk_devices.number settings.name settings.value
		invitations.secret rehearsal_phones.browser result_lists.met_on`},
	{"three bytes of a keyed hash, which fit many, and the erasure that they are of", "erased_marks.mark erased_marks.erasure_id"},
	{"times that were granted, as numbers", "attempts.grants"},
	{"checked to name nobody, when it is written", "erasures.reason person_erasures.reason"},
	{"ids, counts and names of files, of which those of photos go with the proof", "person_erasures.orders person_erasures.places person_erasures.files person_erasures.proof trash.path"},
}

// byLines are the columns of the log, which lose words line by line.
var byLines = []string{"audit.reason", "audit.args"}

// A migration that adds a text has to say what an erasure does with it: that it goes
// or is emptied with the person's rows (erasePlaces), that people write in it
// (typedIn), or why it holds nobody.
func TestR25_EveryTextOfTheDatabaseHasItsPlaceInAnErasure(t *testing.T) {
	c := newCentre(t)
	said := map[string]string{}
	say := func(column, what string) {
		if before := said[column]; before != "" && before != what {
			t.Errorf("%s is said to be %s and %s", column, before, what)
		}
		said[column] = what
	}
	for _, one := range holdNobody {
		for _, column := range strings.Fields(one.columns) {
			say(column, "nobody's: "+one.why)
		}
	}
	for _, column := range slices.Concat(store.TypedIn(), byLines) {
		say(column, "blotted")
	}
	removed, emptied := erased(t, c)
	known := map[string]bool{}
	for _, column := range c.texts(t, "SELECT m.name || '.' || c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND c.type IN ('TEXT', 'BLOB', 'ANY', '')") {
		known[column] = true
		table, _, _ := strings.Cut(column, ".")
		if said[column] == "" && !emptied[column] && !removed[table] && table != "goose_db_version" {
			t.Errorf("nobody decided what an erasure does with %s", column)
		}
		if strings.HasPrefix(said[column], "nobody's") && emptied[column] {
			t.Errorf("%s is emptied and said to hold nobody", column)
		}
	}
	for column := range said {
		if !known[column] {
			t.Errorf("there is no %s", column)
		}
	}
}

// erased are the tables whose rows go, by themselves or with what they refer to, and
// the columns that are emptied. A table of which only some rows go has to say it
// column by column.
func erased(t *testing.T, c *centre) (removed, emptied map[string]bool) {
	t.Helper()
	removed, emptied = map[string]bool{}, map[string]bool{}
	kept := map[string]bool{}
	for _, place := range store.ErasePlaces() {
		for _, column := range regexp.MustCompile(`(\w+) = `).FindAllStringSubmatch(place.Set, -1) {
			emptied[place.Table+"."+column[1]] = true
		}
		kept[place.Table] = kept[place.Table] || place.Set != ""
		removed[place.Table] = true
	}
	for table := range kept {
		removed[table] = removed[table] && !kept[table]
	}
	delete(removed, "day_voids") // of practice runs only
	for range 3 {
		for _, pair := range c.texts(t, "SELECT m.name || ' ' || f.\"table\" FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' AND f.on_delete = 'CASCADE'") {
			if child, parent, _ := strings.Cut(pair, " "); removed[parent] && !kept[child] {
				removed[child] = true
			}
		}
	}
	return removed, emptied
}

func (c *centre) texts(t *testing.T, statement string) (list []string) {
	t.Helper()
	rows, err := c.DB().QueryContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		list = append(list, text)
	}
	if err := rows.Err(); err != nil || len(list) == 0 {
		t.Fatal(fmt.Errorf("%s: %w", statement, err))
	}
	return list
}
