package staff_test

import (
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

func moving(more map[string]any) map[string]any {
	body := map[string]any{"opens": "2026-08-03T08:00", "closes": "2026-08-09T18:00", "reason": "停电"}
	for name, value := range more {
		body[name] = value
	}
	return body
}

func TestR22WindowsOfThoseChosenMoveAndTheOthersAreTold(t *testing.T) {
	c := webtest.New(t)
	for _, ticket := range []string{"T1", "T2", "T3"} {
		c.Register(ticket, ticket)
	}
	p := c.Candidate("T3", "T3")
	attempt := p.Start()
	p.Upload(attempt.ID, "1", "a video")
	p.Want(200, "POST", "/api/v1/attempts/"+attempt.ID+"/submit", nil, nil)
	desk := c.Staff("invigilator")
	closes := func(ticket string) string {
		var order staff.RegisteredBody
		desk.Want(200, "GET", "/api/v1/staff/orders/"+orderIDs(desk)[ticket], nil, &order)
		return order.ClosesAt.In(c.Store.Rules().Location).Format("2006-01-02T15:04")
	}
	before := closes("T1")
	var done staff.WindowsBody
	desk.Want(200, "POST", "/api/v1/staff/windows", moving(map[string]any{"try": true}), &done)
	if done.Moved != 2 || done.Refused != 1 || done.First[0].Code != exam.OrderSubmitted || done.First[0].Candidate.Ticket != "T3" || closes("T1") != before {
		t.Errorf("tried: %+v, T1 closes %s", done, closes("T1"))
	}
	if done.Unsent != 2 || len(done.Former) != 1 || done.Former[0].Orders != 2 || done.Former[0].ClosesAt.In(c.Store.Rules().Location).Format("2006-01-02T15:04") != before {
		t.Errorf("tried: %d unsent, formerly %+v", done.Unsent, done.Former)
	}
	done = staff.WindowsBody{}
	desk.Want(200, "POST", "/api/v1/staff/windows", moving(map[string]any{"who": "T2"}), &done)
	if done.Moved != 1 || closes("T2") != "2026-08-09T18:00" || closes("T1") != before {
		t.Errorf("one: %+v", done)
	}
	desk.Want(200, "POST", "/api/v1/staff/windows", moving(nil), &done) // told again it moves only what was left
	if done.Moved != 1 || done.Already != 1 || done.Refused != 1 || closes("T1") != "2026-08-09T18:00" {
		t.Errorf("all: %+v", done)
	}
	if noted := c.Notes(string(exam.FactWindowMoved)); len(noted) != 2 || noted[0] != "invigilator" {
		t.Errorf("noted %v", noted)
	}
	for code, body := range map[refusal.Code]map[string]any{
		exam.WindowInvalid: moving(map[string]any{"closes": "2026-08-03T08:00"}),
		exam.ReasonMissing: moving(map[string]any{"reason": "……"}),
		refusal.NotFound:   moving(map[string]any{"order_id": "nobody's"}),
	} {
		desk.WantCode(code, "POST", "/api/v1/staff/windows", body)
	}
}
