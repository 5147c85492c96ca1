package erase_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// again is a list with one order of somebody.
func (d *demo) again(ticket, number string) store.Import {
	return store.Import{Kind: store.ImportList, By: exam.Actor{Role: exam.ByStaff, Name: "desk"}, Rows: []store.ImportRow{{Registration: exam.Registration{
		Ticket: ticket, Name: webtest.SecretName, IDType: "居民身份证", IDNumber: number, Subject: "钢琴", Grade: 3,
		Pieces: []exam.Piece{{Title: "小步舞曲"}}, Window: exam.Window{OpensAt: d.Now(), ClosesAt: d.Now().Add(time.Hour)},
	}}}}
}

// returning says how many rows of an import bring an erased person back.
func (d *demo) returning(in store.Import) int {
	d.T.Helper()
	preview, err := d.PreviewImport(d.T.Context(), in)
	webtest.Must(d.T, err)
	return len(preview.Counts().Returning)
}

// Whoever was erased does not come back unsaid: by the number or the ticket, however
// they are written, in a list, by hand, or as a correction of another's order.
func TestAListThatBringsAnErasedPersonBackIsTold(t *testing.T) {
	d := newDemo(t)
	other := exam.Registration{Ticket: "KEPT-1001", Name: "司马相如", IDNumber: "370102201505050077"}
	d.person(other)
	number := webtest.Personal["ID number"]
	if got := d.returning(d.again("NEW-1", number)); got != 0 {
		t.Fatalf("before the erasure %d rows are told", got)
	}
	_, err := d.eraser.Erase(t.Context(), d.erasing("one"))
	webtest.Must(t, err)
	wide := func(text string) string {
		return strings.Map(func(r rune) rune {
			if r > ' ' && r <= '~' {
				return r - '!' + '！'
			}
			return r
		}, text)
	}
	for name, c := range map[string]struct {
		ticket, number string
		want           int
	}{
		"the same":                  {"TICKET-77", number, 1},
		"the number alone":          {"NEW-1", number, 1},
		"the ticket alone":          {"TICKET-77", "E-5550001", 1},
		"the number in other signs": {"NEW-1", " " + wide(number), 1},
		"the ticket in other signs": {wide("ticket-77"), "E-5550001", 1},
		"nobody of those":           {"NEW-1", "E-5550001", 0},
	} {
		if got := d.returning(d.again(c.ticket, c.number)); got != c.want {
			t.Errorf("%s: %d rows are told", name, got)
		}
	}
	changed := d.again(other.Ticket, number)
	changed.Rows[0].Subject, changed.Rows[0].Grade = "二胡", 4
	if got := d.returning(changed); got != 1 {
		t.Errorf("an order that becomes the erased person's: %d rows are told", got)
	}
	two := d.again("NEW-1", number)
	two.Rows = append(two.Rows, d.again("NEW-2", number).Rows...)
	two.ErasedToo = true
	if taken, err := d.TakeIn(t.Context(), two); err != nil || taken.Added != 2 || len(taken.Returning) == 0 {
		t.Fatalf("taken in knowingly: %+v, %v", taken, err)
	}
	if got := d.returning(d.again("NEW-3", number)); got != 0 {
		t.Errorf("who came back knowingly is asked about again: %d", got)
	}
}

// What is kept for that is no personal datum: it fits others, says nothing on another
// box, and goes when no list of that season can come any more.
func TestWhatIsKeptOfAnErasedPersonNamesNobody(t *testing.T) {
	d := newDemo(t)
	_, err := d.eraser.Erase(t.Context(), d.erasing("one"))
	webtest.Must(t, err)
	if marks := strings.Fields(d.text("SELECT group_concat(DISTINCT length(mark) || ' ') FROM erased_marks")); !slices.Equal(marks, []string{"6"}) {
		t.Errorf("marks have the lengths %v", marks)
	}
	first := d.text("SELECT group_concat(mark) FROM erased_marks")
	if key := d.text("SELECT value FROM settings WHERE name = 'erased_key'"); len(key) < 26 {
		t.Errorf("the key is %d letters", len(key))
	}
	other := newDemo(t)
	_, err = other.eraser.Erase(t.Context(), other.erasing("one"))
	webtest.Must(t, err)
	if other.text("SELECT group_concat(mark) FROM erased_marks") == first {
		t.Error("two boxes have the same marks of one person")
	}
	webtest.Must(t, d.ForgetErased(t.Context()))
	if d.text("SELECT count(*) FROM erased_marks") == "0" {
		t.Error("they are gone at once")
	}
	d.exec("UPDATE erased_marks SET at = at - 401 * 86400000")
	if got := d.returning(d.again("TICKET-77", webtest.Personal["ID number"])); got != 0 {
		t.Error("a mark of long ago is still compared with")
	}
	webtest.Must(t, d.ForgetErased(t.Context()))
	if left := d.text("SELECT count(*) FROM erased_marks"); left != "0" {
		t.Errorf("%s are left", left)
	}
}
