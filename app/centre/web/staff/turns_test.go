package staff_test

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// turnsOf is what a test reads of the order of turns.
type turnsOf struct {
	Halls []struct{ Number int }
	Turns []struct {
		OrderID     string `json:"order_id"`
		Tail        string
		Hall, Place int
		State       exam.TurnState
		Begun       bool
		Known       int64
		Counted     int
		CountsAt    time.Time `json:"counts_at"`
		CheckedIn   time.Time `json:"checked_in_at"`
	}
}

func turnsAt(p *webtest.Phone) (turns turnsOf) {
	p.T.Helper()
	p.Want(200, "GET", "/api/v1/staff/turns", nil, &turns)
	return turns
}

type moved struct {
	Moved []struct {
		Candidate struct{ Ticket string }
		To        int
		ToHall    int `json:"to_hall"`
	}
	Fingerprint string
}

// shared is a centre whose candidates are shared over that many rooms.
func sharedOut(t *testing.T, candidates, halls int) (*webtest.Centre, *webtest.Phone) {
	c := webtest.New(t)
	for n := range candidates {
		c.Register(fmt.Sprint("T", 2001+n), fmt.Sprint(n))
	}
	p := c.Staff("invigilator")
	for range halls {
		p.Want(200, "POST", "/api/v1/staff/halls", map[string]any{"name": ""}, nil)
	}
	save(p, map[string]any{"share": true})
	return c, p
}

func save(p *webtest.Phone, change map[string]any) {
	p.T.Helper()
	var preview moved
	p.Want(200, "POST", "/api/v1/staff/turns/preview", change, &preview)
	change["fingerprint"] = preview.Fingerprint
	p.Want(204, "POST", "/api/v1/staff/turns/save", change, nil)
}

func TestAChangeOfTurnsIsShownBeforeItIsSaved(t *testing.T) {
	c, p := sharedOut(t, 4, 1)
	other := c.StaffNamed("other", store.Invigilator)
	turns := turnsAt(p).Turns
	front := map[string]any{"orders": []string{turns[3].OrderID}, "hall": 1, "before": turns[1].OrderID}
	var preview moved
	p.Want(200, "POST", "/api/v1/staff/turns/preview", front, &preview)
	if len(preview.Moved) != 3 || preview.Moved[0].Candidate.Ticket != "T2004" || preview.Moved[0].To != 2 || turnsAt(p).Turns[3].OrderID != turns[3].OrderID {
		t.Errorf("%+v", preview)
	}
	other.Want(204, "POST", "/api/v1/staff/turns/"+turns[1].OrderID+"/call", map[string]any{"known": 0}, nil)
	front["fingerprint"] = preview.Fingerprint
	p.WantCode(exam.TurnsChanged, "POST", "/api/v1/staff/turns/save", front)
	delete(front, "fingerprint")
	p.WantCode(exam.TurnFixed, "POST", "/api/v1/staff/turns/preview", front)
	front["before"] = turns[2].OrderID
	save(p, front)
	if now := turnsAt(p).Turns; now[1].OrderID != turns[1].OrderID || now[2].OrderID != turns[3].OrderID {
		t.Errorf("%+v", now)
	}
	var without struct{ Count int }
	c.Register("T9", "9")
	p.Want(200, "GET", "/api/v1/staff/turns/without", nil, &without)
	if without.Count != 1 {
		t.Errorf("%d have no room", without.Count)
	}
}

func TestOfTwoHelpersOneCalls(t *testing.T) {
	c, p := sharedOut(t, 1, 1)
	other := c.StaffNamed("other", store.Invigilator)
	path := "/api/v1/staff/turns/" + turnsAt(p).Turns[0].OrderID
	var both sync.WaitGroup
	got := make([]int, 2)
	for n, helper := range []*webtest.Phone{p, other} {
		both.Go(func() { got[n] = helper.Call("POST", path+"/call", map[string]any{"known": 0}, nil).StatusCode })
	}
	both.Wait()
	if got[0]+got[1] != http.StatusNoContent+http.StatusConflict {
		t.Errorf("%v", got)
	}
	if notes := c.Notes("turn_called"); len(notes) != 1 {
		t.Errorf("called by %v", notes)
	}
}

func TestMissedNeedsThreeCallsAndSaysWhen(t *testing.T) {
	c, p := sharedOut(t, 1, 1)
	one := func() (path string, known map[string]any) {
		turn := turnsAt(p).Turns[0]
		return "/api/v1/staff/turns/" + turn.OrderID, map[string]any{"known": turn.Known}
	}
	step := func(act string) {
		path, known := one()
		p.Want(204, "POST", path+"/"+act, known, nil)
	}
	step("call")
	called := c.Now()
	c.Clock.Advance(10 * time.Second)
	step("call")
	path, known := one()
	var problem struct {
		Code refusal.Code
		Args struct {
			Calls   int
			ThirdAt time.Time `json:"third_at"`
		}
	}
	p.Want(409, "POST", path+"/missed", known, &problem)
	if problem.Code != exam.MissedEarly || problem.Args.Calls != 1 || !problem.Args.ThirdAt.Equal(called.Add(time.Minute)) {
		t.Errorf("%+v", problem)
	}
	c.Clock.Advance(20 * time.Second)
	step("call")
	c.Clock.Advance(30 * time.Second)
	step("call")
	step("missed")
	if turn := turnsAt(p).Turns[0]; turn.State != exam.TurnMissed || turn.Begun {
		t.Errorf("%+v", turn)
	}
	p.WantCode(exam.TurnChanged, "POST", path+"/undo", known) // what an old page showed
	step("undo")
	step("came")
}

// The wall: a stream that tells of a call, and no whole name or ticket.
func TestTheScreenHearsOfACallAndKnowsNobodysName(t *testing.T) {
	_, p := sharedOut(t, 4, 2)
	turns := turnsAt(p).Turns
	p.Client.Timeout = 0
	response, err := p.Client.Get(p.URL + "/api/v1/staff/screen/events")
	webtest.Must(t, err)
	defer response.Body.Close()
	stuck := time.AfterFunc(time.Minute, func() { response.Body.Close() })
	defer stuck.Stop()
	lines := bufio.NewScanner(response.Body)
	next := func() string {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return data
			}
		}
		t.Fatal("the stream ended")
		return ""
	}
	if first := next(); strings.Contains(first, `"seq"`) {
		t.Errorf("before a call it tells %s", first)
	}
	p.Want(204, "POST", "/api/v1/staff/turns/"+turns[0].OrderID+"/call", map[string]any{"known": 0}, nil)
	told := next()
	for _, want := range []string{`"tail":"2001"`, `"name":"王*明"`, `"seq":1`, `"current":true`, `"hall":1`} {
		if !strings.Contains(told, want) {
			t.Errorf("%s is not in %s", want, told)
		}
	}
	for _, secret := range []string{"王小明", "T2001", turns[0].OrderID} {
		if strings.Contains(told, secret) {
			t.Errorf("the wall tells %s: %s", secret, told)
		}
	}
	p.Want(204, "POST", "/api/v1/staff/turns/"+turns[0].OrderID+"/undo", map[string]any{"known": 1}, nil)
	if told = next(); strings.Contains(told, `"seq"`) {
		t.Errorf("a call that was taken back is still there: %s", told)
	}
}

func TestRoomsAreTheLeads(t *testing.T) {
	c, p := sharedOut(t, 1, 1)
	for _, role := range []*webtest.Phone{c.Staff("examiner"), c.Staff("technician")} {
		role.Want(403, "GET", "/api/v1/staff/turns", nil, nil)
		role.Want(403, "GET", "/api/v1/staff/screen/events", nil, nil)
		role.Want(403, "POST", "/api/v1/staff/halls", map[string]any{"name": ""}, nil)
	}
	p.Want(204, "POST", "/api/v1/staff/halls/1/name", map[string]any{"name": "三楼琴房"}, nil)
	p.WantCode(store.HallNotEmpty, "DELETE", "/api/v1/staff/halls/1", nil)
	p.WantCode(refusal.NotFound, "DELETE", "/api/v1/staff/halls/7", nil)
	p.WantCode(exam.TurnNotThere, "POST", "/api/v1/staff/turns/preview", map[string]any{"orders": []string{"nobody"}, "hall": 1})
}

func TestTheTurnsKnowWhoCheckedIn(t *testing.T) {
	_, p := sharedOut(t, 2, 1)
	second := turnsAt(p).Turns[1].OrderID
	p.Want(200, "POST", "/api/v1/staff/orders/"+second+"/check-in", map[string]any{"id": "desk-one-1"}, nil)
	now := turnsAt(p).Turns
	if !now[0].CheckedIn.IsZero() || now[1].CheckedIn.IsZero() {
		t.Errorf("%+v", now)
	}
}
