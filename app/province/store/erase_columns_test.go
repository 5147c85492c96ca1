package store_test

import (
	"regexp"
	"strings"
	"testing"

	"kaodian/app/province/store"
)

// holdNobody are the columns that an erasure leaves as they are, and why they hold
// nothing of a candidate.
var holdNobody = []struct{ why, columns string }{
	{"a random id, or one of the syllabus", `orders.id pieces.order_id attempts.id attempts.order_id items.attempt_id items.id items.question_id clips.id clips.attempt_id clips.item_id examinations.id
		examinations.order_id examinations.clip_id marks.order_id marks.item_id decisions.id decisions.order_id decisions.clip_id irregularities.id irregularities.order_id
		irregularities.attempt_id irregularities.clip_id erasures.id erasures.order_id erasures.clip_id facts.order_id facts.attempt_id facts.clip_id subjects.order_id invitations.id sessions.id media.owner`},
	{"a word of the program, or a version", `orders.status attempts.state attempts.rules_version items.kind clips.type clips.state examinations.program marks.side marks.technique marks.tempo
		marks.interpretation marks.level decisions.side decisions.kind decisions.by_role irregularities.category irregularities.by_role erasures.what erasures.by_role facts.action facts.by_role
		batches.status media.type media.role users.role audit.action notices.kind published.kind parcels.outcome parcels.by_role invitations.kind invitations.role sessions.device_kind`},
	{"an account or an examiner, of the centre or of the province", `marks.examiner marks.by_name decisions.by_name irregularities.by_name erasures.by_name facts.by_name parcels.by_name users.name
		users.password users.centres invitations.name invitations.centres invitations.created_by sessions.user sessions.address login_failures.key login_failures.account audit.by_name`},
	{"of the syllabus or of its bank", "orders.subject items.name items.question_title expected.subject expected.day"},
	{"of a centre, an install or a batch", `centres.name centres.drop_url centres.token centres.title installs.centre installs.install installs.minisign_key installs.age_recipient installs.last_manifest
		batches.centre batches.install batches.manifest_sha256 batches.sums subjects.install notices.name published.centre published.install published.manifest_sha256 parcels.install
		parcels.manifest_sha256 expected.centre expected.install`},
	{"written by the province's people or its program, of centres and batches", "batches.reasons batches.set_aside_reason notices.reasons audit.subject audit.args settings.name settings.value published.title invitations.secret"},
	{"why a centre refused a whole list", "parcels.reason"},
	{"a hash of the chain, or of what went", "audit.previous audit.hash audit_head.hash batches.audit_hash facts.hash erasures.sha256"},
	{"checked at the centre to name nobody, when it is written", "erasures.reason"},
	{"file by file: they go where no order has them any more (dropMedia)", "media.sha256 media.sealed"},
}

// A migration that adds a text has to say what an erasure does with it, as at the
// centre: that the order's goes or is emptied, or why it holds nobody.
func TestR25_EveryTextOfTheProvinceHasItsPlaceInAnErasure(t *testing.T) {
	said, emptied := map[string]bool{}, map[string]bool{}
	for _, one := range holdNobody {
		for _, column := range strings.Fields(one.columns) {
			said[column] = true
		}
	}
	for _, column := range store.TypedIn() {
		said[column] = true
	}
	removed := map[string]bool{}
	for _, statement := range store.ErasedOfPerson() {
		if table := regexp.MustCompile(`^DELETE FROM (\w+)`).FindStringSubmatch(statement); table != nil {
			removed[table[1]] = true
			continue
		}
		table := regexp.MustCompile(`^UPDATE (\w+) SET`).FindStringSubmatch(statement)[1]
		for _, column := range regexp.MustCompile(`(\w+) = (?:''|NULL|'\{\}')`).FindAllStringSubmatch(statement, -1) {
			emptied[table+"."+column[1]] = true
		}
	}
	known := map[string]bool{}
	columns, err := newStore(t).TextsForTest()
	if err != nil || len(columns) < 50 {
		t.Fatal(columns, err)
	}
	for _, column := range columns {
		known[column] = true
		table, _, _ := strings.Cut(column, ".")
		if !said[column] && !emptied[column] && !removed[table] && table != "goose_db_version" {
			t.Errorf("nobody decided what an erasure does with %s", column)
		}
	}
	for column := range said {
		if !known[column] {
			t.Errorf("there is no %s", column)
		}
	}
}
