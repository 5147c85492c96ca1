package staff_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// standardCentre is a centre whose administrator made a marked order a standard order,
// and which has an order that nobody marked.
func standardCentre(t *testing.T) (c *webtest.Centre, standard, other string) {
	t.Helper()
	c = webtest.New(t)
	_, standard, _ = c.FinalOrder()
	other = anotherOrder(c)
	rules := c.Rules()
	rules.SeedEvery = 2
	c.UseRules(rules)
	markAll(c.StaffNamed("考官组", "examiner"), standard, "pass")
	c.Staff("administrator").Want(http.StatusNoContent, "POST", "/api/v1/staff/review/"+standard+"/standard", map[string]any{"level": "pass", "reason": "评审会一致"}, nil)
	return c, standard, other
}

// anotherOrder is FinalOrder's of another person; it returns the clip.
func anotherOrder(c *webtest.Centre) string {
	c.T.Helper()
	c.Register("TICKET-90", "370102201605060096")
	owner := c.Candidate("TICKET-90", "370102201605060096")
	attempt := owner.StartOrder(owner.Orders()[0].ID)
	owner.Want(http.StatusOK, "POST", "/api/v1/attempts/"+attempt.ID+"/acknowledge", nil, nil)
	clip := owner.Upload(attempt.ID, "1", "another video")
	owner.Want(http.StatusOK, "POST", "/api/v1/attempts/"+attempt.ID+"/submit", nil, nil)
	return clip
}

// shape is what the answer is made of, without what any two orders differ in.
func shape(p *webtest.Phone, path string) []string {
	p.T.Helper()
	var body map[string]any
	p.Want(http.StatusOK, "GET", path, nil, &body)
	var keys []string
	for key, value := range body {
		if list, is := value.([]any); is && slices.Contains([]string{"announcement", "departures", "decisions", "marks", "drafts"}, key) {
			key = fmt.Sprint(key, len(list))
		}
		if slices.Contains([]string{"closed", "mark_closed", "marked", "sealed", "ticks", "missing_fails"}, key) {
			key = fmt.Sprint(key, value)
		}
		keys = append(keys, key)
	}
	facts, err := json.Marshal(body["facts"])
	webtest.Must(p.T, err)
	for _, kind := range []exam.FactKind{exam.FactMarked, exam.FactHeard, exam.FactSealed, exam.FactDeparture} {
		keys = append(keys, fmt.Sprint(kind, strings.Count(string(facts), `"`+string(kind)+`"`)))
	}
	keys = slices.DeleteFunc(keys, func(key string) bool { // an examined clip has more than one that is not yet
		return slices.Contains([]string{"sheet", "worst", "type", "question", "piece", "code_at"}, key)
	})
	slices.Sort(keys)
	return keys
}

// No answer, before, during and after marking, tells a standard order from another (R21).
func TestR21_NoAnswerTellsAStandardOrder(t *testing.T) {
	c, standard, other := standardCentre(t)
	judge := c.StaffNamed("甲", "examiner")
	alike := func(when string) {
		t.Helper()
		one, two := shape(judge, "/api/v1/staff/review/"+standard), shape(judge, "/api/v1/staff/review/"+other)
		if !slices.Equal(one, two) {
			t.Errorf("%s a standard order is\n%v\nand another\n%v", when, one, two)
		}
	}
	if toMark(judge) != 2 {
		t.Fatalf("%d clips wait", toMark(judge))
	}
	alike("before")
	for _, clip := range []string{standard, other} {
		review := "/api/v1/staff/review/" + clip
		judge.Want(http.StatusNoContent, "POST", review+"/announcement", map[string]any{"heard": "heard"}, nil)
		judge.Want(http.StatusNoContent, "POST", review+"/marks", map[string]any{"draft": true, "level": "good", "remarks": "起头"}, nil)
		judge.WantCode(exam.MarkItemsFirst, "POST", review+"/marks", map[string]any{"whole": true, "level": "good"})
	}
	alike("begun")
	for _, clip := range []string{standard, other} {
		markAll(judge, clip, "good")
	}
	alike("marked")
	if toMark(judge) != 0 {
		t.Error("what is marked waits")
	}
	var page staff.ReviewQueueBody
	judge.Want(http.StatusOK, "GET", "/api/v1/staff/review?sealed=all", nil, &page)
	if page.Progress.Marked != 2 || page.Progress.Left != 0 || len(page.Clips) != 2 || !page.Clips[0].Marked || !page.Clips[1].Marked {
		t.Errorf("the list: %+v, %+v", page.Progress, page.Clips)
	}
	judge.WantCode(exam.RoleNotAllowed, "GET", "/api/v1/staff/results/checked", nil)
}

// The committee sees what an examiner gave, lets one go on, and takes a standard order back.
func TestR21_TheCommitteeSeesWhatCameOfStandardOrders(t *testing.T) {
	c, standard, _ := standardCentre(t)
	desk := c.Staff("administrator")
	review := "/api/v1/staff/review/" + standard
	markAll(c.StaffNamed("甲", "examiner"), standard, "excellent")
	var checked staff.CheckedBody
	desk.Want(http.StatusOK, "GET", "/api/v1/staff/results/checked", nil, &checked)
	i := slices.IndexFunc(checked.Examiners, func(e staff.CheckedExaminerBody) bool { return e.Name == "甲" })
	if checked.SeedEvery != 2 || len(checked.Standards) != 1 || checked.Standards[0].ClipID != standard || i < 0 || len(checked.Examiners[i].Probes) != 1 ||
		checked.Examiners[i].Probes[0].Within || checked.Examiners[i].Stopped || len(checked.Lacking) == 0 {
		t.Errorf("checked: %+v", checked)
	}
	var body staff.ReviewBody
	desk.Want(http.StatusOK, "GET", review, nil, &body)
	if len(body.Marks) != 2 || body.Marks[0].By != "考官组" || body.Standard == nil || body.Standard.Level != exam.LevelPass {
		t.Errorf("the order: %+v, %+v", body.Marks, body.Standard)
	}
	row := results(desk, "sort=complete").Results[0]
	if row.Outcome != "pass" {
		t.Errorf("its result became %s", row.Outcome)
	}
	desk.Want(http.StatusNoContent, "POST", "/api/v1/staff/results/examiners/release", map[string]any{"examiner": "甲", "reason": "没有停"}, nil)
	if notes := c.Notes("examiner_released"); len(notes) != 0 {
		t.Errorf("one who goes on was released: %v", notes)
	}
	desk.WantCode(exam.ReasonMissing, "POST", review+"/standard/withdraw", map[string]any{"reason": " "})
	desk.Want(http.StatusNoContent, "POST", review+"/standard/withdraw", map[string]any{"reason": "画面不清楚"}, nil)
	body = staff.ReviewBody{}
	desk.Want(http.StatusOK, "GET", review, nil, &body)
	if body.Standard != nil {
		t.Errorf("taken back: %+v", body.Standard)
	}
	desk.WantCode(refusal.NotFound, "POST", "/api/v1/staff/review/nobodys/standard", map[string]any{"level": "pass", "reason": "评审会一致"})
	technician := c.Staff("technician")
	var lines json.RawMessage
	technician.Want(http.StatusOK, "GET", "/api/v1/staff/audit/lines", nil, &lines)
	for _, words := range []string{"评审会一致", "画面不清楚", `"within"`, `"excellent"`} {
		if strings.Contains(string(lines), words) {
			t.Errorf("a technician reads %s", words)
		}
	}
}
