package staff_test

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// severalMark is a centre where two examiners mark an order and have to agree.
func severalMark(t *testing.T) (c *webtest.Centre, clip string) {
	t.Helper()
	c = webtest.New(t)
	rules := c.Rules()
	rules.Markers, rules.MarkTolerance = 2, 0
	c.UseRules(rules)
	_, clip, _ = c.FinalOrder()
	return c, clip
}

func markAll(p *webtest.Phone, clip, level string) {
	p.T.Helper()
	marks := "/api/v1/staff/review/" + clip + "/marks"
	p.Want(http.StatusNoContent, "POST", marks, map[string]any{"level": level, "technique": level, "tempo": level, "interpretation": level}, nil)
	p.Want(http.StatusNoContent, "POST", marks, map[string]any{"whole": true, "level": level}, nil)
}

func toMark(p *webtest.Phone) int {
	p.T.Helper()
	var page staff.ReviewQueueBody
	p.Want(http.StatusOK, "GET", "/api/v1/staff/review?unmarked=true&sealed=all", nil, &page)
	return page.Count
}

// Two examiners disagree, a third does not bring them together, and the chair
// decides; each sees nothing of the others, and the queue asks only whom it needs (R21).
func TestR21_TwoDisagreeAThirdTooAndTheChairDecides(t *testing.T) {
	c, clip := severalMark(t)
	review := "/api/v1/staff/review/" + clip
	desk := c.Staff("administrator")
	first, second, third, fourth := c.StaffNamed("甲", "examiner"), c.StaffNamed("乙", "examiner"), c.StaffNamed("丙", "examiner"), c.StaffNamed("丁", "examiner")
	chair := map[string]any{"level": "good", "reason": "复听后一致"}
	gap := func(want exam.Gap) {
		t.Helper()
		row := results(desk, "sort=unmarkable").Results[0]
		var body staff.ReviewBody
		desk.Want(http.StatusOK, "GET", review, nil, &body)
		if want == "" && (row.Outcome == "" || body.MarkGap != "") || want != "" && !slices.Equal(row.Gaps, []exam.Gap{want}) || body.MarkGap != want {
			t.Errorf("gaps %q, the clip's %q, want %q", row.Gaps, body.MarkGap, want)
		}
	}
	markAll(first, clip, "pass")
	gap(exam.GapVoice)
	if toMark(first) != 0 || toMark(second) != 1 || toMark(third) != 1 || toMark(desk) != 1 {
		t.Error("one of two marked it: the queues are not the others' and the desk's")
	}
	markAll(second, clip, "good")
	gap(exam.GapThird)
	desk.WantCode(exam.NothingToSettle, "POST", review+"/settlement", chair)
	if toMark(second) != 0 || toMark(third) != 1 {
		t.Error("two lie apart: a third is not asked")
	}
	markAll(third, clip, "excellent")
	gap(exam.GapChair)
	if toMark(fourth) != 0 || toMark(desk) != 1 {
		t.Error("a fourth is asked")
	}
	fourth.WantCode(exam.MarkTaken, "POST", review+"/marks", map[string]any{"draft": true, "level": "pass"})
	var seen staff.ReviewBody
	fourth.Want(http.StatusOK, "GET", review, nil, &seen)
	if seen.MarkClosed != exam.MarkTaken || len(seen.Marks) != 0 || seen.Markers != 0 {
		t.Errorf("a fourth sees %+v", seen)
	}
	desk.Want(http.StatusNoContent, "POST", review+"/settlement", chair, nil)
	gap("")
	first.WantCode(exam.MarkSettled, "POST", review+"/marks", map[string]any{"whole": true, "level": "good"})
	seen = staff.ReviewBody{}
	first.Want(http.StatusOK, "GET", review, nil, &seen)
	if len(seen.Marks) != 2 || seen.Chair != nil || seen.MarkGap != "" || slices.ContainsFunc(seen.Marks, func(m staff.MarkBody) bool { return m.By != "甲" }) {
		t.Errorf("an examiner sees %+v", seen.Marks)
	}
	row := results(desk, "sort=complete").Results[0]
	var who staff.ExaminersBody
	desk.Want(http.StatusOK, "GET", "/api/v1/staff/results/examiners", nil, &who)
	if len(who.Examiners) != 3 || who.Examiners[0].Name != "丙" || who.Examiners[0].Common != 1 || who.Examiners[0].Apart != 1.5 || who.Examiners[0].Excellent != 1 {
		t.Errorf("the examiners: %+v", who.Examiners)
	}
	if row.Outcome != "good" || row.Chair != exam.LevelGood || len(row.Voices) != 3 || row.Voices[2].Level != exam.LevelExcellent || row.ClipID != clip {
		t.Errorf("the result: %+v", row)
	}
}

// Who knows the candidate gives the order back, sees it no more, and another takes
// the seat; staff do the same, and undo it.
func TestR21_AnExaminerIsRecused(t *testing.T) {
	c, clip := severalMark(t)
	review := "/api/v1/staff/review/" + clip
	desk := c.Staff("administrator")
	first, second := c.StaffNamed("甲", "examiner"), c.StaffNamed("乙", "examiner")
	markAll(first, clip, "pass")
	second.Want(http.StatusNoContent, "POST", review+"/marks", map[string]any{"draft": true, "level": "good"}, nil)
	second.Want(http.StatusNoContent, "POST", review+"/recusal", map[string]any{"reason": "我的学生"}, nil)
	for _, path := range []string{"", "/identity", "/question"} {
		second.WantCode(exam.MarkRecused, "GET", review+path, nil)
	}
	second.WantCode(exam.MarkRecused, "GET", "/api/v1/staff/clips/"+clip+"/video", nil)
	second.WantCode(exam.MarkRecused, "POST", review+"/announcement", map[string]any{"heard": "heard"})
	if toMark(second) != 0 {
		t.Error("it is in the queue of who is not to mark it")
	}
	desk.WantCode(refusal.NotFound, "POST", review+"/recusals", map[string]any{"examiner": "administrator", "reason": "不是考官"})
	desk.Want(http.StatusNoContent, "POST", review+"/recusals", map[string]any{"examiner": "甲", "reason": "评得太久"}, nil)
	var body staff.ReviewBody
	desk.Want(http.StatusOK, "GET", review, nil, &body)
	if len(body.Marks) != 0 || len(body.Recusals) != 2 {
		t.Fatalf("marks %+v, recusals %+v", body.Marks, body.Recusals)
	}
	desk.Want(http.StatusNoContent, "POST", review+"/recusals/lift", map[string]any{"examiner": "乙", "reason": "同名，不是学生"}, nil)
	body = staff.ReviewBody{}
	second.Want(http.StatusOK, "GET", review, nil, &body)
	if len(body.Drafts) != 0 || len(body.Recusals) != 0 {
		t.Errorf("let in again, the examiner sees %+v", body)
	}
	body = staff.ReviewBody{}
	desk.Want(http.StatusOK, "GET", review, nil, &body)
	if len(body.Recusals) != 1 || body.Recusals[0].Examiner != "甲" {
		t.Errorf("afterwards: %+v", body.Recusals)
	}
}

// What an examiner cannot mark leaves the queue and comes to the desk with its
// reason, and to the candidate (R21); taken back it is in the queue again.
func TestR21_AVideoThatCannotBeMarked(t *testing.T) {
	c := webtest.New(t)
	order, clip, _ := c.FinalOrder()
	phone := c.Candidate(webtest.Personal["ticket"], webtest.Personal["ID number"])
	judge, desk := c.Staff("examiner"), c.Staff("administrator")
	review := "/api/v1/staff/review/" + clip
	judge.Want(http.StatusNoContent, "POST", review+"/unmarkable", map[string]any{"id": "cannot-mark-1", "reason": "没有琴声"}, nil)
	if toMark(judge) != 0 || toMark(desk) != 0 {
		t.Error("it is still to be marked")
	}
	var body staff.ReviewBody
	desk.Want(http.StatusOK, "GET", review, nil, &body)
	row := results(desk, "sort=unmarkable").Results[0]
	if body.Unmarkable == nil || body.Unmarkable.Reason != "没有琴声" || row.OrderID != order || row.Items[0].State != exam.ItemUnmarkable || !slices.Equal(row.Irregular, []string{exam.Unmarkable}) {
		t.Errorf("the desk sees %+v and %+v", body.Unmarkable, row)
	}
	var attempt struct {
		Desk []struct{ Kind, Reason string }
	}
	phone.Want(http.StatusOK, "GET", "/api/v1/attempts/"+body.AttemptID, nil, &attempt)
	if len(attempt.Desk) != 1 || attempt.Desk[0].Kind != exam.Unmarkable || attempt.Desk[0].Reason != "没有琴声" {
		t.Errorf("the candidate reads %+v", attempt.Desk)
	}
	_, err := c.Apply(t.Context(), order, exam.UndoIrregularity{ID: "cannot-mark-1", By: exam.Actor{Role: exam.ByStaff, Name: "administrator"}, Reason: "音箱没开"})
	webtest.Must(t, err)
	if toMark(judge) != 1 {
		t.Error("taken back it is not to be marked")
	}
}

// What the committee decided, and whom an examiner knows, is the administrators'
// to read: on no page of other staff, in no line of the audit log and by no search
// of it (R21).
func TestR21_WordsOfTheCommitteeAreTheAdministrators(t *testing.T) {
	c, clip := severalMark(t)
	review := "/api/v1/staff/review/" + clip
	desk := c.Staff("administrator")
	for name, level := range map[string]string{"甲": "pass", "乙": "good", "丙": "excellent"} {
		markAll(c.StaffNamed(name, "examiner"), clip, level)
	}
	c.StaffNamed("丁", "examiner").Want(http.StatusNoContent, "POST", review+"/recusal", map[string]any{"reason": "我的外甥"}, nil)
	desk.Want(http.StatusNoContent, "POST", review+"/settlement", map[string]any{"level": "good", "reason": "商定为良好"}, nil)
	said := func(p *webtest.Phone, path string) bool {
		response, err := p.Client.Get(c.URL + path)
		webtest.Must(t, err)
		defer response.Body.Close()
		page, err := io.ReadAll(response.Body)
		webtest.Must(t, err)
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", path, response.Status)
		}
		return slices.ContainsFunc([]string{"我的外甥", "商定为良好", `"excellent"`}, func(words string) bool {
			return strings.Contains(string(page), words)
		})
	}
	var body staff.ReviewBody
	desk.Want(http.StatusOK, "GET", review, nil, &body)
	order, attempt := "/api/v1/staff/orders/"+body.OrderID, "/api/v1/staff/attempts/"+body.AttemptID
	log := []string{"/api/v1/staff/audit/lines", "/api/v1/staff/audit/export?as=csv"}
	for _, path := range append(log, review, order, attempt) {
		if !said(desk, path) {
			t.Errorf("an administrator does not read it in %s", path)
		}
	}
	technician, invigilator := c.Staff("technician"), c.Staff("invigilator")
	for _, path := range append(log, review) {
		if said(technician, path) {
			t.Errorf("a technician reads it in %s", path)
		}
	}
	for _, path := range []string{review, order, attempt} {
		if said(invigilator, path) {
			t.Errorf("an invigilator reads it in %s", path)
		}
	}
	for _, words := range []string{"外甥", "良好", "excellent"} {
		var found struct{ Lines []any }
		technician.Want(http.StatusOK, "GET", "/api/v1/staff/audit/lines?text="+url.QueryEscape(words), nil, &found)
		if len(found.Lines) != 0 {
			t.Errorf("a technician finds %d lines by %s", len(found.Lines), words)
		}
	}
}

// Of two who take the last seat at the same moment one has it, and the other is told.
func TestR21_TheLastSeatIsTakenOnce(t *testing.T) {
	c, clip := severalMark(t)
	markAll(c.StaffNamed("甲", "examiner"), clip, "pass")
	mark := map[string]any{"level": "good", "technique": "good", "tempo": "good", "interpretation": "good"}
	answers := make(chan int)
	for _, name := range []string{"乙", "丙", "丁"} {
		late := c.StaffNamed(name, "examiner")
		go func() { answers <- late.Call("POST", "/api/v1/staff/review/"+clip+"/marks", mark, nil).StatusCode }()
	}
	got := []int{<-answers, <-answers, <-answers}
	slices.Sort(got)
	if !slices.Equal(got, []int{http.StatusNoContent, http.StatusConflict, http.StatusConflict}) {
		t.Errorf("the last seat: %v", got)
	}
}

// An order that left before the second examiner marked it has its level by the
// chair's word: the seat that was free then waits for nobody (R31).
func TestR21_AFreeSeatOfASettledOrderWaitsForNobody(t *testing.T) {
	c, clip := severalMark(t)
	review := "/api/v1/staff/review/" + clip
	desk := c.Staff("administrator")
	markAll(c.StaffNamed("甲", "examiner"), clip, "pass")
	_, err := c.Apply(t.Context(), results(desk, "sort=unmarkable").Results[0].OrderID, exam.Seal{})
	webtest.Must(t, err)
	second := c.StaffNamed("乙", "examiner")
	if toMark(second) != 1 || toMark(desk) != 1 {
		t.Error("a sealed order waits for no second mark")
	}
	desk.Want(http.StatusNoContent, "POST", review+"/settlement", map[string]any{"level": "pass", "reason": "第二位考官缺席"}, nil)
	if toMark(second) != 0 || toMark(desk) != 0 {
		t.Error("what the chair decided still waits for a mark")
	}
	second.WantCode(exam.MarkSettled, "POST", review+"/marks", map[string]any{"draft": true, "level": "good"})
}

// Who began to mark and has no account any more, or another kind of one, gives the
// seat back by an administrator's hand.
func TestR21_TheSeatOfWhoLeftIsGivenToAnother(t *testing.T) {
	c, clip := severalMark(t)
	review := "/api/v1/staff/review/" + clip
	desk := c.Staff("administrator")
	item := map[string]any{"level": "good", "technique": "good", "tempo": "good", "interpretation": "good"}
	for _, name := range []string{"甲", "乙"} {
		c.StaffNamed(name, "examiner").Want(http.StatusNoContent, "POST", review+"/marks", item, nil)
	}
	_, err := c.DB().ExecContext(t.Context(), "DELETE FROM users WHERE name = '甲'")
	webtest.Must(t, err)
	_, err = c.DB().ExecContext(t.Context(), "UPDATE users SET role = 'administrator' WHERE name = '乙'")
	webtest.Must(t, err)
	next := c.StaffNamed("丙", "examiner")
	next.WantCode(exam.MarkTaken, "POST", review+"/marks", item)
	for _, name := range []string{"甲", "乙"} {
		desk.Want(http.StatusNoContent, "POST", review+"/recusals", map[string]any{"examiner": name, "reason": "离开了考点"}, nil)
	}
	desk.WantCode(refusal.NotFound, "POST", review+"/recusals", map[string]any{"examiner": "戊", "reason": "没有这个人"})
	markAll(next, clip, "good")
}
