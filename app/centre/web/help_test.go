package web

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/centre/store"
)

// calls are those at the desk, as staff see them.
func (p *phone) calls() (calls []helpCallBody) {
	p.t.Helper()
	p.want(200, "GET", "/api/v1/staff/help", nil, &calls)
	return calls
}

func (p *phone) ask(reason, page string) (help helpBody) {
	p.t.Helper()
	p.want(200, "POST", "/api/v1/help", map[string]any{"reason": reason, "page": page}, &help)
	return help
}

func (p *phone) help() (help helpBody) {
	p.t.Helper()
	p.want(200, "GET", "/api/v1/help", nil, &help)
	return help
}

func kindsOf(answers []helpAnswerBody) (kinds []string) {
	for _, a := range answers {
		kinds = append(kinds, a.Kind)
	}
	return kinds
}

func TestR30HelpIsOnTopUntilItWasGiven(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	c.register("T2", "2")
	first, second := c.candidate("T1", "1"), c.candidate("T2", "2")
	staff := c.staff("invigilator")
	attempt := first.start()
	ask := map[string]any{
		"reason": "not_sending",
		"page":   "attempt", "attempt_id": attempt.ID, "battery_percent": 12, "charging": false, "connection": "wifi",
		"upload": map[string]any{"item": "练习曲", "state": "waiting", "percent": 40}, "last_error": "offline",
	}
	first.want(200, "POST", "/api/v1/help", ask, nil)
	c.clock.Advance(time.Minute)
	second.ask("unwell", "orders")
	delete(ask, "reason")
	ask["battery_percent"] = 11
	first.want(200, "POST", "/api/v1/help/state", ask, nil)

	calls := staff.calls()
	if len(calls) != 2 || calls[0].Candidate.Ticket != "T1" || calls[1].Candidate.Ticket != "T2" {
		t.Fatalf("calls %+v", calls)
	}
	if s := calls[0].State; s.Battery == nil || *s.Battery != 11 || s.Upload == nil || s.Upload.Percent != 40 || s.LastError != "offline" {
		t.Errorf("its phone is %+v", s)
	}
	if got := calls[0]; got.Reason != "not_sending" || len(got.Number) != 6 || got.ToldAt.Sub(got.AskedAt) != time.Minute || got.Waited != 1 {
		t.Errorf("it is %+v", got)
	}
	path := "/api/v1/staff/help/" + calls[0].ID
	for range 2 { // told again after a lost answer it is one
		staff.want(204, "POST", path+"/answer", map[string]any{"kind": "coming"}, nil)
	}
	staff.want(204, "POST", path+"/answer", map[string]any{"kind": "text", "text": " 请等一下 "}, nil)
	for _, said := range []string{"", "  ", "\u2066"} {
		staff.wantCode(text.Invalid, "POST", path+"/answer", map[string]any{"kind": "text", "text": said})
	}
	staff.want(422, "POST", path+"/answer", map[string]any{"kind": "text", "text": strings.Repeat("字", 121)}, nil)
	help := first.help()
	if !help.Open || !slices.Equal(kindsOf(help.Answers), []string{"coming", "text"}) || help.Answers[1].Text != "请等一下" || help.Answers[0].By != "invigilator" {
		t.Errorf("the candidate sees %+v", help)
	}
	first.want(204, "POST", "/api/v1/help/read", nil, nil)
	if answers := staff.calls()[0].Answers; answers[1].ReadAt == nil {
		t.Errorf("staff see of their answers %+v", answers)
	}

	staff.want(204, "POST", path+"/answer", map[string]any{"kind": "wifi"}, nil)
	staff.want(204, "POST", path+"/done", nil, nil)
	staff.wantCode(refusal.NotFound, "POST", path+"/answer", map[string]any{"kind": "coming"})
	if help := first.help(); help.Open || len(help.Answers) != 3 || help.Answers[2].ReadAt != nil {
		t.Errorf("after it was closed the last answer can still be read: %+v", help)
	}
	first.want(200, "POST", "/api/v1/help/state", ask, nil)
	if calls := staff.calls(); len(calls) != 1 {
		t.Errorf("the phone's state opens no call that staff closed: %+v", calls)
	}
	if help := first.ask("camera", "attempt"); !help.Open || len(help.Answers) != 0 {
		t.Errorf("called again: %+v", help)
	}
	first.want(204, "DELETE", "/api/v1/help", nil, nil)
	second.want(204, "POST", "/api/v1/logout", nil, nil)
	if calls := staff.calls(); len(calls) != 0 {
		t.Errorf("taken back, and after the log-out: %+v", calls)
	}
}

// R31: what was asked and answered stays as dated facts of the order; the words
// that staff wrote do not, and an examiner learns nothing of it (R21).
func TestR31HelpIsAFactOfTheOrder(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p, staff := c.candidate("T1", "1"), c.staff("invigilator")
	p.ask("no_sound", "orders")
	p.ask("no_sound", "orders")
	p.ask("camera", "orders")
	id := staff.calls()[0].ID
	staff.want(204, "POST", "/api/v1/staff/help/"+id+"/answer", map[string]any{"kind": "text", "text": "别哭"}, nil)
	staff.want(204, "POST", "/api/v1/staff/help/"+id+"/done", nil, nil)
	p.ask("other", "orders")
	p.want(204, "DELETE", "/api/v1/help", nil, nil)
	facts, err := c.ListFacts(t.Context(), p.orders()[0].ID)
	must(t, err)
	var told []string
	for _, f := range facts {
		if strings.HasPrefix(f.Action, "help_") {
			told = append(told, fmt.Sprint(f.Action, " ", f.By.Name, f.Args, f.Reason))
		}
	}
	want := []string{
		"help_asked map[help:no_sound]", "help_asked map[help:camera]", "help_answered invigilatormap[answer:text]", "help_closed invigilatormap[]",
		"help_asked map[help:other]", "help_withdrawn map[]",
	}
	if !slices.Equal(told, want) {
		t.Errorf("facts %q", told)
	}
}

func TestR30APhoneThatCannotLogInCallsToo(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	staff := c.staff("invigilator")
	p := c.phone()
	if help := p.help(); help.Open {
		t.Errorf("before it called: %+v", help)
	}
	help := p.ask("log_in", "login")
	calls := staff.calls()
	if len(calls) != 1 || calls[0].Candidate != nil || calls[0].OrderID != "" || calls[0].Number != help.Number {
		t.Fatalf("staff see %+v, the phone shows %q", calls, help.Number)
	}
	staff.want(204, "POST", "/api/v1/staff/help/"+calls[0].ID+"/answer", map[string]any{"kind": "numbers"}, nil)
	p.want(200, "POST", "/api/v1/help/state", map[string]any{"page": "login"}, &help)
	if !slices.Equal(kindsOf(help.Answers), []string{"numbers"}) {
		t.Errorf("the phone is told %+v", help)
	}
	if other := c.phone().help(); other.Open || len(other.Answers) > 0 {
		t.Errorf("another phone is told %+v", other)
	}

	p.want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	p.want(200, "POST", "/api/v1/help/state", map[string]any{"page": "login"}, nil)
	if calls := staff.calls(); calls[0].Candidate != nil {
		t.Errorf("still at the log-in it is nobody's: %+v", calls)
	}
	p.want(200, "POST", "/api/v1/help/state", map[string]any{"page": "orders"}, nil)
	if calls := staff.calls(); len(calls) != 1 || calls[0].Candidate == nil || calls[0].Candidate.Ticket != "T1" {
		t.Errorf("after the log-in it is the candidate's: %+v", calls)
	}
}

// Whoever holds a child's phone at the log-in learns nothing of its call, and
// does not take it back.
func TestR30TheLogInKnowsNothingOfACandidatesCall(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	p.ask("unwell", "orders")
	session := p.cookies()
	address := strings.TrimPrefix(c.url, "http://")
	must(t, c.DeleteSession(t.Context(), cookieIn(session, candidateCookie)))
	if help := p.help(); help.Open || help.Reason != "" {
		t.Errorf("%s: without the log-in: %+v", address, help)
	}
	p.want(204, "DELETE", "/api/v1/help", nil, nil)
	if calls := c.staff("invigilator").calls(); len(calls) != 1 {
		t.Errorf("calls %+v", calls)
	}
}

func cookieIn(header, name string) string {
	for part := range strings.SplitSeq(header, "; ") {
		if value, found := strings.CutPrefix(part, name+"="); found {
			return value
		}
	}
	return ""
}

// A stranger's flood neither hides real calls nor keeps others from calling.
func TestR30AFloodAtTheLogInHidesNobody(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	staff := c.staff("invigilator")
	known := c.phone()
	known.ask("log_in", "login")
	known.want(204, "DELETE", "/api/v1/help", nil, nil)
	taken := 0
	for range 50 { // each without a cookie
		if c.phone().call("POST", "/api/v1/help", map[string]any{"reason": "log_in", "page": "login"}, nil).StatusCode == http.StatusOK {
			taken++
		}
	}
	if taken > 12 {
		t.Errorf("%d calls of one address were taken", taken)
	}
	c.phoneAt("127.0.0.9").ask("log_in", "login")
	c.clock.Advance(time.Minute)
	candidate := c.candidate("T1", "1")
	candidate.ask("unwell", "orders")
	calls := staff.calls()
	if calls[0].Candidate == nil || calls[1].Candidate != nil {
		t.Errorf("the candidate does not stand first: %+v", calls)
	}
	c.clock.Advance(10 * time.Minute)
	if calls := staff.calls(); len(calls) != 1 {
		t.Errorf("phones at the log-in that are silent stay on the board: %+v", calls)
	}
}

func TestR30OneDeviceCallsSoOften(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	c.register("T2", "2")
	p, other := c.candidate("T1", "1"), c.candidate("T2", "2")
	reasons := []string{"no_sound", "camera"}
	for n := range 6 {
		p.ask(reasons[n%2], "orders")
	}
	p.ask("camera", "orders") // says nothing new, so it is none
	p.wantCode(refusal.TooManyCalls, "POST", "/api/v1/help", map[string]any{"reason": "no_sound", "page": "orders"})
	if help := p.help(); !help.Open || help.Reason != "camera" {
		t.Errorf("the refusal took its call: %+v", help)
	}
	other.ask("unwell", "orders")
	c.clock.Advance(30 * time.Second)
	p.ask("no_sound", "orders")
}

func TestR30ACallIsForgottenAfterTwoHoursOfSilence(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	p.ask("other", "orders")
	staff := c.staff("technician")
	c.clock.Advance(2 * time.Hour)
	if calls := staff.calls(); len(calls) != 0 {
		t.Errorf("calls %+v", calls)
	}
}

func TestR30AnotherPersonsAttemptIsNoPlaceToAskFrom(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	c.register("T2", "2")
	attempt := c.candidate("T2", "2").start()
	p := c.candidate("T1", "1")
	p.wantCode(refusal.NotFound, "POST", "/api/v1/help", map[string]any{"reason": "other", "page": "attempt", "attempt_id": attempt.ID})
	p.want(422, "POST", "/api/v1/help", map[string]any{"reason": "other", "page": strings.Repeat("x", 33)}, nil)
	p.want(422, "POST", "/api/v1/help", map[string]any{"reason": "bored", "page": "orders"}, nil)
}

func TestR30TheAnswerComesByTheStream(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p, staff := c.candidate("T1", "1"), c.staff("invigilator")
	p.ask("no_sound", "orders")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+"/api/v1/help/events", nil)
	must(t, err)
	response, err := (&http.Client{Jar: p.client.Jar}).Do(request)
	must(t, err)
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	next := func() (help helpBody) {
		t.Helper()
		for lines.Scan() {
			if data, found := strings.CutPrefix(lines.Text(), "data: "); found {
				must(t, json.Unmarshal([]byte(data), &help))
				return help
			}
		}
		t.Fatal("the stream ended")
		return help
	}
	if help := next(); !help.Open || len(help.Answers) != 0 {
		t.Errorf("first it says %+v", help)
	}
	staff.want(204, "POST", "/api/v1/staff/help/"+staff.calls()[0].ID+"/answer", map[string]any{"kind": "coming"}, nil)
	if help := next(); !slices.Equal(kindsOf(help.Answers), []string{"coming"}) {
		t.Errorf("then it says %+v", help)
	}
}

// The board names the device that a child would read out.
func TestR30TheBoardNamesTheDevice(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	p.start()
	var me meBody
	p.want(200, "GET", "/api/v1/me", nil, &me)
	var board []boardBody
	c.staff("invigilator").want(200, "GET", "/api/v1/staff/attempts", nil, &board)
	if len(board) != 1 || board[0].Device != me.Device.Number || board[0].Device == store.DeviceNumber("") {
		t.Errorf("the board %+v, the phone %+v", board, me)
	}
}
