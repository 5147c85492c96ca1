package erase_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"kaodian/app/base/blot"
	"kaodian/app/centre/erase"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// person is an order of somebody else, registered as a list does.
func (d *demo) person(g exam.Registration) (order string) {
	d.T.Helper()
	g.IDType, g.Subject, g.Grade, g.Pieces = "居民身份证", "二胡", 4, []exam.Piece{{Title: "良宵"}}
	g.Window = exam.Window{OpensAt: d.Now().Add(-time.Minute), ClosesAt: d.Now().Add(time.Hour)}
	d.register(g)
	whom, err := d.FindWhom(d.T.Context(), g.Ticket)
	webtest.Must(d.T, err)
	return whom.Orders[0]
}

func (d *demo) exec(statements ...string) {
	d.T.Helper()
	for _, statement := range statements {
		if _, err := d.DB().ExecContext(d.T.Context(), statement); err != nil {
			d.T.Fatalf("%s: %v", statement, err)
		}
	}
}

func (d *demo) text(statement string) (text string) {
	d.T.Helper()
	if err := d.DB().QueryRowContext(d.T.Context(), statement).Scan(&text); err != nil {
		d.T.Fatalf("%s: %v", statement, err)
	}
	return text
}

// eraseOf erases a person by a ticket.
func (d *demo) eraseOf(ticket string) (erase.Proof, error) {
	d.T.Helper()
	whom, err := d.FindWhom(d.T.Context(), ticket)
	webtest.Must(d.T, err)
	return d.eraser.Erase(d.T.Context(), store.Erasing{ID: store.NewID(), Whom: whom, Reason: "the guardian asked for it", By: exam.Actor{Role: exam.BySystem, Name: "op"}})
}

// What others have of a piece of a name or of a number stays as it was, and what only
// a person can judge is listed.
func TestAPieceOfANameOrANumberTakesNothingFromOthers(t *testing.T) {
	d := newDemo(t)
	d.person(exam.Registration{Ticket: "77", Name: "高兴", IDNumber: "370102201301010011", Phone: "12345678"})
	other := d.person(exam.Registration{Ticket: "T-770", Name: "高兴旺", IDNumber: "370102201402020022", Phone: "912345678901"})
	kept := map[string]string{
		"a name within a name":     "高兴旺弹得很好",
		"a name that is a word":    "监护人不高兴",
		"a number within a number": "打了电话 912345678901 和 T-770",
		"a short number":           "第 77 小节错",
		"the name itself":          "高兴说他看见了",
	}
	for _, reason := range kept {
		webtest.Must(t, d.Audit(t.Context(), store.Entry{Action: store.ActionPhotoViewed, OrderID: other, Reason: reason}))
		d.exec("INSERT INTO decisions VALUES ('d" + reason + "', '" + other + "', 'disqualified', '', '" + reason + "', 'staff', 'x', 1, 0, NULL, NULL)")
	}
	d.exec("UPDATE halls SET name = '12345678 高兴'", "UPDATE loan_phones SET name = '高兴 12345678'", "INSERT INTO settings VALUES ('poster', '12345678')")
	d.exec("INSERT INTO decisions VALUES ('sure', '" + other + "', 'disqualified', '', '电话 1234 5678 高兴', 'staff', 'x', 1, 0, NULL, NULL)")
	whom, err := d.FindWhom(t.Context(), "77")
	webtest.Must(t, err)
	seen, err := d.eraser.Find(t.Context(), whom)
	webtest.Must(t, err)
	proof, err := d.eraseOf("77")
	if err != nil || !proof.Complete {
		t.Fatalf("%+v, %v", proof.Search, err)
	}
	for name, reason := range kept {
		if lines := d.text("SELECT count(*) FROM audit WHERE reason = '" + reason + "'"); lines != "1" {
			t.Errorf("%s: %s lines", name, lines)
		}
		if left := d.text("SELECT reason FROM decisions WHERE id = 'd" + reason + "'"); left != reason {
			t.Errorf("%s: the decision says %s", name, left)
		}
	}
	if left := d.text("SELECT reason FROM decisions WHERE id = 'sure'"); left != "电话 "+blot.Mark+" 高兴" {
		t.Errorf("of a whole number is left %s", left)
	}
	for _, statement := range []string{"SELECT name FROM halls", "SELECT name FROM loan_phones", "SELECT value FROM settings WHERE name = 'poster'"} {
		if text := d.text(statement); !strings.Contains(text, "12345678") {
			t.Errorf("%s: %s", statement, text)
		}
	}
	for _, place := range []string{"decisions.reason", "audit.reason", "halls.name", "loan_phones.name", "settings.value"} {
		listed := func(look store.Look) bool { return look.Place == place && look.Row != "" }
		if !slices.ContainsFunc(proof.Looks, listed) || !slices.ContainsFunc(seen.Looks, listed) {
			t.Errorf("nobody is told to look at %s", place)
		}
	}
	if len(seen.Looks) != len(proof.Looks) {
		t.Errorf("before %v are said to be left, after it %v", seen.Looks, proof.Looks)
	}
	if _, err := d.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// A sibling has the guardian's name, the phone and the address too.
func TestWhatASiblingHasTooStays(t *testing.T) {
	d := newDemo(t)
	shared := exam.Registration{Phone: "13888880000", GuardianAddress: "槐荫区某街十号院"}
	one, two := shared, shared
	one.Ticket, one.Name, one.IDNumber = "SIB-1001", "欧阳长青", "370102201301010011"
	two.Ticket, two.Name, two.IDNumber = "SIB-1002", "欧阳长青青", "370102201402020022"
	first, second := d.person(one), d.person(two)
	d.exec("UPDATE orders SET consent_guardian = '欧阳大山' WHERE id IN ('" + first + "', '" + second + "')")
	reason := "欧阳大山 13888880000 说欧阳长青青病了"
	webtest.Must(t, d.Audit(t.Context(), store.Entry{Action: store.ActionPhotoViewed, OrderID: second, Reason: reason}))
	d.exec("INSERT INTO imports (id, kind, name, at, by_name, added, changed) VALUES ('i', 'list', '欧阳大山.xlsx SIB-1001', 1, 'x', 1, 0)")
	if _, err := d.eraseOf("SIB-1001"); err != nil {
		t.Fatal(err)
	}
	if lines := d.text("SELECT count(*) FROM audit WHERE reason = '" + reason + "'"); lines != "1" {
		t.Error("a sibling's line was changed")
	}
	if name := d.text("SELECT name FROM imports WHERE id = 'i'"); name != "欧阳大山.xlsx "+blot.Mark {
		t.Errorf("the list is called %s", name)
	}
	if phone := d.text("SELECT phone || guardian_address || consent_guardian FROM orders WHERE id = '" + second + "'"); phone != "13888880000槐荫区某街十号院欧阳大山" {
		t.Errorf("the sibling has %s", phone)
	}
}

// An address that names no door is where others live too, and what their texts say.
func TestATownTakesNothingFromOthers(t *testing.T) {
	d := newDemo(t)
	d.person(exam.Registration{Ticket: "TOWN-1001", Name: "王明", IDNumber: "370102201301010011", GuardianAddress: "青岛市市北区"})
	other := d.person(exam.Registration{Ticket: "TOWN-1002", Name: "李明", IDNumber: "370102201402020022"})
	reason := "青岛市市北区停电"
	webtest.Must(t, d.Audit(t.Context(), store.Entry{Action: store.ActionPhotoViewed, OrderID: other, Reason: reason}))
	proof, err := d.eraseOf("TOWN-1001")
	if err != nil || !proof.Complete {
		t.Fatalf("%+v, %v", proof.Search, err)
	}
	if lines := d.text("SELECT count(*) FROM audit WHERE reason = '" + reason + "'"); lines != "1" {
		t.Error("another's line was changed")
	}
	if left := d.text("SELECT count(*) FROM orders WHERE guardian_address = '青岛市市北区'"); left != "0" {
		t.Error("the person's own address stays")
	}
}

// A size or a time in somebody else's line is no ticket number, though its digits are.
func TestACountTakesNoTicketNumberForItself(t *testing.T) {
	d := newDemo(t)
	d.person(exam.Registration{Ticket: "202666762", Name: "王明", IDNumber: "370102201301010011"})
	other := d.person(exam.Registration{Ticket: "202666763", Name: "李明", IDNumber: "370102201402020022"})
	webtest.Must(t, d.Audit(t.Context(), store.Entry{Action: store.ActionPhotoViewed, OrderID: other, Args: map[string]any{"bytes": 202666762, "ticket": "202666762"}}))
	if _, err := d.eraseOf("202666762"); err != nil {
		t.Fatal(err)
	}
	if left := d.text("SELECT args FROM audit WHERE action = 'photo_viewed' AND order_id = '" + other + "'"); left != `{"bytes":202666762,"ticket":"`+blot.Mark+`"}` {
		t.Errorf("left is %s", left)
	}
}

// Names and numbers go however they are written.
func TestOtherFormsOfANameGoToo(t *testing.T) {
	d := newDemo(t)
	for i, text := range []string{"诸葛 小欢", "诸葛　小欢", "诸葛·小欢", "ZHUGE  xiaohuan", "Xiaohuan Zhuge", "ｔｉｃｋｅｔ－７７", "1391234 5678", "３７０１０２２０１６０５０６００８８"} {
		d.exec("INSERT INTO proposals (id, kind, args, proposed_at, proposed_by, expires_at, rejected_for) VALUES ('f" + string(rune('a'+i)) + "', 'void_day', '{}', 1, 'x', 2, 'of " + text + ".')")
	}
	if _, err := d.eraser.Erase(t.Context(), d.erasing("one")); err != nil {
		t.Fatal(err)
	}
	if left := d.text("SELECT group_concat(DISTINCT rejected_for) FROM proposals WHERE id LIKE 'f_'"); left != "of "+blot.Mark+"." {
		t.Errorf("left is %s", left)
	}
}

// A line of no order that names the person's order loses the name, however short it
// is, and keeps the rest.
func TestWhatIsTiedToThePersonLosesShortNamesToo(t *testing.T) {
	d := newDemo(t)
	order := d.person(exam.Registration{Ticket: "SHORT-1", Name: "王芳", IDNumber: "370102201301010011"})
	webtest.Must(t, d.Audit(t.Context(), store.Entry{Action: store.ActionProposed, Reason: "王芳与李明换了号", Args: map[string]any{"order": order, "hall": "王芳"}}))
	if _, err := d.eraseOf("SHORT-1"); err != nil {
		t.Fatal(err)
	}
	if left := d.text("SELECT reason || args FROM audit WHERE action = 'proposed'"); left != blot.Mark+`与李明换了号{"hall":"王芳","order":"`+order+`"}` {
		t.Errorf("left is %s", left)
	}
}

// Two names under one ID number are two persons, one of whom was mistaken: a name or
// a ticket number says which, and the other keeps everything.
func TestTwoNamesUnderOneNumberAreTwoPersons(t *testing.T) {
	d := newDemo(t)
	wrong := d.person(exam.Registration{Ticket: "WRONG-1", Name: "端木赐之", IDNumber: webtest.Personal["ID number"]})
	d.exec("INSERT INTO help_calls VALUES ('theirs', 'dev2', (SELECT person_key FROM orders WHERE id = '" + wrong + "'), '" + wrong + "', '', '', 'sound', 1, 1, NULL, '{}')")
	var several *store.AmbiguousError
	if _, err := d.FindWhom(t.Context(), webtest.Personal["ID number"]); !errors.As(err, &several) || len(several.Orders) != 3 || !strings.Contains(err.Error(), "WRONG-1") {
		t.Fatalf("by the number it said %v", err)
	}
	if whom, err := d.FindWhom(t.Context(), webtest.SecretName); err != nil || len(whom.Orders) != 2 {
		t.Fatalf("by the name it is %v, %v", whom.Orders, err)
	}
	proof, err := d.eraseOf("TICKET-77")
	if err != nil || !proof.Complete {
		t.Fatal(proof.Search, err)
	}
	if left := d.text("SELECT name || id_number FROM orders WHERE id = '" + wrong + "'"); left != "端木赐之"+webtest.Personal["ID number"] {
		t.Errorf("the other has %s", left)
	}
	if calls := d.text("SELECT count(*) FROM help_calls WHERE id = 'theirs'"); calls != "1" {
		t.Error("the other's call for help is gone")
	}
}

// The person's order before its number was corrected, with the photo that was
// replaced, goes too; of an order that was the person's by mistake only that goes.
func TestFormerNumbersAndReplacedPhotosGo(t *testing.T) {
	d := newDemo(t)
	mistaken := exam.Registration{Ticket: "CORR-1", Name: "公孙大娘", IDNumber: "370102201303030033", Photo: strings.Repeat("d1", 32), BirthDate: exam.Date{Year: 2013, Month: 3, Day: 3}}
	right := mistaken
	right.IDNumber, right.Photo = "370102201303030044", strings.Repeat("d2", 32)
	order := d.person(mistaken)
	d.person(right)
	for _, photo := range []string{mistaken.Photo, right.Photo} {
		d.write(store.PhotoFile(photo), "\xff\xd8\xff")
	}
	webtest.Must(t, d.Audit(t.Context(), store.Entry{Action: store.ActionPhotoViewed, Reason: "formerly " + mistaken.IDNumber}))
	d.exec("INSERT INTO decisions VALUES ('corr', '" + order + "', 'disqualified', '', '公孙大娘', 'staff', 'x', 1, 0, NULL, NULL)")
	if _, err := d.eraseOf("CORR-1"); err != nil {
		t.Fatal(err)
	}
	d.gone(store.PhotoFile(mistaken.Photo), store.PhotoFile(right.Photo))
	for _, word := range []string{mistaken.IDNumber, right.IDNumber, "公孙大娘"} {
		if text, err := os.ReadFile(d.Server.File("kaodian.db")); err != nil || strings.Contains(string(text), word) {
			t.Errorf("%s stands in the database, %v", word, err)
		}
	}
	if _, err := d.eraseOf("TICKET-77"); err != nil {
		t.Fatal(err)
	}
	imports, err := d.ListImports(t.Context(), 20)
	webtest.Must(t, err)
	for _, one := range imports {
		_ = d.UndoImport(t.Context(), one.ID, exam.Actor{Role: exam.ByStaff, Name: "x"}) // most are refused
	}
	if others := d.text("SELECT count(*) FROM orders WHERE name = '" + otherName + "'"); others != "1" {
		t.Error("an undo took the order that was the person's by mistake")
	}
}

func TestTheReasonMayNameNobody(t *testing.T) {
	d := newDemo(t)
	d.person(exam.Registration{Ticket: "LATER-1", Name: "上官婉儿", IDNumber: "370102201301010011"})
	what := d.erasing("one")
	for _, reason := range []string{"asked by the mother of " + otherName, "see later-1", "司马 相如"} {
		what.Reason = reason
		if _, err := d.eraser.Erase(t.Context(), what); !errors.Is(err, store.ErrEraseOther) {
			t.Errorf("%s: it said %v", reason, err)
		}
	}
}

// What somebody else got since the erasure began is theirs.
func TestAFileThatAnotherOrderGotMeanwhileStays(t *testing.T) {
	d := newDemo(t)
	died := errors.New("killed")
	d.eraser.Step = func(name string) error {
		if name == "files" {
			return died
		}
		return nil
	}
	if _, err := d.eraser.Erase(t.Context(), d.erasing("one")); !errors.Is(err, died) {
		t.Fatal(err)
	}
	d.eraser.Step = nil
	photo := strings.Repeat("ab", 32)
	d.person(exam.Registration{Ticket: "LATER-1", Name: "上官婉儿", IDNumber: "370102201301010011", Photo: photo})
	webtest.Must(t, d.eraser.GoOn(t.Context()))
	if _, err := os.Stat(d.Server.File(store.PhotoFile(photo))); err != nil {
		t.Errorf("the other's photo: %v", err)
	}
	d.gone(store.EvidenceFile(strings.Repeat("cd", 32)))
}

// No file goes while an import writes files whose rows come later.
func TestAnErasureWaitsForAnImport(t *testing.T) {
	d := newDemo(t)
	lock := flock.New(d.Server.File("import.lock"))
	taken, err := lock.TryLock()
	if err != nil || !taken {
		t.Fatal(taken, err)
	}
	if _, err := d.eraser.Erase(t.Context(), d.erasing("one")); !errors.Is(err, erase.ErrImport) {
		t.Fatalf("it said %v", err)
	}
	if _, err := os.Stat(d.Server.File(store.PhotoFile(strings.Repeat("ab", 32)))); err != nil {
		t.Errorf("a photo went beside an import: %v", err)
	}
	webtest.Must(t, lock.Close())
	webtest.Must(t, d.eraser.GoOn(t.Context()))
	if left := d.search(); len(left) > 0 {
		t.Errorf("the person stands in %v", left)
	}
}

// The database is written anew once no attempt runs, of whomever.
func TestTheDatabaseIsNotWrittenAnewBesideAnExam(t *testing.T) {
	d := newDemo(t)
	cleaned := 0
	d.eraser.Store = counting{d.Store, &cleaned}
	other := d.person(exam.Registration{Ticket: "RUNS-1", Name: "上官婉儿", IDNumber: "370102201301010011"})
	candidate := d.Candidate("RUNS-1", "370102201301010011")
	attempt := candidate.StartOrder(other)
	if _, err := d.eraser.Erase(t.Context(), d.erasing("one")); !errors.Is(err, erase.ErrExamRuns) {
		t.Fatalf("it said %v", err)
	}
	for range 3 {
		webtest.Must(t, d.eraser.GoOn(t.Context()))
	}
	if cleaned != 0 {
		t.Errorf("the database was written anew %d times beside an exam", cleaned)
	}
	d.gone(store.PhotoFile(strings.Repeat("ab", 32)))
	if _, err := d.VerifyAudit(t.Context()); !errors.Is(err, store.ErrUnproved) {
		t.Errorf("the log says %v", err)
	}
	d.exec("UPDATE attempts SET state = 'reset', ended_at = 1 WHERE id = '" + attempt.ID + "'")
	webtest.Must(t, d.eraser.GoOn(t.Context()))
	if left := d.search(); len(left) > 0 || cleaned != 1 {
		t.Errorf("the person stands in %v, the database was written anew %d times", left, cleaned)
	}
	if _, err := d.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

type counting struct {
	erase.Store
	cleaned *int
}

func (c counting) CleanFile(ctx context.Context) error {
	*c.cleaned++
	return c.Store.CleanFile(ctx)
}

// One that cannot end holds up no other, and one whose words are lost ends too.
func TestAnErasureThatIsStuckHoldsUpNoOther(t *testing.T) {
	d := newDemo(t)
	died := errors.New("killed")
	d.eraser.Step = func(name string) error {
		if name == "files" {
			return died
		}
		return nil
	}
	if _, err := d.eraser.Erase(t.Context(), d.erasing("lost")); !errors.Is(err, died) {
		t.Fatal(err)
	}
	d.eraser.Step = nil
	d.person(exam.Registration{Ticket: "NEXT-01", Name: "上官婉儿", IDNumber: "370102201301010011"})
	d.write("erasures/damaged.pending", "{")
	d.write("erasures/lost.pending", "{")
	if err := d.eraser.GoOn(t.Context()); err == nil || !strings.Contains(err.Error(), "damaged.pending") {
		t.Errorf("of a damaged one it said %v", err)
	}
	if noted, _, err := d.FindPersonErasure(t.Context(), "lost"); err != nil || noted.ProvedAt.IsZero() {
		t.Errorf("one without its words is %+v, %v", noted, err)
	}
	text, err := os.ReadFile(d.Server.File("erasures/lost.txt"))
	if err != nil || !strings.Contains(string(text), "nothing was searched") {
		t.Errorf("its proof says %s, %v", text, err)
	}
	d.gone(store.PhotoFile(strings.Repeat("ab", 32)), "erasures/lost.pending")
	if proof, err := d.eraseOf("NEXT-01"); err != nil || !proof.Complete {
		t.Errorf("the next one: %v", err)
	}
	if _, err := d.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// One that failed is left alone for a while: each try may write the whole database.
func TestAnErasureThatFailedIsNotTriedEachMinute(t *testing.T) {
	d := newDemo(t)
	tries := 0
	d.eraser.Patience = time.Hour
	d.eraser.Step = func(name string) error {
		if name == "search" {
			tries++
			return errors.New("no room")
		}
		return nil
	}
	if _, err := d.eraser.Erase(t.Context(), d.erasing("one")); err == nil {
		t.Fatal("it ended")
	}
	_ = d.eraser.GoOn(t.Context()) // another process's first try
	for range 5 {
		webtest.Must(t, d.eraser.GoOn(t.Context()))
	}
	if tries != 2 {
		t.Errorf("it was tried %d times", tries)
	}
}

// Texts that look like JSON, or begin like it, lose words too and keep the rest.
func TestTextsThatLookLikeNumbersLoseWordsToo(t *testing.T) {
	for text, want := range map[string]string{
		"13912345678":                       blot.Mark,
		"123 TICKET-77":                     "123 " + blot.Mark,
		`"x" of TICKET-77`:                  `"x" of ` + blot.Mark,
		`{"a":[{"n":13912345678,"b":1.5}]}`: `{"a":[{"b":1.5,"n":"` + blot.Mark + `"}]}`,
		`{"a": "nothing"}`:                  `{"a": "nothing"}`,
		`{"a":"TICKET-77"} {`:               `{"a":"` + blot.Mark + `"} {`,
	} {
		d := newDemo(t)
		if _, err := d.DB().ExecContext(t.Context(), "INSERT INTO phrases VALUES ('looks', ?, 1)", text); err != nil {
			t.Fatal(err)
		}
		if _, err := d.eraser.Erase(t.Context(), d.erasing("one")); err != nil {
			t.Fatal(err)
		}
		if left := d.text("SELECT phrase FROM phrases WHERE by_name = 'looks'"); left != want {
			t.Errorf("of %s is left %s, want %s", text, left, want)
		}
	}
}

// A line that names two persons loses the words of each, one after the other.
func TestALineOfTwoErasedPersonsIsStillHeld(t *testing.T) {
	d := newDemo(t)
	d.person(exam.Registration{Ticket: "SECOND-1", Name: "上官婉儿", IDNumber: "370102201301010011"})
	webtest.Must(t, d.Audit(t.Context(), store.Entry{Action: store.ActionProposed, Reason: "TICKET-77 和 SECOND-1"}))
	for _, ticket := range []string{"TICKET-77", "SECOND-1"} {
		if proof, err := d.eraseOf(ticket); err != nil || !proof.Complete {
			t.Fatal(ticket, err)
		}
		if _, err := d.VerifyAudit(t.Context()); err != nil {
			t.Errorf("after %s: %v", ticket, err)
		}
	}
	if left := d.text("SELECT reason FROM audit WHERE action = 'proposed'"); left != blot.Mark+" 和 "+blot.Mark {
		t.Errorf("left is %s", left)
	}
	list, err := d.ListErasures(t.Context())
	if err != nil || len(list) != 2 || list[0].ProvedAt.IsZero() || list[1].ProvedAt.IsZero() {
		t.Errorf("they are listed as %+v, %v", list, err)
	}
}

// A name that is a word stands in many texts: the list of them ends, and says so.
func TestALongListOfTextsToLookAtIsCutAndSaysSo(t *testing.T) {
	d := newDemo(t)
	d.person(exam.Registration{Ticket: "WORDS-1", Name: "高兴", IDNumber: "370102201301010011"})
	d.exec("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) INSERT INTO phrases SELECT 'e', '高兴 ' || i, 1 FROM n")
	proof, err := d.eraseOf("WORDS-1")
	if err != nil || len(proof.Looks) != 500 || proof.MoreLooks != 100 || !strings.Contains(proof.Text(), "and 100 more") {
		t.Errorf("%d are listed, and %d more, %v", len(proof.Looks), proof.MoreLooks, err)
	}
	if phrases := d.text("SELECT count(*) FROM phrases WHERE phrase LIKE '高兴 %'"); phrases != "600" {
		t.Errorf("%s phrases are left", phrases)
	}
}
