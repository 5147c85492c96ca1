package staff_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

type listAnswer struct {
	ID                               string
	Number, Results, Hold, Published int
	Committee                        []string
	MetOn                            string `json:"met_on"`
	Corrects                         bool
}

func listBody(id, shown string, corrects bool) map[string]any {
	return map[string]any{"id": id, "met_on": "2026-08-03", "committee": []string{" 王  老师 ", "李老师", "李老师", ""}, "reason": "评委会会议", "corrects": corrects, "shown": shown}
}

// confirmed is a complete order whose result a committee confirmed.
func confirmed(c *webtest.Centre, desk *webtest.Phone) (order string, list listAnswer) {
	c.T.Helper()
	order, _ = marked(c)
	desk.Want(http.StatusOK, "POST", "/api/v1/staff/results/lists", listBody("list-number-one", results(desk, "").Confirm.Shown, false), &list)
	return order, list
}

// A committee confirms what is complete, once; the list says who they were, and
// each order has its fact (R21, R31).
func TestR21ACommitteeConfirmsWhatIsComplete(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("administrator")
	order, list := confirmed(c, desk)
	if list.Number != 1 || list.Results != 1 || !slices.Equal(list.Committee, []string{"王 老师", "李老师"}) {
		t.Fatalf("%+v", list)
	}
	var again listAnswer
	desk.Want(200, "POST", "/api/v1/staff/results/lists", listBody("list-number-one", "", false), &again)
	if again.ID != list.ID || again.Number != 1 || again.Results != 1 {
		t.Errorf("told again it is %+v", again)
	}
	body := results(desk, "sort=confirmed")
	if body.Count != 1 || body.Confirm.Count != 0 || body.Correct.Count != 0 || body.Results[0].Differs || body.Results[0].Confirmed.Outcome != "excellent" {
		t.Errorf("%+v", body)
	}
	var printed staff.PrintedListBody
	desk.Want(200, "GET", "/api/v1/staff/results/lists/"+list.ID, nil, &printed)
	if len(printed.Results) != 1 || printed.Results[0].OrderID != order || printed.Results[0].Name != webtest.SecretName || !printed.Results[0].Holds {
		t.Errorf("%+v", printed)
	}
	for _, action := range []string{"result_confirmed", "results_confirmed", "results_printed"} {
		if by := c.Notes(action); !slices.Equal(by, []string{"administrator"}) {
			t.Errorf("%s is noted of %v", action, by)
		}
	}
}

// What the page did not show is not confirmed, and nothing is changed by a
// refusal.
func TestR21AListThatShowedSomethingElseIsRefused(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("administrator")
	order, _ := marked(c)
	shown := results(desk, "").Confirm.Shown
	give(c, order, "", exam.LevelPass)
	const path = "/api/v1/staff/results/lists"
	desk.WantCode(store.ResultsChanged, "POST", path, listBody("list-number-one", shown, false))
	shown = results(desk, "").Confirm.Shown
	for code, change := range map[refusal.Code]map[string]any{
		store.CommitteeMissing: {"committee": []string{" ", ""}},
		store.CommitteeTooLong: {"committee": []string{strings.Repeat("王", 41)}},
		store.MeetingInvalid:   {"met_on": "2026-08-04"}, // tomorrow
		exam.ReasonMissing:     {"corrects": true, "reason": ""},
	} {
		body := listBody("list-number-one", shown, false)
		for name, value := range change {
			body[name] = value
		}
		desk.WantCode(code, "POST", path, body)
	}
	desk.WantCode(store.NothingToConfirm, "POST", path+"?grade=9", listBody("list-number-one", "", false))
	if left := results(desk, ""); left.Confirm.Count != 1 || len(c.Notes("result_confirmed")) != 0 {
		t.Errorf("%+v", left)
	}
	desk.Want(200, "POST", path, listBody("list-number-one", shown, false), nil)
}

// A mark after the confirmation changes nothing of it: the page tells that a later
// one differs, and a correction is a row of its own.
func TestR21ALaterMarkDoesNotChangeWhatIsConfirmed(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("administrator")
	order, list := confirmed(c, desk)
	give(c, order, "", exam.LevelPass)
	body := results(desk, "sort=differ")
	if body.Count != 1 || !body.Results[0].Differs || body.Results[0].Outcome != "pass" || body.Results[0].Confirmed.Outcome != "excellent" || body.Correct.Count != 1 {
		t.Fatalf("%+v", body)
	}
	desk.WantCode(exam.ReasonMissing, "POST", "/api/v1/staff/results/lists", map[string]any{"id": "list-number-two", "met_on": "2026-08-03", "committee": []string{"王老师"}, "corrects": true, "shown": body.Correct.Shown})
	var second listAnswer
	desk.Want(200, "POST", "/api/v1/staff/results/lists?order="+order, listBody("list-number-two", body.Correct.Shown, true), &second)
	var history struct {
		Results []struct {
			Revision int
			Outcome  string
			ListID   string `json:"list_id"`
		}
	}
	desk.Want(200, "GET", "/api/v1/staff/results/orders/"+order, nil, &history)
	if got := fmt.Sprint(history.Results); got != fmt.Sprintf("[{2 pass %s} {1 excellent %s}]", second.ID, list.ID) || !second.Corrects || second.Number != 2 {
		t.Errorf("%s, %+v", got, second)
	}
	for _, statement := range []string{"UPDATE results SET outcome = 'fail'", "DELETE FROM results", "DELETE FROM orders WHERE id = '" + order + "'"} {
		if _, err := c.DB().ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s changes what is confirmed", statement)
		}
	}
}

type publishedAnswer struct{ Count, Differ int }

// What a later mark made another is not published before it is corrected.
func TestR21WhatDiffersIsNotPublished(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("administrator")
	order, list := confirmed(c, desk)
	give(c, order, "", exam.LevelPass)
	publish := func(list string) (got publishedAnswer) {
		desk.Want(200, "POST", "/api/v1/staff/results/lists/"+list+"/publish", map[string]any{}, &got)
		return got
	}
	if got := publish(list.ID); got != (publishedAnswer{Differ: 1}) {
		t.Errorf("what differs is published: %+v", got)
	}
	desk.Want(200, "POST", "/api/v1/staff/results/lists", listBody("list-number-two", results(desk, "").Correct.Shown, true), nil)
	if got := publish(list.ID); got != (publishedAnswer{}) {
		t.Errorf("what is corrected is published: %+v", got)
	}
	if got := publish("list-number-two"); got != (publishedAnswer{Count: 1}) {
		t.Errorf("the correction: %+v", got)
	}
	if got := publish("list-number-two"); got != (publishedAnswer{}) {
		t.Errorf("again: %+v", got)
	}
	var lists struct{ Lists []listAnswer }
	desk.Want(200, "GET", "/api/v1/staff/results/lists", nil, &lists)
	if got := fmt.Sprint(lists.Lists[0].Hold, lists.Lists[0].Published, lists.Lists[1].Hold, lists.Lists[1].Published); got != "1 1 0 0" {
		t.Errorf("holding and published: %s", got)
	}
}

// A list says whose results it holds as it was signed, and nobody sees a result
// that was another person's.
func TestR21AListKeepsWhoseResultsItHolds(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("administrator")
	order, list := confirmed(c, desk)
	desk.Want(200, "POST", "/api/v1/staff/results/lists/"+list.ID+"/publish", map[string]any{}, nil)
	owner := c.Candidate(webtest.Personal["ticket"], webtest.Personal["ID number"])
	seen := func() bool {
		var body struct{ Result *struct{ Outcome string } }
		owner.Want(200, "GET", "/api/v1/orders/"+order, nil, &body)
		return body.Result != nil
	}
	if !seen() {
		t.Fatal("it is not published")
	}
	if _, err := c.DB().ExecContext(t.Context(), "UPDATE orders SET name = '别人' WHERE id = ?", order); err != nil {
		t.Fatal(err)
	}
	var printed staff.PrintedListBody
	desk.Want(200, "GET", "/api/v1/staff/results/lists/"+list.ID, nil, &printed)
	if printed.Results[0].Name != webtest.SecretName || !results(desk, "").Results[0].Differs {
		t.Errorf("the list says %s", printed.Results[0].Name)
	}
	if seen() {
		t.Error("another person sees it")
	}
}

// What was published is of an attempt that counts no more once it is voided (R22):
// the candidate, who may sit it again, sees no result of it.
func TestR22AVoidedAttemptShowsNoResult(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("administrator")
	order, list := confirmed(c, desk)
	desk.Want(200, "POST", "/api/v1/staff/results/lists/"+list.ID+"/publish", map[string]any{}, nil)
	owner := c.Candidate(webtest.Personal["ticket"], webtest.Personal["ID number"])
	var body struct {
		Status  exam.Status
		Attempt string `json:"attempt_id"`
		Result  *struct{ Outcome string }
	}
	owner.Want(200, "GET", "/api/v1/orders/"+order, nil, &body)
	if body.Result == nil {
		t.Fatal("it is not published")
	}
	desk.Want(204, "POST", "/api/v1/staff/attempts/"+body.Attempt+"/void", map[string]any{"reason": "停电"}, nil)
	body.Result = nil
	owner.Want(200, "GET", "/api/v1/orders/"+order, nil, &body)
	if body.Status != exam.StatusOpen || body.Result != nil {
		t.Errorf("%s with %+v", body.Status, body.Result)
	}
}

// What examiners gave is the administrators' until candidates see the result:
// the other staff reads that it was marked, and nothing of the level.
func TestR21LevelsAreKeptUntilTheResultIsPublished(t *testing.T) {
	c := webtest.New(t)
	desk, helper := c.Staff("administrator"), c.Staff("invigilator")
	order, list := confirmed(c, desk)
	var clip string
	webtest.Must(t, c.DB().QueryRowContext(t.Context(), "SELECT id FROM clips").Scan(&clip))
	levels := func(p *webtest.Phone) (told int) {
		var review struct {
			AttemptID string `json:"attempt_id"`
			Marks     []any  `json:"marks"`
			Kept      bool   `json:"marks_kept"`
		}
		p.Want(200, "GET", "/api/v1/staff/review/"+clip, nil, &review)
		if review.Kept != (len(review.Marks) == 0) {
			t.Errorf("%+v", review)
		}
		told = len(review.Marks)
		for _, page := range []string{"review/" + clip, "orders/" + order, "attempts/" + review.AttemptID} {
			var body struct {
				Facts []struct {
					Kind    string         `json:"kind"`
					Details map[string]any `json:"details"`
				} `json:"facts"`
			}
			p.Want(200, "GET", "/api/v1/staff/"+page, nil, &body)
			marks := 0
			for _, fact := range body.Facts {
				if fact.Kind == string(exam.FactMarked) {
					marks++
				}
				if fact.Details["level"] != nil {
					told++
				}
			}
			if marks == 0 {
				t.Errorf("%s does not say that it was marked", page)
			}
		}
		return told
	}
	all := levels(desk)
	if all == 0 {
		t.Fatal("an administrator reads no level")
	}
	if told := levels(helper); told != 0 {
		t.Errorf("an invigilator reads %d levels before they are published", told)
	}
	desk.Want(200, "POST", "/api/v1/staff/results/lists/"+list.ID+"/publish", map[string]any{}, nil)
	if told := levels(helper); told != all {
		t.Errorf("an invigilator reads %d levels of %d that the candidate sees", told, all)
	}
	desk.Want(200, "POST", "/api/v1/staff/results/lists/"+list.ID+"/withdraw", map[string]any{"reason": "算错了"}, nil)
	if told := levels(helper); told != 0 {
		t.Errorf("an invigilator reads %d levels after they were withdrawn", told)
	}
}
