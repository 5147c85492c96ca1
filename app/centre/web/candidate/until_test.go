package candidate_test

import (
	"net/http"
	"testing"
	"time"

	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// R7, R12, R14, R15: what a page gave up on is refused by a code of its own,
// however long the request waited in a server that stood still.
func TestWhatAPageGaveUpOnIsNotDone(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	order := p.Orders()[0].ID
	p.Want(http.StatusNoContent, "POST", "/api/v1/orders/"+order+"/consent", map[string]any{"face": false}, nil)
	agreed := p.Agreement(order)
	late := func(method, path string, body any) {
		t.Helper()
		p.Until = c.Now().Add(-time.Millisecond)
		p.WantCode(exam.ActTooLate, method, path, body)
		p.Until = time.Time{}
	}
	late("POST", "/api/v1/orders/"+order+"/attempts", agreed)
	if p.Orders()[0].AttemptsUsed > 0 {
		t.Error("an attempt is spent")
	}
	attempt := p.StartOrder(order)
	clip := p.Upload(attempt.ID, "1", "a video")
	for _, act := range []string{"submit", "reset", "takeover"} {
		late("POST", "/api/v1/attempts/"+attempt.ID+"/"+act, nil)
	}
	late("DELETE", "/api/v1/clips/"+clip, nil)
	late("POST", "/api/v1/clips/"+clip+"/move", map[string]any{"item": "2"})
	late("POST", "/api/v1/orders/"+order+"/consent", map[string]any{"face": true, "guardian": "王大明"})

	var now webtest.Attempt
	p.Want(http.StatusOK, "GET", "/api/v1/attempts/"+attempt.ID, nil, &now)
	if now.State != exam.Running || now.Items[0].Clip == nil {
		t.Errorf("changed all the same: %+v", now)
	}
	p.Until = c.Now().Add(time.Second)
	p.Want(http.StatusOK, "POST", "/api/v1/attempts/"+attempt.ID+"/submit", nil, nil)
}
