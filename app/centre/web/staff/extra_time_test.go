package staff_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

func grant(name string, minutes int) map[string]any {
	return map[string]any{"grant": name, "minutes": minutes, "reason": "停电"}
}

func deadline(p *webtest.Phone, attempt string) time.Time {
	var body webtest.Attempt
	p.Want(200, "GET", "/api/v1/attempts/"+attempt, nil, &body)
	return body.Deadline
}

func TestR22ExtraTimeForOneCountsOnce(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p, teacher := c.Candidate("T1", "1"), c.Staff("invigilator")
	attempt := p.Start()
	path := "/api/v1/staff/attempts/" + attempt.ID + "/extra-time"
	for range 2 { // a double tap
		teacher.Want(204, "POST", path, grant("a-grant-1", 5), nil)
	}
	if got := deadline(p, attempt.ID).Sub(attempt.Deadline); got != 5*time.Minute {
		t.Errorf("%s more", got)
	}
	teacher.Want(422, "POST", path, grant("a-grant-2", 0), nil)
	teacher.Want(422, "POST", path, map[string]any{"grant": "a-grant-3", "minutes": 5, "reason": ""}, nil)
	teacher.WantCode(refusal.NotFound, "POST", "/api/v1/staff/attempts/nothing/extra-time", grant("a-grant-4", 5))

	c.Clock.Advance(2 * time.Hour)
	teacher.Want(204, "POST", path, grant("a-grant-5", 10), nil)
	var body webtest.Attempt
	p.Want(200, "GET", "/api/v1/attempts/"+attempt.ID, nil, &body)
	if body.State != exam.Running || body.Deadline.Sub(body.ServerTime).Round(time.Second) != 10*time.Minute {
		t.Errorf("a timed-out attempt is %s for %s", body.State, body.Deadline.Sub(body.ServerTime))
	}
	// The phone is told of both, in whatever order and however late it asks.
	want := []webtest.Extra{{Seconds: 300, Until: attempt.Deadline.Add(5 * time.Minute), Reason: "停电"}, {Seconds: 600, Until: body.Deadline, Reason: "停电", Reopened: true}}
	if diff := cmp.Diff(want, body.Extra, cmpopts.EquateApproxTime(time.Millisecond)); diff != "" {
		t.Error(diff)
	}
}

func TestR22ExtraTimeForAllThatRanAtAMoment(t *testing.T) {
	c := webtest.New(t)
	tickets := []string{"T1", "T2", "T3"}
	for _, ticket := range tickets {
		c.Register(ticket, ticket)
	}
	early, teacher := c.Candidate("T1", "T1"), c.Staff("invigilator")
	first := early.Start()
	early.Upload(first.ID, "1", "a video")
	c.Clock.Advance(2 * time.Minute)
	early.Want(200, "POST", "/api/v1/attempts/"+first.ID+"/submit", nil, nil)
	c.Clock.Advance(time.Minute)
	running, late := c.Candidate("T2", "T2"), c.Candidate("T3", "T3")
	second := running.Start()
	c.Clock.Advance(time.Minute)
	powerCut := c.Clock.Now().In(c.Store.Rules().Location).Format("15:04")
	c.Clock.Advance(time.Minute)
	third := late.Start()

	var answer staff.ExtraTimeBody
	body := grant("grant-of-a-power-cut", 15)
	body["ran_at"] = powerCut
	teacher.Want(200, "POST", "/api/v1/staff/extra-time", body, &answer)
	if answer.Given != 1 || len(answer.Refused) != 0 {
		t.Errorf("%+v", answer)
	}
	if got := deadline(running, second.ID).Sub(second.Deadline); got != 15*time.Minute {
		t.Errorf("who ran then got %s", got)
	}
	if got := deadline(late, third.ID).Sub(third.Deadline); got != 0 {
		t.Errorf("who began later got %s", got)
	}
	teacher.Want(200, "POST", "/api/v1/staff/extra-time", grant("grant-for-all-now", 5), &answer)
	if answer.Given != 2 {
		t.Errorf("now: %+v", answer)
	}
	// Who submitted has nothing to do with more time, and is told apart.
	body = grant("grant-of-the-beginning", 5)
	body["ran_at"] = first.StartedAt.Add(time.Minute).In(c.Store.Rules().Location).Format("15:04")
	teacher.Want(200, "POST", "/api/v1/staff/extra-time", body, &answer)
	if answer.Given != 0 || len(answer.Refused) != 1 || answer.Refused[0].Code != exam.AttemptOver {
		t.Errorf("%+v", answer)
	}
}

// R20, R22: a reason is one that can be read.
func TestAReasonHasLetters(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	path := "/api/v1/staff/attempts/" + c.Candidate("T1", "1").Start().ID + "/extra-time"
	desk := c.Staff("invigilator")
	for reason, code := range map[string]refusal.Code{
		"   ": exam.ReasonMissing, "……": exam.ReasonMissing, " -. ": exam.ReasonMissing, "\u3000\u3000": exam.ReasonMissing, "\u200b": exam.ReasonMissing, "\uffa0\U0001d159": exam.ReasonMissing, " \n\t": exam.ReasonMissing,
		"停电\x00": text.Invalid, "停\x1b[31m电": text.Invalid, "a\u202eb": text.Invalid,
	} {
		desk.WantCode(code, "POST", path, map[string]any{"grant": "grant-0001", "minutes": 5, "reason": reason})
	}
	if long := strings.Repeat("停", 501); desk.Call("POST", path, map[string]any{"grant": "grant-0001", "minutes": 5, "reason": long}, nil).StatusCode != 422 {
		t.Error("a reason of 501 letters is taken")
	}
}
