package erase_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/erase"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// demo is a centre with a person in every place, and what is searched for.
type demo struct {
	*webtest.Centre
	eraser *erase.Eraser
	order  string
}

// words are what nobody may find afterwards; the guardian's name stands in a consent.
func words() []string {
	list := []string{webtest.SecretName, "诸葛大伯"}
	for name, word := range webtest.Personal {
		if name != "another order" {
			list = append(list, word)
		}
	}
	return list
}

func newDemo(t *testing.T) *demo {
	t.Helper()
	d := &demo{Centre: webtest.New(t)}
	d.eraser = &erase.Eraser{Store: d.Store, Folder: d.Server.Folder, Program: "test"}
	order, clip, _ := d.FinalOrder()
	d.order = order
	d.fill(order, clip)
	return d
}

func (d *demo) fill(order, clip string) {
	d.T.Helper()
	db := d.DB()
	var attempt, person string
	webtest.Must(d.T, db.QueryRowContext(d.T.Context(), "SELECT id FROM attempts WHERE order_id = ?", order).Scan(&attempt))
	webtest.Must(d.T, db.QueryRowContext(d.T.Context(), "SELECT person_key FROM orders WHERE id = ?", order).Scan(&person))
	named := webtest.SecretName + "说的"
	for _, statement := range []string{
		"UPDATE orders SET consent = 'given', consent_guardian = '诸葛大伯', consent_at = 1, photo_name = 'TICKET-77.jpg'",
		"UPDATE clips SET name = '诸葛小欢的曲子.mp4'",
		"UPDATE attempts SET device = 'device'",
		"INSERT INTO uploads (id, attempt_id, item_id, device, name, type, metadata, size, received, begun_at, expires_at) VALUES ('upload1', 'ATTEMPT', '2', '', '诸葛小欢的曲子.mp4', '', '', 10, 5, 1, 1)",
		"INSERT INTO prints (clip_id, duration_ms, pictures, sound) VALUES ('CLIP', 1, x'00', x'00')",
		"INSERT INTO hearings VALUES ('CLIP', 'name', 'heard', 'e', 1)",
		"INSERT INTO departures VALUES ('CLIP', 'd', 'hat', NULL, 'NAMED', 'e', 1)",
		"INSERT INTO marks VALUES ('ORDER', '1', '', '', '', '', 'NAMED', 'e', 1, 1)",
		"INSERT INTO mark_drafts VALUES ('ORDER', '1', '', '', '', '', 'NAMED', 'e', 1)",
		"INSERT INTO phrases VALUES ('e', 'NAMED', 1), ('e', 'the third bar', 1)",
		"INSERT INTO decisions VALUES ('dec', 'ORDER', 'disqualified', '', 'NAMED', 'staff', 'x', 1, 0, NULL, NULL)",
		"INSERT INTO irregularities VALUES ('irr', 'ORDER', '', 'power', 'NAMED', 'staff', 'x', 1, NULL, '')",
		"INSERT INTO recusals VALUES ('ORDER', 'e', 'NAMED', 'x', 1)",
		"INSERT INTO standards VALUES ('ORDER', 'good', 'NAMED', 'x', 1)",
		`INSERT INTO probes VALUES ('e', 'ORDER', 'seed', 'good', 1, 'good', 1, 1, '{"Marks":[{"Remarks":"NAMED"}]}')`,
		`INSERT INTO probes VALUES ('f', 'ORDER', 'seed', 'good', 1, '', 1, NULL, '{"Marks":[{"Remarks":"NAMED"}]}')`,
		"INSERT INTO appeals VALUES ('ap', 'ORDER', 'NAMED', 'x', 1, 'good', 1, 'e', 'good', 0, 1)",
		"INSERT INTO probe_releases VALUES ('e', 1, 'NAMED', 'x')",
		"INSERT INTO closed_rows VALUES ('ATTEMPT', 'NAMED', 'x', 1)",
		"INSERT INTO check_ins VALUES ('c', 'ORDER', 1, 1, 'staff', 'x', 'passport', NULL)",
		"INSERT INTO consent_papers VALUES ('ORDER', '" + strings.Repeat("aa", 32) + "', 'image/jpeg', 'given', 'x', 1)",
		"INSERT INTO halls VALUES (1, '', NULL)",
		"INSERT INTO turns VALUES ('ORDER', '2026-08-03', 1, 1)",
		"INSERT INTO turn_acts (order_id, day, hall, kind, at, by_name) VALUES ('ORDER', '2026-08-03', 1, 'called', 1, 'x')",
		"INSERT INTO passes VALUES ('p', 'ORDER', 'phone', 1, 2, NULL, '')",
		"INSERT INTO loan_phones (id, name, added_at) VALUES ('lp', '7', 1)",
		"INSERT INTO loans (id, phone_id, order_id, state, begun_at, begun_by, forced_for) VALUES ('l', 'lp', 'ORDER', 'over', 1, 'x', 'NAMED')",
		"INSERT INTO paper_sheets VALUES ('s', 'pack', 'ORDER', 1, 1, '1234')",
		"INSERT INTO help_calls VALUES ('h', 'dev', 'PERSON', 'ORDER', '', '', 'sound', 1, 1, NULL, '{}')",
		"INSERT INTO help_answers VALUES ('a', 'h', 'text', 'NAMED', 1, 'x', NULL)",
		"INSERT INTO login_failures VALUES ('ticket:ticket-77', 1, 1, 'ticket:ticket-77')",
		"INSERT INTO batches (install, sequence, state, manifest_sha256, orders, files, bytes, sealed_at) VALUES ('0123456789abcdef', 1, 'accepted', '', 1, 1, 1, 1)",
		"INSERT INTO batch_orders VALUES ('0123456789abcdef', 1, 'ORDER', 1, 0)",
		"INSERT INTO batch_media VALUES ('0123456789abcdef', 1, 'original', 'CLIP', 'x', 'y')",
		`INSERT INTO attempts (id, order_id, practice, number, state, started_at, deadline, ended_at, limit_ms, extra_ms, code, device, rules_version)
			SELECT 'practice1', order_id, 1, 1, 'submitted', started_at, deadline, ended_at, limit_ms, 0, code, device, rules_version FROM attempts WHERE id = 'ATTEMPT'`,
		"INSERT INTO items SELECT 'practice1', id, place, name, kind, piece, question_id, question_title, question_file, question_type FROM items WHERE attempt_id = 'ATTEMPT'",
		"INSERT INTO clips (id, attempt_id, item_id, name, size, received_at) VALUES ('practiceclip', 'practice1', '1', '诸葛小欢练习.mp4', 1, 1)",
		"INSERT INTO result_lists VALUES ('rl', 1, '2026-08-03', '[\"甲\"]', 'NAMED', 0, 'x', 1)",
		"INSERT INTO results VALUES ('ORDER', 1, 'rl', 'TICKET-77', '诸葛小欢', '钢琴', 3, 'pass', 'NAMED', '[]')",
		"INSERT INTO result_publications VALUES ('ORDER', 1, 1, 'NAMED', 'x', 1)",
		"INSERT INTO proposals (id, kind, args, proposed_at, proposed_by, expires_at) VALUES ('pp', 'void_day', '{}', 1, 'x', 2)",
		"INSERT INTO day_voids VALUES ('pp', 'practice1', '')",
		"INSERT INTO proposals (id, kind, args, proposed_at, proposed_by, expires_at) VALUES ('pr', 'void_day', '{\"day\":\"2026-08-03\",\"reason\":\"NAMED\"}', 1, 'x', 2)",
	} {
		statement = strings.NewReplacer("ORDER", order, "ATTEMPT", attempt, "CLIP", clip, "PERSON", person, "NAMED", named).Replace(statement)
		if _, err := db.ExecContext(d.T.Context(), statement); err != nil {
			d.T.Fatalf("%s: %v", statement, err)
		}
	}
	d.another()
	webtest.Must(d.T, d.Audit(d.T.Context(), store.Entry{Action: store.ActionPhotoViewed, OrderID: order, Reason: named}))
	webtest.Must(d.T, d.Audit(d.T.Context(), store.Entry{Action: store.ActionPhotoViewed, Reason: named})) // of no order
	webtest.Must(d.T, d.Audit(d.T.Context(), store.Entry{Action: store.ActionPhotoViewed, Reason: "somebody else"}))
	for _, name := range []string{
		store.UploadFile("upload1"), store.RenditionFile(clip), store.PreviewFile(clip), store.ContactSheetFile(clip), store.ThumbnailFile(clip),
		store.ConsentFile(strings.Repeat("aa", 32)), "intake/x/list.xlsx", "kaodian.db.before-2-from-1", "demo/orders.csv",
	} {
		d.write(name, "this is "+webtest.SecretName+" with TICKET-77")
	}
}

// otherName is a candidate whose order was the person's by mistake, and is not any more.
const otherName = "司马相如"

func (d *demo) another() {
	d.T.Helper()
	was := exam.Registration{
		Ticket: "OTHERS-99", Name: webtest.SecretName, Pinyin: webtest.Personal["pinyin"], IDType: "居民身份证", IDNumber: webtest.Personal["ID number"],
		Subject: "古筝", Grade: 5, Pieces: []exam.Piece{{Title: "渔舟唱晚"}}, Window: exam.Window{OpensAt: d.Now(), ClosesAt: d.Now().Add(time.Hour)},
		Photo: strings.Repeat("ce", 32),
	}
	d.register(was)
	now := was
	now.Name, now.Pinyin, now.IDNumber, now.Photo = otherName, "Sima Xiangru", "370102201505050077", strings.Repeat("cf", 32)
	d.register(now)
	for _, photo := range []string{was.Photo, now.Photo} {
		d.write(store.PhotoFile(photo), "\xff\xd8\xff a photo")
	}
}

// register takes an order in, or changes it.
func (d *demo) register(g exam.Registration) {
	d.T.Helper()
	imported, err := d.ImportOrders(d.T.Context(), []exam.Registration{g}, false, false)
	if err != nil || len(imported.Refused) > 0 || imported.Added+imported.Changed != 1 {
		d.T.Fatalf("%+v, %v", imported, err)
	}
}

func (d *demo) write(name, content string) {
	d.T.Helper()
	path := d.Server.File(name)
	webtest.Must(d.T, os.MkdirAll(filepath.Dir(path), 0o700))
	webtest.Must(d.T, os.WriteFile(path, []byte(content), 0o600))
}

// search looks for the words in every byte of the data folder but the proofs' own
// words: also in media.
func (d *demo) search() map[string][]string {
	d.T.Helper()
	found := map[string][]string{}
	webtest.Must(d.T, filepath.WalkDir(d.Server.Folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, word := range words() {
			if bytes.Contains(bytes.ToLower(text), []byte(strings.ToLower(word))) {
				name, _ := filepath.Rel(d.Server.Folder, path)
				found[name] = append(found[name], word)
			}
		}
		return err
	}))
	return found
}

func (d *demo) whom() store.Whom {
	d.T.Helper()
	whom, err := d.FindWhom(d.T.Context(), " ticket-77 ")
	webtest.Must(d.T, err)
	return whom
}

func (d *demo) erasing(id string) store.Erasing {
	return store.Erasing{ID: id, Whom: d.whom(), Reason: "the guardian asked for it", By: exam.Actor{Role: exam.BySystem, Name: "op"}, Unsent: false}
}

// The search finds the person in every place of the inventory, and after the erasure
// in none, down to the database's free pages and its log (R25).
func TestAnErasedPersonIsFoundNowhereAndWasFoundEverywhere(t *testing.T) {
	d := newDemo(t)
	before, err := d.eraser.Find(t.Context(), d.whom())
	webtest.Must(t, err)
	for _, place := range before.Places {
		if place.Count == 0 {
			t.Errorf("the demonstration has nothing in «%s», so nobody knows whether it is found there", place.Place)
		}
	}
	held := d.search()
	if held["kaodian.db"] == nil && held["kaodian.db-wal"] == nil || held["demo/orders.csv"] == nil || held["kaodian.db.before-2-from-1"] == nil {
		t.Fatalf("the search finds only %v", held)
	}
	lines, err := d.VerifyAudit(t.Context())
	webtest.Must(t, err)

	proof, err := d.eraser.Erase(t.Context(), d.erasing("one"))
	webtest.Must(t, err)
	if left := d.search(); len(left) > 0 {
		t.Errorf("after the erasure the person stands in %v", left)
	}
	if !proof.Complete || len(proof.Search.Left)+len(proof.Search.Names) > 0 || proof.Search.Files == 0 {
		t.Errorf("the proof says %+v", proof.Search)
	}
	after, err := d.VerifyAudit(t.Context())
	if err != nil || after != lines+3 { // two orders, and the proof
		t.Errorf("the log has %d lines after %d: %v", after, lines, err)
	}
	if _, err := d.FindWhom(t.Context(), "TICKET-77"); !errors.Is(err, store.ErrNobody) {
		t.Errorf("the person is found again: %v", err)
	}
	if record, err := d.FindRecord(t.Context(), d.order); err != nil || record.Subject != "钢琴" || len(record.Attempts) != 1 || len(record.Erasures) != 1 {
		t.Errorf("what counts need is %+v, %v", record, err)
	}
	if rows, err := d.ListResults(t.Context(), store.Scope{}); err != nil || slices.ContainsFunc(rows, func(r store.ResultRow) bool { return r.OrderID == d.order }) {
		t.Errorf("the committee sees an order without a person, %v", err)
	}
	text, err := os.ReadFile(proof.File)
	if err != nil || !bytes.Contains(text, []byte("Nothing was found that is the person's alone.")) {
		t.Errorf("the proof reads %s, %v", text, err)
	}
	d.gone(store.PhotoFile(strings.Repeat("ab", 32)), store.PhotoFile(strings.Repeat("ce", 32)), store.ClipFile("practiceclip"), store.EvidenceFile(strings.Repeat("cd", 32)), store.UploadFile("upload1"))
}

func (d *demo) gone(names ...string) {
	d.T.Helper()
	for _, name := range names {
		if _, err := os.Stat(d.Server.File(name)); !errors.Is(err, fs.ErrNotExist) {
			d.T.Errorf("%s is still there: %v", name, err)
		}
	}
}

// Whoever could change what is left of an erased line, or say that another was
// erased, is noticed.
func TestWhatIsLeftOfAnErasedLineCannotBeChanged(t *testing.T) {
	d := newDemo(t)
	_, err := d.eraser.Erase(t.Context(), d.erasing("one"))
	webtest.Must(t, err)
	const untouched = "(SELECT min(seq) FROM audit WHERE action = 'photo_viewed' AND reason = 'somebody else')"
	const line = "(SELECT min(seq) FROM erased_lines)"
	for name, statements := range map[string][]string{
		"what is left says another act":        {"DROP TRIGGER audit_no_update", "UPDATE audit SET action = 'nothing' WHERE seq = " + line},
		"what is left says other words":        {"DROP TRIGGER audit_no_update", "UPDATE audit SET reason = 'all was well ■■■' WHERE seq = " + line},
		"what is left says other particulars":  {"DROP TRIGGER audit_no_update", "UPDATE audit SET args = '{}' WHERE seq = (SELECT max(seq) FROM erased_lines)", "UPDATE audit SET args = '{\"a\":1}' WHERE seq = " + line},
		"words are back in the line":           {"DROP TRIGGER audit_no_update", "UPDATE audit SET reason = 'words' WHERE seq = " + line},
		"the line's own hash is changed":       {"DROP TRIGGER audit_no_update", "UPDATE audit SET hash = 'x' WHERE seq = " + line},
		"its hash of what is left is changed":  {"UPDATE erased_lines SET remains = 'x' WHERE seq = " + line},
		"the line is not said to be erased":    {"DELETE FROM erased_lines WHERE seq = " + line},
		"no line is said to be erased":         {"DELETE FROM erased_lines"},
		"another line is said to be erased":    {"DROP TRIGGER audit_no_update", "UPDATE audit SET reason = '■■■' WHERE seq = " + untouched, "INSERT INTO erased_lines SELECT seq, 'one', hash FROM audit WHERE seq = " + untouched},
		"an erasure that the log knows not":    {"INSERT INTO person_erasures SELECT 'two', at, by_role, by_name, reason, orders, places, files, audit_seq, proved_at, proof FROM person_erasures"},
		"an erasure without a line":            {"INSERT INTO person_erasures SELECT 'two', at, by_role, by_name, reason, orders, places, files, 0, proved_at, proof FROM person_erasures"},
		"an erasure is not known any more":     {"PRAGMA foreign_keys = off", "DELETE FROM person_erasures"},
		"nothing of an erasure is left":        {"DELETE FROM erased_lines", "DELETE FROM person_erasures"},
		"its orders are others":                {"UPDATE person_erasures SET orders = '[]'"},
		"its proof is another":                 {"UPDATE person_erasures SET proof = 'x'"},
		"it is said not to be proved":          {"UPDATE person_erasures SET proved_at = NULL"},
		"its line is another":                  {"UPDATE person_erasures SET audit_seq = audit_seq - 2"},
		"a line that is not there was erased":  {"INSERT INTO erased_lines VALUES (99999, 'one', 'x')"},
		"the line of the proof is changed":     {"DROP TRIGGER audit_no_update", "UPDATE audit SET args = replace(args, 'true', 'false') WHERE action = 'erasure_proved'"},
		"the line of the erasure lost words":   {"DROP TRIGGER audit_no_update", "UPDATE audit SET reason = '■■■' WHERE action = 'person_erased'"},
		"a forged erasure, with its own lines": forged(untouched),
	} {
		t.Run(name, func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "kaodian.db")
			d.exec("VACUUM INTO '" + copied + "'")
			other := open(t, copied, statements)
			if _, err := other.VerifyAudit(t.Context()); !errors.Is(err, audit.ErrChanged) {
				t.Errorf("it said %v", err)
			}
		})
	}
	for _, change := range []string{"action = 'nothing'", "reason = 'other ■■■'"} {
		if _, err := d.DB().ExecContext(t.Context(), "UPDATE audit SET "+change+" WHERE seq = "+line); err == nil {
			t.Errorf("the program could set %s in what is left of a line", change)
		}
	}
}

// forged says of a line that an erasure took its words, as somebody would who writes
// into the database and knows how rows are hashed but not the log's next line.
func forged(line string) []string {
	return []string{
		"DROP TRIGGER audit_no_update",
		"INSERT INTO person_erasures SELECT 'forged', at, by_role, by_name, reason, orders, places, files, audit_seq, proved_at, proof FROM person_erasures",
		"INSERT INTO erased_lines SELECT seq, 'forged', hash FROM audit WHERE seq = " + line,
		"UPDATE audit SET reason = 'nothing of it ■■■' WHERE seq = " + line,
	}
}

// A crash at any step is gone on with, itself broken off again and again (seeded).
func TestAnErasureGoesOnAfterACrashAtAnyStep(t *testing.T) {
	steps := []string{"begin", "rows", "files", "trash", "lists", "copies", "texts", "database", "search", "told", "proof", "end", "forget"}
	died := errors.New("killed")
	random := rand.New(rand.NewPCG(17, 17))
	for _, at := range steps {
		t.Run(at, func(t *testing.T) {
			d := newDemo(t)
			what := d.erasing("one")
			d.eraser.Step = func(name string) error {
				if name == at {
					return died
				}
				return nil
			}
			if _, err := d.eraser.Erase(t.Context(), what); !errors.Is(err, died) {
				t.Fatal(err)
			}
			d.eraser.Step = func(string) error {
				if random.IntN(4) == 0 {
					return died
				}
				return nil
			}
			for range 200 {
				if d.eraser.GoOn(t.Context()) == nil {
					break
				}
			}
			if at == "begin" { // nothing was promised yet
				if len(d.whom().Orders) != 2 {
					t.Error("something was erased")
				}
				return
			}
			if left := d.search(); len(left) > 0 {
				t.Errorf("the person stands in %v", left)
			}
			if noted, _, err := d.FindPersonErasure(t.Context(), "one"); err != nil || noted.ProvedAt.IsZero() || len(noted.Files) > 0 {
				t.Errorf("it is noted as %+v, %v", noted, err)
			}
			if got := len(d.Notes("person_erased")) + len(d.Notes("erasure_proved")); got != 3 {
				t.Errorf("the log has %d lines of it", got)
			}
			if _, err := d.VerifyAudit(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTwoErasuresAtOnceAreOne(t *testing.T) {
	d := newDemo(t)
	first, second := d.erasing("one"), d.erasing("two")
	answers := make(chan error, 2)
	for _, what := range []store.Erasing{first, second} {
		go func() {
			e := *d.eraser
			_, err := e.Erase(t.Context(), what)
			answers <- err
		}()
	}
	list := []error{<-answers, <-answers}
	if !slices.Contains(list, nil) {
		t.Errorf("nobody erased: %v", list)
	}
	for _, err := range list {
		if err != nil && !errors.Is(err, erase.ErrBusy) && !errors.Is(err, store.ErrEraseMoved) {
			t.Error(err)
		}
	}
	if left := d.search(); len(left) > 0 || len(d.Notes("erasure_proved")) != 1 {
		t.Errorf("the person stands in %v, proved by %v", left, d.Notes("erasure_proved"))
	}
}

func TestNothingIsErasedWhereTheRulesForbidIt(t *testing.T) {
	for name, one := range map[string]struct {
		change string
		want   error
	}{
		"an attempt runs":                       {"UPDATE attempts SET state = 'running', ended_at = NULL", store.ErrEraseRunning},
		"a video is on its way":                 {"UPDATE uploads SET received = size", store.ErrEraseLanding},
		"a phone was lent":                      {"UPDATE loans SET state = 'out'", store.ErrEraseLent},
		"a batch has no receipt (I5)":           {"UPDATE batches SET state = 'sent'", store.ErrEraseUnsent},
		"the attempt is in no batch (I5)":       {"DELETE FROM batch_orders", store.ErrEraseUnsent},
		"the province refused the batch (I5)":   {"UPDATE batches SET state = 'refused'", store.ErrEraseUnsent},
		"somebody else was faster":              {"UPDATE orders SET erased_at = 1", store.ErrEraseMoved},
		"the reason names whom it is not to":    {"", store.ErrEraseReason},
		"the reason has the number in capitals": {"", store.ErrEraseReason},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDemo(t)
			what := d.erasing("one")
			switch {
			case strings.Contains(name, "capitals"):
				what.Reason = "asked by Ticket-77"
			case one.change == "":
				what.Reason = webtest.SecretName + " asked"
			default:
				_, err := d.DB().ExecContext(t.Context(), one.change)
				webtest.Must(t, err)
			}
			if _, err := d.eraser.Erase(t.Context(), what); !errors.Is(err, one.want) {
				t.Errorf("it said %v", err)
			}
			if _, begun, err := d.FindPersonErasure(t.Context(), "one"); begun || err != nil {
				t.Errorf("it was begun, %v", err)
			}
			if names, _ := filepath.Glob(filepath.Join(d.Server.Folder, erase.Top, "*.pending")); len(names) > 0 {
				t.Errorf("%v keep the person's words", names)
			}
		})
	}
}

// What the province never received goes only where the reason says so; what is sealed
// is told and not changed.
func TestWhatIsUnsentGoesOnlyWithAWord(t *testing.T) {
	d := newDemo(t)
	_, err := d.DB().ExecContext(t.Context(), "UPDATE batches SET state = 'sent'")
	webtest.Must(t, err)
	what := d.erasing("one")
	what.Unsent = true
	proof, err := d.eraser.Erase(t.Context(), what)
	webtest.Must(t, err)
	if len(proof.Kept) != 1 || !strings.Contains(proof.Kept[0], "batch 0123456789abcdef 1") {
		t.Errorf("the proof tells %v", proof.Kept)
	}
	waiting, err := d.ListWaiting(t.Context(), "0123456789abcdef")
	if err != nil || len(waiting.Ready)+len(waiting.Unmarked)+waiting.Busy+waiting.Open > 0 {
		t.Errorf("an order without a person waits to be sent: %+v, %v", waiting, err)
	}
}

// Registered again after an erasure it is a new registration, which the erasure has
// nothing to do with.
func TestAnOrderThatComesAgainAfterAnErasureIsNew(t *testing.T) {
	d := newDemo(t)
	before := d.whom()
	_, err := d.eraser.Erase(t.Context(), d.erasing("one"))
	webtest.Must(t, err)
	again := d.again("TICKET-77", webtest.Personal["ID number"])
	if imported, err := d.TakeIn(t.Context(), again); err != nil || imported.ID != "" || !slices.Equal(imported.Returning, []int{0}) {
		t.Fatalf("nobody was told: %+v, %v", imported, err)
	}
	again.ErasedToo = true
	imported, err := d.TakeIn(t.Context(), again)
	if err != nil || imported.Added != 1 || len(imported.Refused) > 0 {
		t.Fatalf("%+v, %v", imported, err)
	}
	if again := d.whom(); len(again.Orders) != 1 || slices.Contains(before.Orders, again.Orders[0]) {
		t.Errorf("it is %v, and was %v", again.Orders, before.Orders)
	}
	if _, err := d.eraser.Erase(t.Context(), d.erasing("two")); err != nil || len(d.search()) > 0 {
		t.Errorf("it cannot be erased again: %v", err)
	}
}

// What another person has too stays that person's.
func TestAnotherPersonOfTheSameNameKeepsEverything(t *testing.T) {
	d := newDemo(t)
	other := exam.Registration{
		Ticket: "OTHER-1", Name: webtest.SecretName, Phone: webtest.Personal["phone"], IDType: "居民身份证", IDNumber: "370102201605069999", Subject: "古筝", Grade: 3,
		Pieces: []exam.Piece{{Title: "小步舞曲"}}, Window: exam.Window{OpensAt: d.Now(), ClosesAt: d.Now().Add(time.Hour)}, Photo: strings.Repeat("ab", 32),
	}
	_, err := d.ImportOrders(t.Context(), []exam.Registration{other}, false, false)
	webtest.Must(t, err)
	proof, err := d.eraser.Erase(t.Context(), d.erasing("one"))
	if err != nil || !proof.Complete {
		t.Fatalf("%+v, %v", proof.Search, err)
	}
	whom, err := d.FindWhom(t.Context(), "OTHER-1")
	webtest.Must(t, err)
	order, err := d.FindOrder(t.Context(), whom.Orders[0])
	if err != nil || order.Name != other.Name || order.Phone != other.Phone {
		t.Errorf("the other is %+v, %v", order.Registration, err)
	}
	if _, err := os.Stat(d.Server.File(store.PhotoFile(other.Photo))); err != nil {
		t.Errorf("the other's photo: %v", err)
	}
}

func TestANumberOfTwoPersonsIsAmbiguousAndOneOfNobodyIsSaid(t *testing.T) {
	d := newDemo(t)
	for i, kind := range []string{"居民身份证", "护照"} {
		imported, err := d.ImportOrders(t.Context(), []exam.Registration{{
			Ticket: fmt.Sprint("A-", i), Name: "甲", IDType: kind, IDNumber: "E123456789", Subject: "古筝", Grade: 3, Pieces: []exam.Piece{{Title: "小步舞曲"}}, Window: exam.Window{OpensAt: d.Now(), ClosesAt: d.Now().Add(time.Hour)},
		}}, false, false)
		if err != nil || len(imported.Refused) > 0 {
			t.Fatal(imported.Refused, err)
		}
	}
	var ambiguous *store.AmbiguousError
	if _, err := d.FindWhom(t.Context(), "e123456789"); !errors.As(err, &ambiguous) || len(ambiguous.Orders) != 2 {
		t.Errorf("it said %v", err)
	}
	for _, number := range []string{"", "nobody", "' OR 1=1"} {
		if _, err := d.FindWhom(t.Context(), number); !errors.Is(err, store.ErrNobody) {
			t.Errorf("%q: %v", number, err)
		}
	}
	if whom, err := d.FindWhom(t.Context(), "A-1"); err != nil || len(whom.Orders) != 1 {
		t.Errorf("by the ticket it is %v, %v", whom, err)
	}
	if code := refusal.CodeOf(d.eraserOf("").Check()); code != exam.ReasonMissing {
		t.Errorf("without a reason: %s", code)
	}
}

func (d *demo) eraserOf(reason string) store.Erasing {
	what := d.erasing("one")
	what.Reason = reason
	return what
}
