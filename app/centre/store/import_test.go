package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

func TestAnImportCountsWhatItChanged(t *testing.T) {
	c := newCentre(t)
	first := registration("T1")
	first.Photo = "f00d"
	_, err := c.ImportOrders(t.Context(), []exam.Registration{first}, false, false)
	c.must(err)
	corrected, late, graded := first, first, first
	corrected.Phone = "13900000000"
	late.Window.ClosesAt = noon.Add(-time.Minute)
	graded.Grade = 4
	for name, test := range map[string]struct {
		row  exam.Registration
		want [3]int // changed, unchanged, refused
	}{
		"a list without photos changes nothing": {registration("T1"), [3]int{0, 1, 0}},
		"a corrected phone number":              {corrected, [3]int{1, 0, 0}},
		"a window that closed already":          {late, [3]int{0, 0, 1}},
		"another grade (R3)":                    {graded, [3]int{0, 0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.ImportOrders(t.Context(), []exam.Registration{test.row}, true, true)
			c.must(err)
			if got := [3]int{got.Changed, got.Unchanged, len(got.Refused)}; got != test.want {
				t.Errorf("changed, unchanged, refused %v, want %v", got, test.want)
			}
		})
	}
	order := c.ordersOf("T1")[0]
	if order.Photo != "f00d" {
		t.Errorf("the photo is %q", order.Photo)
	}
}

// wall is a full disk: the database may not grow until its room is given up.
type wall struct{ *centre }

func (w wall) limit(pages string) {
	_, err := w.DB().ExecContext(w.t.Context(), "PRAGMA max_page_count = "+pages)
	w.must(err)
}

func (w wall) GiveUp() bool { w.limit("1000000"); return true }

func TestAnImportThatNeededTheRoomForRecordsIsCountedOnce(t *testing.T) {
	c := newCentre(t)
	disk := wall{c}
	disk.limit("1") // no page more than there are
	c.UseRoom(disk)
	var list []exam.Registration
	for n := range 200 {
		list = append(list, registration(fmt.Sprint("T", n)))
	}
	got, err := c.ImportOrders(t.Context(), list, false, false)
	c.must(err)
	if got.Added != 200 {
		t.Errorf("added %d", got.Added)
	}
}

func TestR31AWindowMovedBeforeAnyAttemptIsAFact(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	moved := order.Registration
	moved.Window.ClosesAt = moved.Window.ClosesAt.Add(24 * time.Hour)
	_, err := c.ImportOrders(t.Context(), []exam.Registration{moved}, false, false)
	c.must(err)
	facts := 0
	row := c.DB().QueryRowContext(t.Context(), "SELECT count(*) FROM audit WHERE action = 'window_moved' AND order_id = ?", order.ID)
	c.must(row.Scan(&facts))
	order, err = c.FindOrder(t.Context(), order.ID)
	c.must(err)
	if facts != 1 || !order.WindowMovedAt.Equal(noon) || !order.Window.ClosesAt.Equal(moved.Window.ClosesAt) {
		t.Errorf("%d facts, moved at %v, closes at %v", facts, order.WindowMovedAt, order.Window.ClosesAt)
	}
}

// R31: a correction travels in the batch, so it is a fact of the order; what is
// sealed cannot be corrected any more.
func TestR31ACorrectionIsAFactUntilTheOrderIsSealed(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	corrected := order.Registration
	corrected.Name = "王晓明"
	_, err := c.ImportOrders(t.Context(), []exam.Registration{corrected}, false, false)
	c.must(err)
	facts := 0
	row := c.DB().QueryRowContext(t.Context(), "SELECT count(*) FROM audit WHERE action = 'registration_changed' AND order_id = ?", order.ID)
	c.must(row.Scan(&facts))
	if facts != 1 {
		t.Errorf("%d facts", facts)
	}
	_, err = c.DB().ExecContext(t.Context(), "UPDATE orders SET sealed_at = 1 WHERE id = ?", order.ID)
	c.must(err)
	again, err := c.ImportOrders(t.Context(), []exam.Registration{corrected}, false, true)
	c.must(err)
	if again.Unchanged != 1 {
		t.Errorf("the same row again: %+v", again)
	}
	corrected.Name = "王小明"
	refused, err := c.ImportOrders(t.Context(), []exam.Registration{corrected}, false, true)
	c.must(err)
	if len(refused.Refused) != 1 || refusal.CodeOf(refused.Refused[0]) != exam.OrderSealed {
		t.Errorf("a sealed order: %+v", refused)
	}
}

// R9: what a child could not begin is refused at the import, not at the start.
func TestR9AnOrderWithNothingToRecordIsNotTakenIn(t *testing.T) {
	for _, test := range []struct {
		name  string
		bank  []store.BankQuestion
		plain bool // no syllabus
		bare  bool // no piece
		want  refusal.Code
	}{
		{name: "pieces and no syllabus", plain: true},
		{name: "no piece and no syllabus", plain: true, bare: true, want: exam.NoItems},
		{name: "no piece and a syllabus", bank: bank(), bare: true},
		{name: "a drawn item without a question", bare: false, want: exam.BankEmpty},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCentre(t)
			if !test.plain {
				c.must(c.ImportSyllabus(t.Context(), syllabus(), test.bank))
			}
			g := registration("A100")
			if test.bare {
				g.Pieces = nil
			}
			imported, err := c.ImportOrders(t.Context(), []exam.Registration{g}, false, false)
			c.must(err)
			if refusal.CodeOf(imported.Refused[0]) != test.want || (imported.Added == 1) != (test.want == "") {
				t.Errorf("%d added, refused: %v; want %q", imported.Added, imported.Refused, test.want)
			}
		})
	}
}

// R9: a correction that takes the pieces away is no better.
func TestR9ACorrectionLeavesSomethingToRecord(t *testing.T) {
	c := newCentre(t)
	g := registration("A100")
	_, err := c.ImportOrders(t.Context(), []exam.Registration{g}, false, false)
	c.must(err)
	g.Pieces = nil
	imported, err := c.ImportOrders(t.Context(), []exam.Registration{g}, false, false)
	c.must(err)
	wantCode(t, imported.Refused[0], exam.NoItems)
}

// R9: so is a syllabus that takes the items away.
func TestR9ASyllabusLeavesNoOrderWithNothingToRecord(t *testing.T) {
	c := newCentre(t)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
	g := registration("A100")
	g.Pieces = nil
	_, err := c.ImportOrders(t.Context(), []exam.Registration{g, registration("A101")}, false, false)
	c.must(err)
	other := syllabus()
	for i := range other {
		other[i].GradeFrom = 4
	}
	err = c.ImportSyllabus(t.Context(), other, bank())
	bare, ok := errors.AsType[*store.BareOrdersError](err)
	if !ok || len(bare.Orders) != 1 || bare.Orders[0] != (store.BareOrder{Ticket: "A100", Subject: g.Subject, Grade: g.Grade}) {
		t.Fatalf("%v", err)
	}
	for _, order := range c.ordersOf("A100") {
		if order.Ticket == "A100" && len(order.Items) == 0 {
			t.Error("the syllabus was taken in all the same")
		}
	}
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
}
