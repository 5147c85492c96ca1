package candidate_test

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
	"kaodian/app/centre/web/candidate"
	"kaodian/app/centre/web/shared"
	"kaodian/app/centre/web/webtest"
)

// helpCall is what a test reads of a call at the desk.
type helpCall struct {
	ID        string
	Candidate *struct{ Ticket string }
	OrderID   string `json:"order_id"`
	Number    string `json:"device_number"`
	Reason    string
	AskedAt   time.Time `json:"asked_at"`
	ToldAt    time.Time `json:"told_at"`
	Waited    int       `json:"waited_minutes"`
	State     shared.HelpState
	Answers   []shared.HelpAnswerBody
}

// callsAt are those at the desk, as staff see them.
func callsAt(p *webtest.Phone) (calls []helpCall) {
	p.T.Helper()
	p.Want(200, "GET", "/api/v1/staff/help", nil, &calls)
	return calls
}

func ask(p *webtest.Phone, reason, page string) (help candidate.HelpBody) {
	p.T.Helper()
	p.Want(200, "POST", "/api/v1/help", map[string]any{"reason": reason, "page": page}, &help)
	return help
}

func helpOf(p *webtest.Phone) (help candidate.HelpBody) {
	p.T.Helper()
	p.Want(200, "GET", "/api/v1/help", nil, &help)
	return help
}

func kindsOf(answers []shared.HelpAnswerBody) (kinds []string) {
	for _, a := range answers {
		kinds = append(kinds, a.Kind)
	}
	return kinds
}

func TestR30HelpIsOnTopUntilItWasGiven(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	c.Register("T2", "2")
	first, second := c.Candidate("T1", "1"), c.Candidate("T2", "2")
	staff := c.Staff("invigilator")
	attempt := first.Start()
	asked := map[string]any{
		"reason": "not_sending",
		"page":   "attempt", "attempt_id": attempt.ID, "battery_percent": 12, "charging": false, "connection": "wifi",
		"upload": map[string]any{"item": "练习曲", "state": "waiting", "percent": 40}, "last_error": "offline",
	}
	first.Want(200, "POST", "/api/v1/help", asked, nil)
	c.Clock.Advance(time.Minute)
	ask(second, "unwell", "orders")
	delete(asked, "reason")
	asked["battery_percent"] = 11
	first.Want(200, "POST", "/api/v1/help/state", asked, nil)

	calls := callsAt(staff)
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
		staff.Want(204, "POST", path+"/answer", map[string]any{"kind": "coming"}, nil)
	}
	staff.Want(204, "POST", path+"/answer", map[string]any{"kind": "text", "text": " 请等一下 "}, nil)
	for _, said := range []string{"", "  ", "\u2066"} {
		staff.WantCode(text.Invalid, "POST", path+"/answer", map[string]any{"kind": "text", "text": said})
	}
	staff.Want(422, "POST", path+"/answer", map[string]any{"kind": "text", "text": strings.Repeat("字", 121)}, nil)
	help := helpOf(first)
	if !help.Open || !slices.Equal(kindsOf(help.Answers), []string{"coming", "text"}) || help.Answers[1].Text != "请等一下" || help.Answers[0].By != "invigilator" {
		t.Errorf("the candidate sees %+v", help)
	}
	first.Want(204, "POST", "/api/v1/help/read", nil, nil)
	if answers := callsAt(staff)[0].Answers; answers[1].ReadAt.IsZero() {
		t.Errorf("staff see of their answers %+v", answers)
	}

	staff.Want(204, "POST", path+"/answer", map[string]any{"kind": "wifi"}, nil)
	staff.Want(204, "POST", path+"/done", nil, nil)
	staff.WantCode(refusal.NotFound, "POST", path+"/answer", map[string]any{"kind": "coming"})
	if help := helpOf(first); help.Open || len(help.Answers) != 3 || !help.Answers[2].ReadAt.IsZero() {
		t.Errorf("after it was closed the last answer can still be read: %+v", help)
	}
	first.Want(200, "POST", "/api/v1/help/state", asked, nil)
	if calls := callsAt(staff); len(calls) != 1 {
		t.Errorf("the phone's state opens no call that staff closed: %+v", calls)
	}
	if help := ask(first, "camera", "attempt"); !help.Open || len(help.Answers) != 0 {
		t.Errorf("called again: %+v", help)
	}
	first.Want(204, "DELETE", "/api/v1/help", nil, nil)
	second.Want(204, "POST", "/api/v1/logout", nil, nil)
	if calls := callsAt(staff); len(calls) != 0 {
		t.Errorf("taken back, and after the log-out: %+v", calls)
	}
}

// R31: what was asked and answered stays as dated facts of the order; the words
// that staff wrote do not, and an examiner learns nothing of it (R21).
func TestR31HelpIsAFactOfTheOrder(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p, staff := c.Candidate("T1", "1"), c.Staff("invigilator")
	ask(p, "no_sound", "orders")
	ask(p, "no_sound", "orders")
	ask(p, "camera", "orders")
	id := callsAt(staff)[0].ID
	staff.Want(204, "POST", "/api/v1/staff/help/"+id+"/answer", map[string]any{"kind": "text", "text": "别哭"}, nil)
	staff.Want(204, "POST", "/api/v1/staff/help/"+id+"/done", nil, nil)
	ask(p, "other", "orders")
	p.Want(204, "DELETE", "/api/v1/help", nil, nil)
	facts, err := c.ListFacts(t.Context(), p.Orders()[0].ID)
	webtest.Must(t, err)
	var told []string
	for _, f := range facts {
		if strings.HasPrefix(string(f.Action), "help_") {
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
	c := webtest.New(t)
	c.Register("T1", "1")
	staff := c.Staff("invigilator")
	p := c.Phone()
	if help := helpOf(p); help.Open {
		t.Errorf("before it called: %+v", help)
	}
	help := ask(p, "log_in", "login")
	calls := callsAt(staff)
	if len(calls) != 1 || calls[0].Candidate != nil || calls[0].OrderID != "" || calls[0].Number != help.Number {
		t.Fatalf("staff see %+v, the phone shows %q", calls, help.Number)
	}
	staff.Want(204, "POST", "/api/v1/staff/help/"+calls[0].ID+"/answer", map[string]any{"kind": "numbers"}, nil)
	p.Want(200, "POST", "/api/v1/help/state", map[string]any{"page": "login"}, &help)
	if !slices.Equal(kindsOf(help.Answers), []string{"numbers"}) {
		t.Errorf("the phone is told %+v", help)
	}
	if other := helpOf(c.Phone()); other.Open || len(other.Answers) > 0 {
		t.Errorf("another phone is told %+v", other)
	}

	p.Want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	p.Want(200, "POST", "/api/v1/help/state", map[string]any{"page": "login"}, nil)
	if calls := callsAt(staff); calls[0].Candidate != nil {
		t.Errorf("still at the log-in it is nobody's: %+v", calls)
	}
	p.Want(200, "POST", "/api/v1/help/state", map[string]any{"page": "orders"}, nil)
	if calls := callsAt(staff); len(calls) != 1 || calls[0].Candidate == nil || calls[0].Candidate.Ticket != "T1" {
		t.Errorf("after the log-in it is the candidate's: %+v", calls)
	}
}

// Whoever holds a child's phone at the log-in learns nothing of its call, and
// does not take it back.
func TestR30TheLogInKnowsNothingOfACandidatesCall(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	ask(p, "unwell", "orders")
	session := p.Cookies()
	address := strings.TrimPrefix(c.URL, "http://")
	webtest.Must(t, c.DeleteSession(t.Context(), cookieIn(session, "kaodian")))
	if help := helpOf(p); help.Open || help.Reason != "" {
		t.Errorf("%s: without the log-in: %+v", address, help)
	}
	p.Want(204, "DELETE", "/api/v1/help", nil, nil)
	if calls := callsAt(c.Staff("invigilator")); len(calls) != 1 {
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
	c := webtest.New(t)
	c.Register("T1", "1")
	staff := c.Staff("invigilator")
	known := c.Phone()
	ask(known, "log_in", "login")
	known.Want(204, "DELETE", "/api/v1/help", nil, nil)
	taken := 0
	for range 50 { // each without a cookie
		if c.Phone().Call("POST", "/api/v1/help", map[string]any{"reason": "log_in", "page": "login"}, nil).StatusCode == http.StatusOK {
			taken++
		}
	}
	if taken > 12 {
		t.Errorf("%d calls of one address were taken", taken)
	}
	ask(c.PhoneAt("127.0.0.9"), "log_in", "login")
	c.Clock.Advance(time.Minute)
	candidate := c.Candidate("T1", "1")
	ask(candidate, "unwell", "orders")
	calls := callsAt(staff)
	if calls[0].Candidate == nil || calls[1].Candidate != nil {
		t.Errorf("the candidate does not stand first: %+v", calls)
	}
	c.Clock.Advance(10 * time.Minute)
	if calls := callsAt(staff); len(calls) != 1 {
		t.Errorf("phones at the log-in that are silent stay on the board: %+v", calls)
	}
}

func TestR30OneDeviceCallsSoOften(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	c.Register("T2", "2")
	p, other := c.Candidate("T1", "1"), c.Candidate("T2", "2")
	reasons := []string{"no_sound", "camera"}
	for n := range 6 {
		ask(p, reasons[n%2], "orders")
	}
	ask(p, "camera", "orders") // says nothing new, so it is none
	p.WantCode(refusal.TooManyCalls, "POST", "/api/v1/help", map[string]any{"reason": "no_sound", "page": "orders"})
	if help := helpOf(p); !help.Open || help.Reason != "camera" {
		t.Errorf("the refusal took its call: %+v", help)
	}
	ask(other, "unwell", "orders")
	c.Clock.Advance(30 * time.Second)
	ask(p, "no_sound", "orders")
}

func TestR30ACallIsForgottenAfterTwoHoursOfSilence(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	ask(p, "other", "orders")
	staff := c.Staff("technician")
	c.Clock.Advance(2 * time.Hour)
	if calls := callsAt(staff); len(calls) != 0 {
		t.Errorf("calls %+v", calls)
	}
}

func TestR30AnotherPersonsAttemptIsNoPlaceToAskFrom(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	c.Register("T2", "2")
	attempt := c.Candidate("T2", "2").Start()
	p := c.Candidate("T1", "1")
	p.WantCode(refusal.NotFound, "POST", "/api/v1/help", map[string]any{"reason": "other", "page": "attempt", "attempt_id": attempt.ID})
	p.Want(422, "POST", "/api/v1/help", map[string]any{"reason": "other", "page": strings.Repeat("x", 33)}, nil)
	p.Want(422, "POST", "/api/v1/help", map[string]any{"reason": "bored", "page": "orders"}, nil)
}

func TestR30TheAnswerComesByTheStream(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p, staff := c.Candidate("T1", "1"), c.Staff("invigilator")
	ask(p, "no_sound", "orders")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL+"/api/v1/help/events", nil)
	webtest.Must(t, err)
	response, err := (&http.Client{Jar: p.Client.Jar}).Do(request)
	webtest.Must(t, err)
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	next := func() (help candidate.HelpBody) {
		t.Helper()
		for lines.Scan() {
			if data, found := strings.CutPrefix(lines.Text(), "data: "); found {
				webtest.Must(t, json.Unmarshal([]byte(data), &help))
				return help
			}
		}
		t.Fatal("the stream ended")
		return help
	}
	if help := next(); !help.Open || len(help.Answers) != 0 {
		t.Errorf("first it says %+v", help)
	}
	staff.Want(204, "POST", "/api/v1/staff/help/"+callsAt(staff)[0].ID+"/answer", map[string]any{"kind": "coming"}, nil)
	if help := next(); !slices.Equal(kindsOf(help.Answers), []string{"coming"}) {
		t.Errorf("then it says %+v", help)
	}
}
