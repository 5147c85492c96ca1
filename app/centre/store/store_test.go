package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/clock"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/exam"
)

var zone = time.FixedZone("Asia/Shanghai", 8*60*60)

var noon = time.Date(2026, 8, 3, 12, 0, 0, 0, zone)

// centre is a store in a real file with a clock that the test moves.
type centre struct {
	*store.Store
	t     *testing.T
	path  string
	clock *clock.Fake
}

func newCentre(t *testing.T) *centre {
	t.Helper()
	c := &centre{t: t, path: storetest.Path(t, t.TempDir()), clock: clock.NewFake(noon)}
	c.open()
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func (c *centre) open() {
	c.t.Helper()
	s, err := store.Open(c.t.Context(), c.path, exam.DefaultRules(zone), c.clock)
	c.must(err)
	c.Store = s
}

// restart closes the file and opens it again, as a new process would.
func (c *centre) restart() {
	c.t.Helper()
	c.must(c.Close())
	c.open()
}

func (c *centre) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func registration(ticket string) exam.Registration {
	return exam.Registration{
		Ticket:   ticket,
		Name:     "王小明",
		IDType:   "居民身份证",
		IDNumber: "37010220140506123X",
		Subject:  "电子琴",
		Grade:    3,
		Window:   exam.Window{OpensAt: noon.Add(-time.Hour), ClosesAt: noon.Add(48 * time.Hour)},
		Pieces:   []exam.Piece{{Item: "练习曲", Title: "车尔尼 599 第 20 首"}, {Item: "乐曲", Title: "小步舞曲"}},
	}
}

// enrol imports the order and a syllabus with a drawn item, and returns the order.
func (c *centre) enrol(ticket string) exam.Order {
	c.t.Helper()
	imported, err := c.ImportOrders(c.t.Context(), []exam.Registration{registration(ticket)}, false, false)
	c.must(err)
	for place, err := range imported.Refused {
		c.t.Fatalf("row %d: %v", place, err)
	}
	c.must(c.ImportSyllabus(c.t.Context(), syllabus(), bank()))
	for _, order := range c.ordersOf(ticket) {
		if order.Ticket == ticket {
			return order
		}
	}
	c.t.Fatal("the imported order is not there")
	return exam.Order{}
}

func (c *centre) ordersOf(ticket string) []exam.Order {
	c.t.Helper()
	person, err := c.FindLogin(c.t.Context(), ticket, "３７０１０２２０１４０５０６１２３x ")
	c.must(err)
	orders, err := c.ListOrders(c.t.Context(), person)
	c.must(err)
	return orders
}

func syllabus() []store.SyllabusItem {
	item := func(name string, kind exam.ItemKind, drawn bool) store.SyllabusItem {
		return store.SyllabusItem{Subject: "电子琴", GradeFrom: 1, GradeTo: 4, ItemSpec: exam.ItemSpec{Name: name, Kind: kind, Drawn: drawn}}
	}
	return []store.SyllabusItem{item("练习曲", exam.ItemEtude, false), item("乐曲", exam.ItemPiece, false), item("视奏", exam.ItemSightReading, true)}
}

func bank() []store.BankQuestion {
	var questions []store.BankQuestion
	for _, title := range []string{"视奏一", "视奏二", "视奏三"} {
		questions = append(questions, store.BankQuestion{Subject: "电子琴", GradeFrom: 1, GradeTo: 4, Item: "视奏", Title: title, File: "f00d", Type: "image/png"})
	}
	return questions
}

func (c *centre) start(order exam.Order) exam.Attempt {
	c.t.Helper()
	ctx := c.t.Context()
	_, err := c.Apply(ctx, order.ID, exam.Consented{Face: true, Guardian: "王大明"})
	c.must(err)
	order, _, err = c.StartAttempt(ctx, order.ID, store.Agreement{Device: "phone", Agreed: true, RulesVersion: "1", CurrentRules: "1"})
	c.must(err)
	return order.Attempts[len(order.Attempts)-1]
}

// send makes an upload of one byte and finishes it: a clip.
func (c *centre) send(attempt exam.Attempt, item string) string {
	c.t.Helper()
	return c.sendOf(registration("").PersonKey(), attempt, item)
}

func (c *centre) sendOf(person string, attempt exam.Attempt, item string) string {
	c.t.Helper()
	ctx := context.WithoutCancel(c.t.Context())
	u := store.Upload{ID: store.NewID(), Owner: person, Attempt: attempt.ID, Item: item, Size: 1, Device: "phone", CreatedAt: c.Now(), ExpiresAt: c.Now().Add(time.Hour)}
	_, err := c.CreateUpload(ctx, u, anyRoom)
	c.must(err)
	c.must(c.RecordOffsets(ctx, []store.Offset{{ID: u.ID, Bytes: 1, ArrivedAt: c.Now()}}))
	c.must(c.FinishUpload(ctx, u.ID, c.Now()))
	return u.ID
}

func wantCode(t *testing.T, err error, code refusal.Code) {
	t.Helper()
	if !refusal.Is(err, code) {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestAnAttemptIsWholeAfterARestart(t *testing.T) {
	c := newCentre(t)
	attempt := c.start(c.enrol("T1"))
	clip := c.send(attempt, "1")
	c.restart()
	order, err := c.FindAttemptOrder(t.Context(), attempt.ID)
	c.must(err)
	got := order.Attempts[0]
	if got.Code != attempt.Code || !got.Deadline.Equal(attempt.Deadline) || len(got.Items) != 3 {
		t.Errorf("the attempt came back as %+v, was %+v", got, attempt)
	}
	if got.Items[2].Question == nil || got.Items[2].Question.ID != attempt.Items[2].Question.ID {
		t.Errorf("the drawn question came back as %+v", got.Items[2].Question)
	}
	if got.Items[0].Clip == nil || got.Items[0].Clip.ID != clip || got.Items[0].Piece != "车尔尼 599 第 20 首" {
		t.Errorf("the item came back as %+v", got.Items[0])
	}
	lines, err := c.VerifyAudit(t.Context())
	if err != nil || lines < 4 {
		t.Errorf("audit log of %d lines: %v", lines, err)
	}
}

func TestR16TimeoutIsWrittenDownThoughTheServerWasDown(t *testing.T) {
	c := newCentre(t)
	attempt := c.start(c.enrol("T1"))
	c.must(c.Close())
	c.clock.Advance(5 * time.Hour)
	c.open()
	due, err := c.Tick(t.Context())
	c.must(err)
	order, err := c.FindAttemptOrder(t.Context(), attempt.ID)
	c.must(err)
	if len(due) != 1 || order.Attempts[0].State != exam.AutoSubmitted || !order.Attempts[0].EndedAt.Equal(attempt.Deadline) {
		t.Errorf("after the restart: %d due, %+v", len(due), order.Attempts[0])
	}
}

func TestI3ThePersonsOtherOrderWaits(t *testing.T) {
	c := newCentre(t)
	one, two := c.enrol("T1"), c.enrol("T2")
	c.start(one)
	_, err := c.Apply(t.Context(), two.ID, exam.Consented{Face: false})
	c.must(err)
	_, _, err = c.StartAttempt(t.Context(), two.ID, store.Agreement{Device: "phone", Agreed: true, RulesVersion: "1", CurrentRules: "1"})
	wantCode(t, err, exam.OtherOrderRunning)
}

func TestR10DevicesStartingAtOnceStartOneAttempt(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	_, err := c.Apply(t.Context(), order.ID, exam.Consented{Face: false})
	c.must(err)
	const devices = 8
	started := make(chan bool, devices)
	for range devices {
		go func() {
			_, first, err := c.StartAttempt(context.Background(), order.ID, store.Agreement{Device: store.NewID(), Agreed: true, RulesVersion: "1", CurrentRules: "1"})
			started <- first && err == nil
		}()
	}
	count := 0
	for range devices {
		if <-started {
			count++
		}
	}
	order, err = c.FindOrder(t.Context(), order.ID)
	c.must(err)
	if count != 1 || len(order.Attempts) != 1 {
		t.Errorf("%d devices were told they started; %d attempts", count, len(order.Attempts))
	}
}

func TestR12ClipsChangePlacesAndAReplacedOneGoesToTheTrash(t *testing.T) {
	c := newCentre(t)
	attempt := c.start(c.enrol("T1"))
	one, two := c.send(attempt, "1"), c.send(attempt, "2")
	order, err := c.FindClipOrder(t.Context(), one)
	c.must(err)
	_, err = c.Apply(t.Context(), order.ID, exam.MoveClip{ClipID: one, ItemID: "2", Device: "phone"})
	c.must(err)
	three := c.send(attempt, "1")
	c.found(three, true)
	order, err = c.FindOrder(t.Context(), order.ID)
	c.must(err)
	items := order.Attempts[0].Items
	if items[0].Clip.ID != three || items[1].Clip.ID != one {
		t.Errorf("items hold %s and %s, want %s and %s", items[0].Clip.ID, items[1].Clip.ID, three, one)
	}
	trash, err := c.ListTrash(t.Context())
	c.must(err)
	if diff := cmp.Diff([]string{store.ClipFile(two), store.PreviewFile(two), store.RenditionFile(two), store.ContactSheetFile(two), store.ThumbnailFile(two)}, trash); diff != "" {
		t.Error(diff)
	}
	_, err = c.FindUpload(t.Context(), two)
	wantCode(t, err, exam.UploadNotFound)
}

func TestR27AStartIsTakenOnlyWithRoomForEveryItem(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	_, err := c.Apply(t.Context(), order.ID, exam.Consented{Face: true, Guardian: "王大明"})
	c.must(err)
	asked := int64(0)
	agreement := store.Agreement{Device: "phone", Agreed: true, RulesVersion: "1", CurrentRules: "1", Room: func(reserved int64) error {
		asked = reserved
		return refusal.New(refusal.DiskFull)
	}}
	_, started, err := c.StartAttempt(t.Context(), order.ID, agreement)
	wantCode(t, err, refusal.DiskFull)
	order, err = c.FindOrder(t.Context(), order.ID)
	c.must(err)
	if full := int64(len(syllabus())) * c.Rules().MaxClipBytes; asked != full || len(order.Attempts) != 0 {
		t.Errorf("asked for %d bytes, not %d; %d attempts, started: %v", asked, full, len(order.Attempts), started)
	}
	agreement.Room = func(int64) error { return nil }
	_, started, err = c.StartAttempt(t.Context(), order.ID, agreement)
	c.must(err)
	if !started {
		t.Error("not started although there is room")
	}
	agreement.Room = func(int64) error { t.Error("asked for an attempt that runs already"); return nil }
	_, started, err = c.StartAttempt(t.Context(), order.ID, agreement)
	if err != nil || started {
		t.Errorf("the second device: %v, %v", started, err)
	}
}

func TestR27WhatAnItemHoldsIsCountedOnce(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	c.send(attempt, "1")
	with := func() int64 {
		t.Helper()
		bytes, err := c.Reserved(t.Context())
		c.must(err)
		return bytes
	}
	before := with()
	const size = 1 << 20 // of a video that is to replace the clip
	u := store.Upload{ID: store.NewID(), Owner: order.PersonKey(), Attempt: attempt.ID, Item: "1", Size: size, Device: "phone", CreatedAt: c.Now(), ExpiresAt: c.Now().Add(time.Hour)}
	_, err := c.CreateUpload(t.Context(), u, anyRoom)
	c.must(err)
	if want := int64(len(attempt.Items))*c.Rules().MaxClipBytes - size; with() != want || before <= want {
		t.Errorf("%d bytes are reserved, not %d; with the clip alone %d", with(), want, before)
	}
}

func TestR14SubmitEndsRunningUploads(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	c.send(attempt, "1")
	u := store.Upload{ID: store.NewID(), Owner: order.PersonKey(), Attempt: attempt.ID, Item: "2", Size: 9, Device: "phone", CreatedAt: c.Now(), ExpiresAt: c.Now().Add(time.Hour)}
	_, err := c.CreateUpload(t.Context(), u, anyRoom)
	c.must(err)
	_, err = c.Apply(t.Context(), order.ID, exam.Submit{AttemptID: attempt.ID, Device: "phone"})
	c.must(err)
	_, err = c.FindUpload(t.Context(), u.ID)
	wantCode(t, err, exam.UploadNotFound)
	wantCode(t, c.FinishUpload(t.Context(), u.ID, c.Now()), exam.UploadNotFound)
}

func TestR14WhatWasFoundToHoldNoVideoIsNoClip(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	clip := c.send(attempt, "1")
	found := func(clip string, note exam.Note) {
		m := exam.Measurement{Unreadable: note}
		c.must(c.RecordInspection(t.Context(), clip, store.Inspection{Measurement: m, Findings: exam.Judge(m, exam.Context{})}))
	}
	submit := exam.Submit{AttemptID: attempt.ID, Device: "phone"}
	found(clip, exam.NoteUndecodable)
	_, err := c.Apply(t.Context(), order.ID, submit)
	wantCode(t, err, exam.NothingToSubmit)
	if record, err := c.FindClip(t.Context(), clip); err != nil || record.Converting {
		t.Errorf("something to play of it is still waited for: %v, %v", record.Converting, err)
	}
	found(clip, exam.NoteNotExamined) // the machine's own failure
	_, err = c.Apply(t.Context(), order.ID, submit)
	c.must(err)
}

func TestR22AGrantOfExtraTimeCountsOnceAfterARestart(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	grant := exam.GiveExtraTime{ID: "grant", AttemptID: attempt.ID, By: exam.Actor{Role: exam.ByStaff, Name: "li"}, Duration: time.Minute, Reason: "停电"}
	for range 2 {
		_, err := c.GiveExtraTime(t.Context(), order.ID, grant)
		c.must(err)
		c.restart()
	}
	order, err := c.FindOrder(t.Context(), order.ID)
	c.must(err)
	if got := order.Attempts[0].Extra; got != time.Minute {
		t.Errorf("extra time %s, want one minute", got)
	}
}

func TestR16AMovedWindowIsRemembered(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	c.start(order)
	c.clock.Advance(48 * time.Hour)
	window := exam.Window{OpensAt: order.Window.OpensAt, ClosesAt: c.Now().Add(24 * time.Hour)}
	_, err := c.Apply(t.Context(), order.ID, exam.MoveWindow{Window: window, By: exam.Actor{Role: exam.ByStaff, Name: "li"}, Reason: "停电"})
	c.must(err)
	order, err = c.FindOrder(t.Context(), order.ID)
	c.must(err)
	if order.IsFinal(c.Rules(), c.Now()) || order.ResetsLeft(c.Rules(), c.Now()) == 0 {
		t.Error("the order stays final, although its window was moved")
	}
}

func TestR25ACorrectedIDNumberAsksForConsentAnew(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	corrected := order.Registration
	corrected.IDNumber = "110101201501019999"
	_, err := c.ImportOrders(t.Context(), []exam.Registration{corrected}, false, false)
	c.must(err)
	order, err = c.FindOrder(t.Context(), order.ID)
	c.must(err)
	if order.Consent.Answer != exam.ConsentNone || order.IDNumber != corrected.IDNumber {
		t.Errorf("consent %q of %s", order.Consent.Answer, order.IDNumber)
	}
}

func TestR26APracticeRunIsGoneAfterADay(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	_, err := c.Apply(t.Context(), order.ID, exam.StartPractice{AttemptID: "practice", Device: "phone", Item: exam.ItemSpec{Name: "试录"}, Pick: func(int) int { return 7 }})
	c.must(err)
	order, err = c.FindOrder(t.Context(), order.ID)
	c.must(err)
	clip := c.send(order.Practice[0], "1")
	c.clock.Advance(25 * time.Hour)
	_, err = c.Tick(t.Context())
	c.must(err)
	order, err = c.FindOrder(t.Context(), order.ID)
	c.must(err)
	if len(order.Practice) != 0 || order.AttemptsUsed() != 0 {
		t.Errorf("after a day: %+v", order.Practice)
	}
	trash, err := c.ListTrash(t.Context())
	c.must(err)
	if diff := cmp.Diff([]string{store.ClipFile(clip), store.PreviewFile(clip), store.RenditionFile(clip), store.ContactSheetFile(clip), store.ThumbnailFile(clip)}, trash); diff != "" {
		t.Error(diff)
	}
}

func TestAnUploadIsSeenByItsOwnerOnly(t *testing.T) {
	c := newCentre(t)
	attempt := c.start(c.enrol("T1"))
	u := store.Upload{ID: store.NewID(), Owner: "someone:else", Attempt: attempt.ID, Item: "1", Size: 1, Device: "phone", CreatedAt: c.Now()}
	_, err := c.CreateUpload(t.Context(), u, anyRoom)
	wantCode(t, err, refusal.NotFound)
	u.Owner = registration("").PersonKey()
	u.Device = "tablet"
	_, err = c.CreateUpload(t.Context(), u, anyRoom)
	wantCode(t, err, exam.OtherDevice)
}

func TestR3AnImportThatChangesAGradeTakesNothing(t *testing.T) {
	c := newCentre(t)
	c.enrol("T1")
	changed, fresh := registration("T1"), registration("T9")
	changed.Grade = 4
	imported, err := c.ImportOrders(t.Context(), []exam.Registration{fresh, changed}, false, false)
	c.must(err)
	wantCode(t, imported.Refused[1], exam.GradeChanged)
	if orders := c.ordersOf("T1"); len(orders) != 1 {
		t.Errorf("%d orders after a refused import, want the one from before", len(orders))
	}
}

func TestAListInAnotherZoneMovesNoWindow(t *testing.T) {
	c := newCentre(t)
	attempt := c.start(c.enrol("T1"))
	again := registration("T1")
	again.Phone = "13900000000"
	again.Window = exam.Window{OpensAt: again.Window.OpensAt.UTC(), ClosesAt: again.Window.ClosesAt.UTC()}
	c.send(attempt, "1")
	order, err := c.FindAttemptOrder(t.Context(), attempt.ID)
	c.must(err)
	_, err = c.Apply(t.Context(), order.ID, exam.Submit{AttemptID: attempt.ID, Device: "phone"})
	c.must(err)
	imported, err := c.ImportOrders(t.Context(), []exam.Registration{again}, false, false)
	c.must(err)
	if imported.Changed != 1 || len(imported.Refused) != 0 {
		t.Errorf("a corrected phone number: %+v", imported)
	}
}

func TestTheAuditLogIsAppendOnly(t *testing.T) {
	c := newCentre(t)
	c.enrol("T1")
	if _, err := c.DB().ExecContext(t.Context(), "UPDATE audit SET reason = 'nothing happened'"); err == nil {
		t.Error("an audit line could be changed")
	}
	_, err := c.DB().ExecContext(t.Context(), "DROP TRIGGER audit_no_update")
	c.must(err)
	_, err = c.DB().ExecContext(t.Context(), "UPDATE audit SET reason = 'nothing happened' WHERE seq = 1")
	c.must(err)
	if _, err := c.VerifyAudit(t.Context()); err == nil {
		t.Error("a changed audit line was not noticed")
	}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	c := newCentre(t)
	_, err := c.DB().ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
	c.must(err)
	c.must(c.Close())
	if s, err := store.Open(t.Context(), c.path, exam.DefaultRules(zone), c.clock); err == nil {
		_ = s.Close()
		t.Error("a database of a newer program was opened")
	}
	c.clock.Set(noon)
}

func anyRoom(int64) error { return nil }
