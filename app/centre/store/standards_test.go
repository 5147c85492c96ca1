package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

var committee = exam.Actor{Role: exam.ByStaff, Name: "考官组"}

// many are submitted orders with one clip each, of people of their own.
func (c *centre) many(from, to int) (orders []string) {
	c.t.Helper()
	for i := from; i < to; i++ {
		order := c.enrolOther(fmt.Sprint("MANY ", i), fmt.Sprintf("11010120150101%04d", i))
		attempt := c.start(order)
		c.sendOf(order.PersonKey(), attempt, "1")
		c.apply(order.ID, exam.Submit{AttemptID: attempt.ID, Device: attempt.Device})
		orders = append(orders, order.ID)
	}
	return orders
}

// markAs gives everything of the order that level.
func (c *centre) markAs(order, examiner string, level exam.Level) error {
	mark := exam.Mark{ItemID: "1", Technique: level, Tempo: level, Interpretation: level, Level: level, By: exam.Actor{Role: exam.ByStaff, Name: examiner}}
	if err := c.GiveMark(c.t.Context(), order, mark); err != nil {
		return err
	}
	return c.GiveMark(c.t.Context(), order, exam.Mark{Level: level, By: mark.By})
}

// standards makes the orders standard orders of that level.
func (c *centre) standards(level exam.Level, orders ...string) {
	c.t.Helper()
	for _, id := range orders {
		c.must(c.markAs(id, committee.Name, level))
		c.must(c.SetStandard(c.t.Context(), exam.Standard{OrderID: id, Level: level, Reason: "评审会一致", By: committee}))
	}
}

func (c *centre) queueOf(examiner string) []store.ClipRow {
	c.t.Helper()
	page, err := c.ListReview(c.t.Context(), store.ReviewFilter{Examiner: examiner, Unmarked: true, Sealed: store.SealedToo, Limit: 200})
	c.must(err)
	if page.Progress.Left != page.Count || page.Count != len(page.Clips) {
		c.t.Errorf("%d clips, the count is %d, left are %d", len(page.Clips), page.Count, page.Progress.Left)
	}
	return page.Clips
}

// work marks what stands first in the examiner's list, so often, or until it is
// refused; it says which orders these were.
func (c *centre) work(examiner string, level exam.Level, times int) (orders []string, err error) {
	c.t.Helper()
	for range times {
		order := c.queueOf(examiner)[0].OrderID
		if err := c.markAs(order, examiner, level); err != nil {
			return orders, err
		}
		orders = append(orders, order)
		c.clock.Advance(time.Minute)
	}
	return orders, nil
}

func (c *centre) useSeeds(every, qualification int) {
	rules := c.Rules()
	rules.SeedEvery, rules.Qualification = every, qualification
	c.UseRules(rules)
}

func (c *centre) checkedOf(examiner string) store.CheckedExaminer {
	c.t.Helper()
	checked, err := c.ListChecked(c.t.Context())
	c.must(err)
	for _, one := range checked.Examiners {
		if one.Name == examiner {
			return one
		}
	}
	return store.CheckedExaminer{Name: examiner}
}

// An examiner who gives two levels too much is stopped within two standard orders,
// goes on when released, and changed nothing of these orders (R21).
func TestR21_TwoLevelsTooMuchIsStoppedWithinTwoSeeds(t *testing.T) {
	c := newCentre(t)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
	orders := c.many(0, 16)
	standard := orders[:5]
	c.standards(exam.LevelPass, standard...)
	c.useSeeds(3, 0)
	before, err := c.FindOrder(t.Context(), standard[0])
	c.must(err)

	marked, err := c.work("宽", exam.LevelExcellent, 12)
	wantCode(t, err, exam.MarkStopped)
	if len(marked) != 4 || !slices.Contains(standard, marked[0]) || slices.Contains(standard, marked[1]) || slices.Contains(standard, marked[2]) || !slices.Contains(standard, marked[3]) {
		t.Fatalf("marked %v of the standard orders %v", marked, standard)
	}
	wantCode(t, c.SaveMarkDraft(t.Context(), orders[15], exam.Mark{Level: exam.LevelPass, By: exam.Actor{Role: exam.ByStaff, Name: "宽"}}), exam.MarkStopped)
	one := c.checkedOf("宽")
	if !one.Stopped || len(one.Probes) != 2 || one.Probes[0].Within() || one.Probes[0].Given != exam.LevelExcellent || one.Probes[0].Kind != exam.ProbeSeed {
		t.Errorf("checked: %+v", one)
	}
	wantCode(t, c.ReleaseExaminer(t.Context(), "宽", " ", committee), exam.ReasonMissing)
	c.must(c.ReleaseExaminer(t.Context(), "宽", "一起重听过标准样本", committee))
	c.clock.Advance(time.Minute)
	more, err := c.work("宽", exam.LevelPass, 6)
	c.must(err)
	if c.checkedOf("宽").Stopped || slices.Contains(standard, more[0]) || !slices.Contains(standard, more[2]) || !slices.Contains(standard, more[5]) {
		t.Errorf("released: %v", more)
	}

	after, err := c.FindOrder(t.Context(), standard[0])
	c.must(err)
	if len(after.Marks) != len(before.Marks) || after.Marks[0].By != committee {
		t.Errorf("the standard order's marks: %+v", after.Marks)
	}
	if _, err := c.work("准", exam.LevelGood, 11+5); err != nil { // one level off is within the tolerance
		t.Errorf("who marks well is stopped: %v", err)
	}
	if left := c.queueOf("准"); len(left) != 0 {
		t.Errorf("%d clips are left, all real orders are marked", len(left))
	}
}

// The day's first order is a standard order again, and the list's places are the same
// whatever is asked of it; pages go on behind what was marked meanwhile (R21).
func TestR21_ADaysFirstOrderIsAStandardOrder(t *testing.T) {
	c := newCentre(t)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
	orders := c.many(0, 14)
	standard := orders[:4]
	c.standards(exam.LevelPass, standard...)
	c.useSeeds(5, 0)
	_, err := c.work("甲", exam.LevelPass, 2)
	c.must(err)
	page, err := c.ListReview(t.Context(), store.ReviewFilter{Examiner: "甲", Unmarked: true, Sealed: store.SealedToo, Limit: 4})
	c.must(err)
	var first []string
	for _, row := range page.Clips {
		first = append(first, row.OrderID)
		c.must(c.markAs(row.OrderID, "甲", exam.LevelPass))
	}
	if !slices.Contains(standard, first[3]) {
		t.Fatalf("the fifth is none of the standard orders: %v", first)
	}
	next, err := c.ListReview(t.Context(), store.ReviewFilter{Examiner: "甲", Unmarked: true, Sealed: store.SealedToo, Limit: 50, After: page.Next})
	c.must(err)
	waiting := c.queueOf("甲")
	if len(next.Clips) != len(waiting) || next.Clips[0].ID != waiting[0].ID {
		t.Errorf("the next page has %d clips, the list %d", len(next.Clips), len(waiting))
	}
	all, err := c.ListReview(t.Context(), store.ReviewFilter{Examiner: "甲", Sealed: store.SealedToo, Limit: 50})
	c.must(err)
	var unmarked []string
	for _, row := range all.Clips {
		if !row.Marked {
			unmarked = append(unmarked, row.ID)
		}
	}
	for i, row := range waiting {
		if unmarked[i] != row.ID {
			t.Errorf("in the whole list %v, in that of unmarked ones %s at %d", unmarked, row.ID, i)
		}
	}
	if slices.Contains(standard, waiting[0].OrderID) {
		t.Error("a standard order comes at once again")
	}
	c.clock.Advance(24 * time.Hour)
	if rows := c.queueOf("甲"); !slices.Contains(standard, rows[0].OrderID) {
		t.Error("the next day begins with no standard order")
	}
}

// An examiner marks standard orders of a subject before real ones; who has met all of
// them waits for none, and the administrator is told (R21).
func TestR21_StandardOrdersComeBeforeTheFirstRealOne(t *testing.T) {
	c := newCentre(t)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
	orders := c.many(0, 9)
	standard := orders[:4]
	c.useSeeds(0, 2)
	lacking := func(want int) {
		t.Helper()
		checked, err := c.ListChecked(t.Context())
		c.must(err)
		if len(checked.Lacking) != want {
			t.Errorf("lacking: %+v, want %d", checked.Lacking, want)
		}
	}
	c.must(c.markAs(orders[8], "老", exam.LevelPass)) // there are no standard orders yet
	c.standards(exam.LevelPass, standard...)
	if rows := c.queueOf("新"); len(rows) != 2 || !slices.Contains(standard, rows[0].OrderID) {
		t.Fatalf("the list begins with %+v", rows)
	}
	wantCode(t, c.markAs(orders[6], "新", exam.LevelPass), exam.MarkUnqualified)
	marked, err := c.work("新", exam.LevelPass, 1)
	c.must(err)
	_, err = c.work("新", exam.LevelExcellent, 1)
	c.must(err)
	if rows := c.queueOf("新"); len(rows) != 1 || slices.Contains(marked, rows[0].OrderID) {
		t.Errorf("one of two was outside: %+v", rows)
	}
	lacking(0)
	_, err = c.work("新", exam.LevelGood, 1)
	c.must(err)
	if rows := c.queueOf("新"); len(rows) != 5 || slices.Contains(standard, rows[0].OrderID) {
		t.Errorf("qualified, %d clips wait", len(rows))
	}
	c.must(c.markAs(orders[6], "新", exam.LevelPass))
	c.must(c.WithdrawStandard(t.Context(), standard[0], "视频质量不好", committee))
	c.must(c.WithdrawStandard(t.Context(), standard[1], "视频质量不好", committee))
	if rows := c.queueOf("后"); len(rows) != 2 {
		t.Errorf("two standard orders are left, %d clips wait", len(rows))
	}
	_, err = c.work("后", exam.LevelExcellent, 1)
	c.must(err)
	_, err = c.work("后", exam.LevelPass, 1)
	c.must(err)
	if rows := c.queueOf("后"); len(rows) < 5 {
		t.Errorf("too few standard orders hold up the examiner: %+v", rows)
	}
	lacking(1)
}

// Only a marked order is a standard order, and one of which a decision is in force is
// given to nobody any more.
func TestR21_WhatIsNoStandardOrder(t *testing.T) {
	c := newCentre(t)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
	orders := c.many(0, 3)
	set := func(id string) error {
		return c.SetStandard(t.Context(), exam.Standard{OrderID: id, Level: exam.LevelPass, Reason: "评审会一致", By: committee})
	}
	wantCode(t, set(orders[0]), exam.StandardUnmarked)
	wantCode(t, set("nobodys"), refusal.NotFound)
	c.standards(exam.LevelPass, orders[0])
	c.useSeeds(2, 0)
	if rows := c.queueOf("甲"); len(rows) != 3 || rows[0].OrderID != orders[0] {
		t.Fatalf("the list: %+v", rows)
	}
	c.apply(orders[0], exam.Decide{ID: "decision-1", Kind: exam.Disqualify, Reason: "替考", By: staff})
	if rows := c.queueOf("甲"); len(rows) != 2 {
		t.Errorf("after the decision: %+v", rows)
	}
	wantCode(t, set(orders[0]), exam.Disqualified)
}

// What an examiner ticks, departs from, drafts and cannot mark in a probe is told to
// that examiner and to nobody else, and nothing of the order tells that it is one (R21).
func TestR21_AProbeLooksLikeAnyOther(t *testing.T) {
	c := newCentre(t)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
	orders := c.many(0, 4)
	c.standards(exam.LevelPass, orders[0])
	before, err := c.FindOrder(t.Context(), orders[0])
	c.must(err)
	clip := before.Attempts[0].Items[0].Clip.ID
	for _, part := range exam.Parts {
		c.apply(orders[0], exam.HearAnnouncement{ClipID: clip, Part: part, Heard: exam.HeardWell, By: staff})
	}
	c.apply(orders[0], exam.MarkDeparture{ID: "departure-1", ClipID: clip, Category: "hat", Remark: "白帽子", By: staff})
	c.apply(orders[0], exam.Seal{})
	c.useSeeds(2, 0)
	row := c.queueOf("甲")[0]
	if row.OrderID != orders[0] || row.Sealed || row.Ticks != 0 || row.Marked {
		t.Fatalf("the row tells it: %+v", row)
	}
	open, err := c.ListReview(t.Context(), store.ReviewFilter{Examiner: "甲", Open: true, Limit: 10})
	c.must(err)
	if open.Count != 4 {
		t.Errorf("of the orders not ticked and not sent there are %d", open.Count)
	}
	seen, err := c.FindExaminersOrder(t.Context(), clip, "甲")
	c.must(err)
	_, item := seen.FindClip(clip)
	facts, err := c.ListExaminersFacts(t.Context(), orders[0], "甲")
	c.must(err)
	if len(seen.Marks) != 0 || len(item.Clip.Hearings) != 0 || len(item.Clip.Departures) != 0 || slices.ContainsFunc(facts, afterwards) {
		t.Errorf("the order tells it: %+v, %+v, %+v", seen.Marks, item.Clip, facts)
	}
	by := exam.Actor{Role: exam.ByStaff, Name: "甲"}
	c.must(c.Review(t.Context(), orders[0], "甲", exam.HearRest{ClipID: clip, Heard: exam.HeardWell, By: by}))
	c.must(c.Review(t.Context(), orders[0], "甲", exam.MarkDeparture{ID: "departure-2", ClipID: clip, Category: "hat", By: by}))
	c.must(c.markAs(orders[0], "甲", exam.LevelGood))
	c.restart()
	seen, err = c.FindExaminersOrder(t.Context(), clip, "甲")
	c.must(err)
	_, item = seen.FindClip(clip)
	if len(seen.Marks) != 2 || !item.Clip.Ticked() || len(item.Clip.Departures) != 1 || item.Clip.Hearings[0].By != by {
		t.Errorf("afterwards the examiner sees %+v, %+v", seen.Marks, item.Clip)
	}
	all, err := c.FindOrder(t.Context(), orders[0])
	c.must(err)
	_, item = all.FindClip(clip)
	if len(all.Marks) != 2 || all.Marks[0].By != committee || item.Clip.Hearings[0].By != staff || len(item.Clip.Departures) != 1 || item.Clip.Departures[0].Remark != "白帽子" {
		t.Errorf("the order itself: %+v, %+v", all.Marks, item.Clip)
	}
	told, err := c.ListFacts(t.Context(), orders[0])
	c.must(err)
	if slices.ContainsFunc(told, func(e store.Entry) bool { return e.By == by }) {
		t.Errorf("what was said in the probe would travel: %+v", told)
	}
	c.must(c.Review(t.Context(), orders[0], "乙", exam.CannotMark{ID: "cannot-1", ClipID: clip, Reason: "没有声音", By: exam.Actor{Role: exam.ByStaff, Name: "乙"}}))
	all, err = c.FindOrder(t.Context(), orders[0])
	c.must(err)
	if len(all.Irregularities) != 0 || len(c.queueOf("乙")) != 3 {
		t.Errorf("a probe that cannot be marked: %+v, %d clips wait", all.Irregularities, len(c.queueOf("乙")))
	}
}

func afterwards(e store.Entry) bool {
	return slices.Contains([]exam.FactKind{exam.FactMarked, exam.FactHeard, exam.FactDeparture, exam.FactSealed}, exam.FactKind(e.Action))
}

// At least one in so many of an examiner's own orders comes back on a later day,
// without the former mark in sight; nothing of the order changes (R21).
func TestR21_AnExaminersOwnOrderComesBackUnrecognised(t *testing.T) {
	c := newCentre(t)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
	orders := c.many(0, 10)
	rules := c.Rules()
	rules.AgainEvery = 3
	c.UseRules(rules)
	own, err := c.work("甲", exam.LevelPass, 5)
	c.must(err)
	if waiting := c.queueOf("甲"); len(waiting) != 5 {
		t.Fatalf("of the same day's something came back: %d clips wait", len(waiting))
	}
	c.clock.Advance(24 * time.Hour)
	var again []string
	for len(c.queueOf("甲")) > 0 {
		row := c.queueOf("甲")[0]
		if slices.Contains(own, row.OrderID) {
			again = append(again, row.OrderID)
			seen, err := c.FindExaminersOrder(t.Context(), row.ID, "甲")
			c.must(err)
			if row.Marked || len(seen.Marks) != 0 {
				t.Errorf("the former mark is in sight: %+v, %+v", row, seen.Marks)
			}
		}
		c.must(c.markAs(row.OrderID, "甲", exam.LevelExcellent))
	}
	if len(again) != 2 || again[0] == again[1] {
		t.Fatalf("of five, one in three: %v came back", again)
	}
	for _, id := range again {
		order, err := c.FindOrder(t.Context(), id)
		c.must(err)
		if len(order.Marks) != 2 || order.Marks[1].Level != exam.LevelPass {
			t.Errorf("the order's marks became %+v", order.Marks)
		}
	}
	one := c.checkedOf("甲")
	if one.Stopped || len(one.Probes) != 2 || one.Probes[0].Kind != exam.ProbeAgain || one.Probes[0].Level != exam.LevelPass || one.Probes[0].Given != exam.LevelExcellent {
		t.Errorf("what came of it: %+v", one)
	}
	all, err := c.ListReview(t.Context(), store.ReviewFilter{Examiner: "甲", Sealed: store.SealedToo, Limit: 50})
	c.must(err)
	if len(all.Clips) != len(orders) || slices.ContainsFunc(all.Clips, func(row store.ClipRow) bool { return !row.Marked }) {
		t.Errorf("afterwards the list has %d clips", len(all.Clips))
	}
}

// An appeal is marked by somebody who did not mark the order, without the first marks
// in sight, and changes the level only beyond the tolerance (R21); of an order in a
// batch it is a later fact (R31).
func TestR21_AnAppealIsMarkedBlindAndChangesOnlyBeyondTheTolerance(t *testing.T) {
	for name, one := range map[string]struct {
		markers int
		gives   exam.Level
		want    exam.Level
	}{
		"one marker, within":      {1, exam.LevelGood, exam.LevelPass},
		"one marker, beyond":      {1, exam.LevelExcellent, exam.LevelExcellent},
		"several markers, within": {2, exam.LevelGood, exam.LevelPass},
		"several markers, beyond": {2, exam.LevelExcellent, exam.LevelExcellent},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentre(t)
			c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
			rules := c.Rules()
			rules.Markers = one.markers
			c.UseRules(rules)
			id := c.many(0, 1)[0]
			ask := func() error { return c.AskAppeal(t.Context(), id, "appeal-1", "家长申请", committee) }
			wantCode(t, ask(), exam.AppealUnmarked)
			first := []string{"甲", "乙"}[:one.markers]
			for _, examiner := range first {
				c.must(c.markAs(id, examiner, exam.LevelPass))
			}
			c.apply(id, exam.Seal{})
			c.clock.Advance(time.Hour)
			c.must(ask())
			c.must(ask()) // told again
			wantCode(t, c.AskAppeal(t.Context(), id, "appeal-2", "家长再申请", committee), exam.AppealOpen)
			for _, examiner := range first {
				if len(c.queueOf(examiner)) != 0 {
					t.Errorf("%s marks it again", examiner)
				}
			}
			begun := exam.Mark{ItemID: "1", Technique: exam.LevelFail, Tempo: exam.LevelFail, Interpretation: exam.LevelFail, Level: exam.LevelFail}
			begun.By = exam.Actor{Role: exam.ByStaff, Name: "不回来"}
			c.must(c.GiveMark(t.Context(), id, begun))
			c.apply(id, exam.Recuse{Examiner: "不回来", Reason: "我的学生", By: begun.By})
			row := c.queueOf("丙")[0]
			seen, err := c.FindExaminersOrder(t.Context(), row.ID, "丙")
			c.must(err)
			facts, err := c.ListExaminersFacts(t.Context(), id, "丙")
			c.must(err)
			told := func(e store.Entry) bool { return afterwards(e) || e.Action == "appealed" }
			if row.Sealed || len(seen.Marks) != 0 || slices.ContainsFunc(facts, told) {
				t.Errorf("it tells: %+v, %+v, %+v", row, seen.Marks, facts)
			}
			c.must(c.markAs(id, "丙", one.gives))
			if len(c.queueOf("丙")) != 0 {
				t.Error("what is decided waits")
			}
			if waiting := len(c.queueOf("丁")); (waiting == 0) != (one.markers == 2 || one.want != exam.LevelPass) {
				t.Errorf("for another examiner %d clips wait", waiting)
			}
			wantCode(t, c.markAs(id, "丙", exam.LevelFail), exam.MarkSettled)
			order, err := c.FindOrder(t.Context(), id)
			c.must(err)
			if order.Whole() != one.want {
				t.Errorf("the level is %s, want %s; marks %+v", order.Whole(), one.want, order.Marks)
			}
			appeals, err := c.ListAppeals(t.Context(), id)
			c.must(err)
			if len(appeals) != 1 || appeals[0].Former != exam.LevelPass || appeals[0].Level != one.gives || appeals[0].Examiner != "丙" || appeals[0].Changed != (one.want != exam.LevelPass) {
				t.Errorf("kept is %+v", appeals)
			}
			all, err := c.ListFacts(t.Context(), id)
			c.must(err)
			later := func(e store.Entry) bool { return e.Action == "appeal_decided" && e.By.Name == "丙" }
			if !slices.ContainsFunc(all, later) {
				t.Errorf("no fact travels: %+v", all)
			}
		})
	}
}
