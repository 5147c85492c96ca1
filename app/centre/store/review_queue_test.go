package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// manyEnds has clips of orders that ended in every way: submitted, timed out
// and final, timed out and open, sealed, and one whose attempt runs; some are
// ticked, marked or decided about. now is after the last of it.
func (c *centre) manyEnds() {
	c.t.Helper()
	people := 0
	clipOf := func(ticket string, then ...func(exam.Attempt) exam.Event) (exam.Order, string) {
		people++
		order := c.enrolOther(ticket, fmt.Sprintf("11010120150101%04d", people))
		c.must(c.ImportSyllabus(c.t.Context(), syllabus(), bank()))
		attempt := c.start(order)
		clip := c.sendOf(order.PersonKey(), attempt, "1")
		for _, event := range then {
			c.apply(order.ID, event(attempt))
		}
		return order, clip
	}
	submit := func(a exam.Attempt) exam.Event { return exam.Submit{AttemptID: a.ID, Device: a.Device} }
	tick := func() {
		_, err := c.Tick(c.t.Context())
		c.must(err)
	}
	clipOf("TIMED OUT AND FINAL")
	moved, _ := clipOf("TIMED OUT, ITS WINDOW MOVED")
	sealed, _ := clipOf("SEALED", submit)
	c.apply(sealed.ID, exam.Seal{})
	c.clock.Advance(20 * time.Hour)
	tick()
	c.apply(moved.ID, exam.MoveWindow{Window: exam.Window{OpensAt: noon, ClosesAt: noon.Add(96 * time.Hour)}, By: staff, Reason: "停电"})
	c.reviewed()
	_, invalid := clipOf("INVALID", submit)
	_, err := c.DB().ExecContext(c.t.Context(), "UPDATE clips SET urgency = 4, state = 'examined' WHERE id = ?", invalid)
	c.must(err)
	order, err := c.FindClipOrder(c.t.Context(), invalid)
	c.must(err)
	c.apply(order.ID, exam.Decide{ID: "d1", Kind: exam.ClipInvalid, ClipID: invalid, Reason: "看谱", By: staff})
	clipOf("TIMED OUT TODAY")
	c.clock.Advance(2 * time.Hour)
	tick()
	clipOf("RUNNING")
}

// Whatever is chosen, and whoever asks, the count is how many the pages show,
// in an order and none of them twice.
func TestTheCountIsWhatTheQueueShows(t *testing.T) {
	c := newCentre(t)
	c.manyEnds()
	all := map[string]int{}
	for _, f := range everyFilter() {
		page, err := c.ListReview(t.Context(), f)
		c.must(err)
		count, seen := page.Count, page.Clips
		for page.Next != "" && len(seen) < 100 {
			f.After = page.Next
			page, err = c.ListReview(t.Context(), f)
			c.must(err)
			seen = append(seen, page.Clips...)
		}
		different := map[string]bool{}
		for _, clip := range seen {
			different[clip.ID] = true
		}
		if count != len(seen) || count != len(different) {
			t.Errorf("%+v: the count is %d, shown are %d", f, count, len(seen))
		}
		all[f.Examiner] = max(all[f.Examiner], count)
	}
	if all[""] != 6 || all[judge.Name] != 4 {
		t.Errorf("staff see %d clips, an examiner %d: this proves little", all[""], all[judge.Name])
	}
}

func everyFilter() (all []store.ReviewFilter) {
	for _, examiner := range []string{"", judge.Name, "another"} {
		for _, sealed := range []store.Sealed{store.SealedOut, store.SealedOnly, store.SealedToo} {
			for open := range 4 {
				f := store.ReviewFilter{Examiner: examiner, Sealed: sealed, Open: open&1 > 0, Unmarked: open&2 > 0, Limit: 2}
				all = append(all, f)
				for _, verdict := range []exam.Verdict{exam.Pass, exam.Fail} {
					f.Verdict = verdict
					all = append(all, f)
				}
				f.Verdict, f.Subject, f.Grade, f.State = "", "电子琴", 3, "received"
				all = append(all, f)
				if examiner == "" {
					f.Who = "TIMED"
					all = append(all, f)
				}
			}
		}
	}
	return all
}

// R21: an examiner's queue has what an examiner may open, and nothing else.
func TestR21TheQueueOfAnExaminerIsWhatTheyMayOpen(t *testing.T) {
	c := newCentre(t)
	c.manyEnds()
	page, err := c.ListReview(t.Context(), store.ReviewFilter{Examiner: judge.Name, Sealed: store.SealedToo, Limit: 50})
	c.must(err)
	clips, _, err := c.ListClips(t.Context(), "", 50)
	c.must(err)
	for _, clip := range clips {
		_, refused := c.FindExaminersOrder(t.Context(), clip.ID, "examiner")
		listed := slices.ContainsFunc(page.Clips, func(row store.ClipRow) bool { return row.ID == clip.ID })
		if listed != (refused == nil) {
			t.Errorf("%s is listed: %t, opened: %v", clip.Ticket, listed, refused)
		}
	}
	if len(clips) != 7 {
		t.Errorf("%d clips in all", len(clips))
	}
}

// Both lists, and the review of one clip, say the same of it.
func TestAClipIsDescribedOnce(t *testing.T) {
	c := newCentre(t)
	c.manyEnds()
	page, err := c.ListReview(t.Context(), store.ReviewFilter{Sealed: store.SealedToo, Limit: 50})
	c.must(err)
	var newest []store.ClipRow
	for before := ""; len(newest) < 100; {
		clips, next, err := c.ListClips(t.Context(), before, 2)
		c.must(err)
		newest = append(newest, clips...)
		if before = next; next == "" {
			break
		}
	}
	for i, clip := range newest {
		if i > 0 && clip.ReceivedAt.After(newest[i-1].ReceivedAt) {
			t.Errorf("%s is newer than the one before it", clip.Ticket)
		}
		one, err := c.FindClipRow(t.Context(), clip.ID, "")
		c.must(err)
		if fmt.Sprint(one) != fmt.Sprint(clip) {
			t.Errorf("%+v is elsewhere %+v", clip, one)
		}
	}
	for _, row := range page.Clips {
		if !slices.ContainsFunc(newest, func(clip store.ClipRow) bool { return fmt.Sprint(clip) == fmt.Sprint(row) }) {
			t.Errorf("%+v is not in the desk's list", row)
		}
	}
}

// R21: neither the filter nor the order of an examiner's queue tells what the
// comparison of the faces says.
func TestR21TheQueueOfAnExaminerDoesNotTellTheComparison(t *testing.T) {
	c := newCentre(t)
	match := exam.Finding{Kind: exam.KindFaceMatch, Verdict: exam.Fail}
	inspected := func(ticket, number string, findings ...exam.Finding) string {
		order := c.enrolOther(ticket, number)
		c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
		attempt := c.start(order)
		clip := c.sendOf(order.PersonKey(), attempt, "1")
		c.must(c.RecordInspection(t.Context(), clip, store.Inspection{Findings: findings}))
		c.apply(order.ID, exam.Submit{AttemptID: attempt.ID, Device: attempt.Device})
		return clip
	}
	readable := exam.Finding{Kind: exam.KindReadable, Verdict: exam.Pass}
	plain := inspected("A", "110101201501010011", readable)
	c.clock.Advance(time.Second) // what is equally doubtful stands in the order in which it came
	other := inspected("B", "110101201501010012", readable, match)
	for examiner, want := range map[string][2]int{"": {1, 1}, judge.Name: {0, 2}} {
		for n, verdict := range []exam.Verdict{exam.Fail, exam.Pass} {
			page, err := c.ListReview(t.Context(), store.ReviewFilter{Verdict: verdict, Examiner: examiner, Limit: 10})
			c.must(err)
			if page.Count != want[n] {
				t.Errorf("%q finds %d clips with %q, want %d", examiner, page.Count, verdict, want[n])
			}
		}
	}
	page, err := c.ListReview(t.Context(), store.ReviewFilter{Limit: 10})
	c.must(err)
	if page.Clips[0].ID != other {
		t.Errorf("first comes %s for staff", page.Clips[0].ID)
	}
	first := map[string]int{}
	for i := range 40 {
		examiners, err := c.ListReview(t.Context(), store.ReviewFilter{Examiner: fmt.Sprint("examiner ", i), Limit: 10})
		c.must(err)
		first[examiners.Clips[0].ID]++
	}
	if first[plain] < 8 || first[other] < 8 {
		t.Errorf("the order of examiners' queues is not at random: %v come first", first)
	}
}

// An examiner's order is at random and stays; the clips of an order stand together,
// and a page begins where the one before ended, though its last clip was marked (R21).
func TestR21AnExaminersOrderIsTheirOwnAndStays(t *testing.T) {
	c := newCentre(t)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
	for i := range 5 {
		order := c.enrolOther(fmt.Sprint("T", i), fmt.Sprint("11010120150101001", i))
		attempt := c.start(order)
		for _, item := range attempt.Items {
			c.sendOf(order.PersonKey(), attempt, item.ID)
		}
		c.apply(order.ID, exam.Submit{AttemptID: attempt.ID, Device: attempt.Device})
	}
	read := func(f store.ReviewFilter) (page store.ReviewPage) {
		t.Helper()
		f.Examiner = judge.Name
		page, err := c.ListReview(t.Context(), f)
		c.must(err)
		return page
	}
	all := read(store.ReviewFilter{Limit: 50})
	orders := []string{}
	for _, clip := range all.Clips {
		orders = append(orders, clip.OrderID)
	}
	if len(slices.Compact(slices.Clone(orders))) != 5 {
		t.Errorf("an order's clips do not stand together: %v", orders)
	}
	var first []store.ClipRow
	for f := (store.ReviewFilter{Limit: 1, Unmarked: true}); ; {
		page := read(f)
		first = append(first, page.Clips...)
		clip := page.Clips[0]
		order, err := c.FindClipOrder(t.Context(), clip.ID)
		c.must(err)
		_, item := order.FindClip(clip.ID)
		c.must(c.GiveMark(t.Context(), order.ID, exam.Mark{ItemID: item.ID, Technique: exam.LevelGood, Tempo: exam.LevelGood, Interpretation: exam.LevelGood, Level: exam.LevelGood, By: judge}))
		c.clock.Advance(2 * time.Minute)
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	for i, clip := range all.Clips {
		if len(first) != len(all.Clips) || first[i].ID != clip.ID {
			t.Fatalf("page by page %d clips, at once %d; place %d differs", len(first), len(all.Clips), i)
		}
	}
	if p := read(store.ReviewFilter{Limit: 1}).Progress; p == nil || p.Marked != len(all.Clips) || p.Left != 0 || p.Time != 0 {
		t.Errorf("all is marked, and the progress is %+v", p)
	}
	order := c.enrolOther("LAST", "110101201501010099")
	attempt := c.start(order)
	c.sendOf(order.PersonKey(), attempt, "1")
	c.apply(order.ID, exam.Submit{AttemptID: attempt.ID, Device: attempt.Device})
	if p := read(store.ReviewFilter{Limit: 1}).Progress; p.Left != 1 || p.Time != 2*time.Minute {
		t.Errorf("one more, at two minutes each: %+v", p)
	}
}
