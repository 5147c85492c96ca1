package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

func answer(p *webtest.Phone, method, path string, body any) (status int, text string) {
	p.T.Helper()
	sent, err := json.Marshal(body)
	webtest.Must(p.T, err)
	request, err := http.NewRequestWithContext(p.T.Context(), method, p.URL+path, bytes.NewReader(sent))
	webtest.Must(p.T, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := p.Client.Do(request)
	webtest.Must(p.T, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	webtest.Must(p.T, err)
	return response.StatusCode, string(answer)
}

// writeNameEverywhere puts the candidate's name into every field that people
// fill in freely, and returns what of it belongs behind the identity tab.
func writeNameEverywhere(c *webtest.Centre, order, clip string, invigilator *webtest.Phone) (behind []string) {
	c.T.Helper()
	review := "/api/v1/staff/review/" + clip
	words := func(what string) string {
		behind = append(behind, webtest.SecretName+what)
		return webtest.SecretName + what
	}
	invigilator.Want(204, "POST", review+"/announcement", map[string]any{"part": "name", "heard": "wrong"}, nil)
	invigilator.Want(204, "POST", review+"/decisions", map[string]any{"id": "decision-1", "kind": "clip_invalid", "reason": words("看谱")}, nil)
	invigilator.Want(204, "POST", review+"/decisions/decision-1/undo", map[string]any{"reason": words("误判")}, nil)
	invigilator.Want(204, "POST", review+"/departures", map[string]any{"id": "departure-1", "category": "hat", "remark": words("戴帽子")}, nil)
	staff := exam.Actor{Role: exam.ByStaff, Name: "invigilator"}
	for action, reason := range map[exam.FactKind]string{
		exam.FactExtraTime: words("停电"), exam.FactReopened: words("断网"), exam.FactVoided: words("琴坏了"), exam.FactWindowMoved: words("生病"),
	} {
		webtest.Must(c.T, c.Audit(c.T.Context(), store.Entry{Action: audit.Action(action), By: staff, OrderID: order, Reason: reason}))
	}
	other := exam.Mark{ItemID: "1", Technique: exam.LevelGood, Tempo: exam.LevelGood, Interpretation: exam.LevelGood, Level: exam.LevelGood,
		Remarks: webtest.SecretName + "很稳", By: exam.Actor{Role: exam.ByStaff, Name: "another examiner"}}
	webtest.Must(c.T, c.GiveMark(c.T.Context(), order, other))
	webtest.Must(c.T, c.SaveMarkDraft(c.T.Context(), order, other))
	owner := c.Candidate(webtest.Personal["ticket"], webtest.Personal["ID number"])
	owner.Want(200, "POST", "/api/v1/help", map[string]any{"reason": "unwell", "page": webtest.SecretName, "last_error": webtest.SecretName, "connection": webtest.SecretName}, nil)
	var calls []struct{ ID string }
	invigilator.Want(200, "GET", "/api/v1/staff/help", nil, &calls)
	invigilator.Want(204, "POST", "/api/v1/staff/help/"+calls[0].ID+"/answer", map[string]any{"kind": "text", "text": webtest.SecretName + "，我来了"}, nil)
	for _, statement := range []string{"UPDATE clips SET name = ?", "UPDATE orders SET consent_guardian = ?"} {
		_, err := c.DB().ExecContext(c.T.Context(), statement, webtest.SecretName+".mp4")
		webtest.Must(c.T, err)
	}
	return behind
}

// It goes through the route list itself, so that no new route escapes: what an
// examiner must not know is in no answer of the server.
func TestR21NoAnswerTellsAnExaminerWhoPlays(t *testing.T) {
	c := webtest.New(t)
	order, clip, frame := c.FinalOrder()
	invigilator, judge := c.Staff("invigilator"), c.Staff("examiner")
	typed := writeNameEverywhere(c, order, clip, invigilator)
	ids := strings.NewReplacer("orders/{id}", "orders/"+order, "clips/{id}", "clips/"+clip, "review/{id}", "review/"+clip,
		"{id}", clip, "{sha256}", frame, "{departure}", "x", "{decision}", "decision-1", "{number}", "123456", "{item}", "1")
	answered := 0
	for _, r := range web.Routes() {
		if strings.HasSuffix(r.Path, "logout") || r.Access == access.Public {
			continue
		}
		status, text := answer(judge, r.Method, ids.Replace(r.Path), webtest.BodyFor(r.Path))
		if status < 300 {
			answered++
		}
		for what, secret := range webtest.Personal {
			if strings.Contains(text, secret) {
				t.Errorf("%s %s tells an examiner the %s", r.Method, r.Path, what)
			}
		}
		if strings.Contains(text, webtest.OtherClip) {
			t.Errorf("%s %s tells an examiner of another order's clip", r.Method, r.Path)
		}
		identity := strings.HasSuffix(r.Path, "/identity")
		for _, words := range typed {
			if identity && !strings.Contains(text, words) {
				t.Errorf("%s %s does not tell what staff wrote: %s", r.Method, r.Path, words)
			}
		}
		if strings.Contains(text, webtest.SecretName) != identity {
			t.Errorf("%s %s: the name is in the answer: %t", r.Method, r.Path, !identity)
		}
		for _, secret := range []string{"0.123", string(exam.KindFaceMatch), frame} {
			if strings.Contains(text, secret) != identity && !strings.Contains(r.Path, "evidence") {
				t.Errorf("%s %s: the comparison's %s is in the answer: %t", r.Method, r.Path, secret, !identity)
			}
		}
	}
	if answered < 9 {
		t.Errorf("only %d routes answered an examiner: this proves little", answered)
	}
}
