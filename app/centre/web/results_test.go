package web_test

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"

	"kaodian/app/centre/web"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// The words by which a mark can be known wherever it appears. The remark and the
// account are nowhere else; of the levels «excellent» is not in any page's JSON.
var ofMarks = []string{"踏板太多", "考官甲", `"excellent"`, `"technique"`, `"level"`}

// A candidate is told nothing of marks by any route until the result is published,
// and after it is taken back nothing again (R20).
func TestR20NoRouteTellsACandidateOfMarksBeforeTheyArePublished(t *testing.T) {
	c := webtest.New(t)
	order, clip, _ := c.FinalOrder()
	for _, item := range []string{"1", ""} {
		mark := exam.Mark{ItemID: item, Level: exam.LevelExcellent, Remarks: "踏板太多", By: exam.Actor{Role: exam.ByStaff, Name: "考官甲"}}
		if item != "" {
			mark.Technique, mark.Tempo, mark.Interpretation = exam.LevelExcellent, exam.LevelExcellent, exam.LevelExcellent
		}
		webtest.Must(t, c.GiveMark(t.Context(), order, mark))
	}
	owner := c.Candidate(webtest.Personal["ticket"], webtest.Personal["ID number"])
	desk := c.Staff("administrator")
	silent := func(when string) {
		t.Helper()
		for path, text := range answersOf(owner, order, clip) {
			for _, word := range ofMarks {
				if strings.Contains(text, word) {
					t.Errorf("%s: %s says %s", when, path, word)
				}
			}
		}
	}
	silent("marked")
	var offer struct {
		Confirm struct{ Shown string }
	}
	desk.Want(200, "GET", "/api/v1/staff/results", nil, &offer)
	list := map[string]any{"id": "list-number-one", "met_on": "2026-08-03", "committee": []string{"王老师"}, "shown": offer.Confirm.Shown}
	desk.Want(200, "POST", "/api/v1/staff/results/lists", list, nil)
	silent("confirmed")

	desk.Want(200, "POST", "/api/v1/staff/results/lists/list-number-one/publish", map[string]any{}, nil)
	text := answersOf(owner, order, clip)["/api/v1/orders/"+order]
	if !strings.Contains(text, `"outcome":"excellent"`) || !strings.Contains(text, `"met_on":"2026-08-03"`) {
		t.Errorf("published it is %s", text)
	}
	for _, word := range []string{"踏板太多", "考官甲", "technique"} {
		if strings.Contains(text, word) {
			t.Errorf("published it says %s", word)
		}
	}
	c.Register("T2", "2")
	c.Candidate("T2", "2").Want(http.StatusNotFound, "GET", "/api/v1/orders/"+order, nil, nil)

	desk.WantCode(exam.ReasonMissing, "POST", "/api/v1/staff/results/lists/list-number-one/withdraw", map[string]any{"reason": "。"})
	var seen struct{ Count int }
	desk.Want(200, "POST", "/api/v1/staff/results/lists/list-number-one/withdraw", map[string]any{"reason": "算错了"}, &seen)
	if seen.Count != 1 {
		t.Errorf("taken from %d", seen.Count)
	}
	silent("taken back")
	if text := answersOf(owner, order, clip)["/api/v1/orders/"+order]; !strings.Contains(text, `"result_withdrawn":true`) {
		t.Errorf("taken back it is %s", text)
	}
	for _, action := range []string{"result_published", "result_withdrawn"} {
		if by := c.Notes(action); len(by) != 1 || by[0] != "administrator" {
			t.Errorf("%s is noted of %v", action, by)
		}
	}
}

// answersOf are what every route that is read answers to a candidate, by its path;
// of a stream what it says at first.
func answersOf(p *webtest.Phone, order, clip string) map[string]string {
	p.T.Helper()
	var first webtest.Order
	p.Want(200, "GET", "/api/v1/orders/"+order, nil, &first)
	attempt := attemptOf(p, order)
	ids := strings.NewReplacer("orders/{id}", "orders/"+order, "attempts/{id}", "attempts/"+attempt, "clips/{id}", "clips/"+clip, "{item}", "1", "{language}", "zh-CN")
	answers := map[string]string{}
	for _, r := range web.Routes() {
		if r.Method != http.MethodGet || r.Access != access.Candidates && r.Access != access.Visitors && r.Access != access.Public || strings.Contains(r.Path, "video") || strings.Contains(r.Path, "speed") {
			continue
		}
		path := ids.Replace(r.Path)
		answers[path] = readSome(p, path)
	}
	if len(answers) < 10 {
		p.T.Fatalf("only %d routes", len(answers))
	}
	return answers
}

func attemptOf(p *webtest.Phone, order string) string {
	var body struct {
		AttemptID string `json:"attempt_id"`
	}
	p.Want(200, "GET", "/api/v1/orders/"+order, nil, &body)
	return body.AttemptID
}

// readSome reads an answer; of a stream its first event, which tells how things
// stand.
func readSome(p *webtest.Phone, path string) string {
	p.T.Helper()
	response, err := p.Client.Get(p.URL + path)
	webtest.Must(p.T, err)
	defer response.Body.Close()
	if !strings.HasSuffix(path, "/events") {
		text, err := io.ReadAll(response.Body)
		webtest.Must(p.T, err)
		return string(text)
	}
	var event strings.Builder
	for lines := bufio.NewReader(response.Body); ; {
		line, err := lines.ReadString('\n')
		webtest.Must(p.T, err)
		if line == "\n" {
			return event.String()
		}
		event.WriteString(line)
	}
}
