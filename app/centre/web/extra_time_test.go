package web

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kaodian/app/base/refusal"
	"kaodian/app/exam"
)

func grant(name string, minutes int) map[string]any {
	return map[string]any{"grant": name, "minutes": minutes, "reason": "停电"}
}

func (p *phone) deadline(attempt string) time.Time {
	var body attemptBody
	p.want(200, "GET", "/api/v1/attempts/"+attempt, nil, &body)
	return body.Deadline
}

func TestR22ExtraTimeForOneCountsOnce(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p, teacher := c.candidate("T1", "1"), c.staff("invigilator")
	attempt := p.start()
	path := "/api/v1/staff/attempts/" + attempt.ID + "/extra-time"
	for range 2 { // a double tap
		teacher.want(204, "POST", path, grant("a-grant-1", 5), nil)
	}
	if got := p.deadline(attempt.ID).Sub(attempt.Deadline); got != 5*time.Minute {
		t.Errorf("%s more", got)
	}
	teacher.want(422, "POST", path, grant("a-grant-2", 0), nil)
	teacher.want(422, "POST", path, map[string]any{"grant": "a-grant-3", "minutes": 5, "reason": ""}, nil)
	teacher.wantCode(refusal.NotFound, "POST", "/api/v1/staff/attempts/nothing/extra-time", grant("a-grant-4", 5))

	c.clock.Advance(2 * time.Hour)
	teacher.want(204, "POST", path, grant("a-grant-5", 10), nil)
	var body attemptBody
	p.want(200, "GET", "/api/v1/attempts/"+attempt.ID, nil, &body)
	if body.State != exam.Running || body.Deadline.Sub(body.ServerTime).Round(time.Second) != 10*time.Minute {
		t.Errorf("a timed-out attempt is %s for %s", body.State, body.Deadline.Sub(body.ServerTime))
	}
	// The phone is told of both, in whatever order and however late it asks.
	want := []extraBody{{Seconds: 300, Until: attempt.Deadline.Add(5 * time.Minute), Reason: "停电"}, {Seconds: 600, Until: body.Deadline, Reason: "停电", Reopened: true}}
	ignore := cmpopts.IgnoreFields(extraBody{}, "At")
	if diff := cmp.Diff(want, body.Extra, ignore, cmpopts.EquateApproxTime(time.Millisecond)); diff != "" {
		t.Error(diff)
	}
}

func TestR22ExtraTimeForAllThatRanAtAMoment(t *testing.T) {
	c := newCentre(t)
	tickets := []string{"T1", "T2", "T3"}
	for _, ticket := range tickets {
		c.register(ticket, ticket)
	}
	early, teacher := c.candidate("T1", "T1"), c.staff("invigilator")
	first := early.start()
	early.upload(first.ID, "1", "a video")
	c.clock.Advance(2 * time.Minute)
	early.want(200, "POST", "/api/v1/attempts/"+first.ID+"/submit", nil, nil)
	c.clock.Advance(time.Minute)
	running, late := c.candidate("T2", "T2"), c.candidate("T3", "T3")
	second := running.start()
	c.clock.Advance(time.Minute)
	powerCut := c.clock.Now().In(c.Store.Rules().Location).Format("15:04")
	c.clock.Advance(time.Minute)
	third := late.start()

	var answer extraTimeBody
	body := grant("grant-of-a-power-cut", 15)
	body["ran_at"] = powerCut
	teacher.want(200, "POST", "/api/v1/staff/extra-time", body, &answer)
	if answer.Given != 1 || len(answer.Refused) != 0 {
		t.Errorf("%+v", answer)
	}
	if got := running.deadline(second.ID).Sub(second.Deadline); got != 15*time.Minute {
		t.Errorf("who ran then got %s", got)
	}
	if got := late.deadline(third.ID).Sub(third.Deadline); got != 0 {
		t.Errorf("who began later got %s", got)
	}
	teacher.want(200, "POST", "/api/v1/staff/extra-time", grant("grant-for-all-now", 5), &answer)
	if answer.Given != 2 {
		t.Errorf("now: %+v", answer)
	}
	// Who submitted has nothing to do with more time, and is told apart.
	body = grant("grant-of-the-beginning", 5)
	body["ran_at"] = first.StartedAt.Add(time.Minute).In(c.Store.Rules().Location).Format("15:04")
	teacher.want(200, "POST", "/api/v1/staff/extra-time", body, &answer)
	if answer.Given != 0 || len(answer.Refused) != 1 || answer.Refused[0].Code != exam.AttemptOver {
		t.Errorf("%+v", answer)
	}
}
