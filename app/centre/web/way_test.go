package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// orders are the person's, through the API.
func (p *phone) orders() []orderBody {
	p.t.Helper()
	var orders []orderBody
	p.want(200, "GET", "/api/v1/orders", nil, &orders)
	return orders
}

// newPass makes a pass and returns its token.
func (p *phone) newPass(order, kind string) string {
	p.t.Helper()
	var made newPassBody
	p.want(201, "POST", "/api/v1/orders/"+order+"/passes", map[string]string{"kind": kind}, &made)
	address, token, found := strings.Cut(made.URL, "#")
	if !found || address != p.url+"/in" || len(token) < 22 {
		p.t.Fatalf("the pass leads to %q", made.URL)
	}
	return token
}

// usePass is the body by which a browser logs in with a pass.
func usePass(token, browser string) map[string]string {
	return map[string]string{"token": token, "browser": strings.Repeat(browser, 22), "device": "phone"}
}

func TestR4APassLogsInOnce(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	computer := c.candidate("T1", "1")
	order := computer.orders()[0].ID
	token := computer.newPass(order, "phone")

	var entry entryBody
	phone := c.phone()
	phone.want(200, "POST", "/api/v1/pass", usePass(token, "a"), &entry)
	if entry.OrderID != order || entry.Name != "王小明" || phone.orders()[0].ID != order {
		t.Errorf("the pass opens %+v", entry)
	}
	// The answer may have been lost on the way to the same browser, which then
	// has no cookie. All of the test's phones have one address: it says nothing.
	again := c.phone()
	again.want(200, "POST", "/api/v1/pass", usePass(token, "a"), nil)
	again.orders()
	stranger := c.phone()
	stranger.wantCode(store.PassUsed, "POST", "/api/v1/pass", usePass(token, "b"))
	stranger.wantCode(store.PassUsed, "POST", "/api/v1/pass", map[string]string{"token": token})
	stranger.wantCode(login.Needed, "GET", "/api/v1/orders", nil)
	c.clock.Advance(2 * time.Minute)
	c.phone().wantCode(store.PassUsed, "POST", "/api/v1/pass", usePass(token, "a"))
	stranger.wantCode(store.PassNotValid, "POST", "/api/v1/pass", map[string]string{"token": "made up by somebody"})
}

func TestR4OfBrowsersThatUseAPassAtOnceOneGetsIn(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	computer := c.candidate("T1", "1")
	token := computer.newPass(computer.orders()[0].ID, "ticket")
	const browsers = 12
	answers := make(chan int, 2*browsers)
	var all sync.WaitGroup
	for i := range browsers {
		body, err := json.Marshal(usePass(token, string(rune('a'+i))))
		must(t, err)
		for range 2 { // two tabs of each
			phone := c.phone()
			all.Go(func() {
				response, err := phone.client.Post(phone.url+"/api/v1/pass", "application/json", bytes.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				answers <- response.StatusCode
				response.Body.Close()
			})
		}
	}
	all.Wait()
	close(answers)
	count := map[int]int{}
	for status := range answers {
		count[status]++
	}
	// The one browser's two tabs, and nobody else.
	if count[200] != 2 || count[401] != 2*browsers-2 {
		t.Errorf("answers: %v", count)
	}
}

func TestR4ARefusedLogInUsesNoPassUp(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	computer := c.candidate("T1", "1")
	order := computer.orders()[0].ID
	for i := range 30 { // as many as one person has at once
		if i%10 == 0 { // of sixteen log-ins the oldest end
			computer = c.candidate("T1", "1")
		}
		c.phone().want(200, "POST", "/api/v1/pass", usePass(computer.newPass(order, "phone"), string(rune('A'+i))), nil)
	}
	token := computer.newPass(order, "phone")
	c.phone().wantCode(webkit.TooManyTries, "POST", "/api/v1/pass", usePass(token, "a"))
	c.clock.Advance(10 * time.Second)
	c.phone().want(200, "POST", "/api/v1/pass", usePass(token, "b"), nil)
}

func TestR4APassEnds(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	order := p.orders()[0].ID
	onScreen, onPaper := p.newPass(order, "phone"), p.newPass(order, "ticket")
	c.clock.Advance(5 * time.Minute)
	c.phone().wantCode(store.PassNotValid, "POST", "/api/v1/pass", map[string]string{"token": onScreen})
	newer := p.newPass(order, "ticket")
	c.phone().wantCode(store.PassNotValid, "POST", "/api/v1/pass", map[string]string{"token": onPaper})
	c.phone().want(200, "POST", "/api/v1/pass", map[string]string{"token": newer}, nil)
	last := p.newPass(order, "ticket")
	c.clock.Advance(48 * time.Hour)
	c.phone().wantCode(store.PassNotValid, "POST", "/api/v1/pass", map[string]string{"token": last})
}

func TestR4APassOfSomebodyElseEndsWithTheCorrection(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	token := p.newPass(p.orders()[0].ID, "ticket")
	c.register("T1", "2") // the list had another person's number
	c.phone().wantCode(store.PassNotValid, "POST", "/api/v1/pass", map[string]string{"token": token})
}

func TestR4ForAnotherPersonsOrderThereIsNoPass(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	c.register("T2", "2")
	other := c.candidate("T2", "2").orders()[0].ID
	c.candidate("T1", "1").wantCode(refusal.NotFound, "POST", "/api/v1/orders/"+other+"/passes", map[string]string{"kind": "phone"})
}

func TestR1R2AnOrderSaysHowItsCandidateIsAnnouncedAndIdentified(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	if order := p.orders()[0]; order.Photo || order.Compares {
		t.Errorf("without a photo and a network: %+v", order)
	}
	attempt := p.start()
	var got attemptBody
	p.want(200, "GET", "/api/v1/attempts/"+attempt.ID, nil, &got)
	if got.SubjectPinyin != "gāng qín" || got.Items[1].Pinyin != "xiǎo bù wǔ qǔ" {
		t.Errorf("announced: %q, %+v", got.SubjectPinyin, got.Items)
	}
}

// elsewhere makes the session look as if it came from another machine than the
// server, which tests on loopback cannot.
func (c *centre) elsewhere(t *testing.T, device string) error {
	t.Helper()
	s := &Server{Config: Config{Store: c.Store}}
	who := caller{Visitor: webkit.Visitor{Address: "192.168.1.20"}, session: store.Session{Device: device, DeviceKind: exam.Desktop}}
	return s.checkPlace(t.Context(), who)
}

func TestR4AComputerNeedsTheStaffsLeave(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.phone()
	p.want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1", "device": "desktop"}, nil)
	var me meBody
	p.want(200, "GET", "/api/v1/me", nil, &me)
	if me.Device.Kind != exam.Desktop || !me.Device.Allowed || len(me.Device.Number) != 6 {
		t.Errorf("on the server's own screen: %+v", me.Device)
	}
	device, _, _ := strings.Cut(deviceCookieOf(t, p), ".")
	if code := refusal.CodeOf(c.elsewhere(t, device)); code != exam.DeviceNotAllowed {
		t.Errorf("a computer in the Wi-Fi: %q", code)
	}

	staff := c.staff("invigilator")
	staff.wantCode(refusal.NotFound, "POST", "/api/v1/staff/devices", map[string]string{"number": otherNumber(me.Device.Number)})
	staff.want(204, "POST", "/api/v1/staff/devices", map[string]string{"number": me.Device.Number}, nil)
	staff.want(204, "POST", "/api/v1/staff/devices", map[string]string{"number": me.Device.Number}, nil)
	must(t, c.elsewhere(t, device))
	var list []allowedBody
	staff.want(200, "GET", "/api/v1/staff/devices", nil, &list)
	if len(list) != 1 || list[0].Number != me.Device.Number || list[0].AllowedBy != "invigilator" {
		t.Errorf("allowed: %+v", list)
	}
	staff.want(204, "DELETE", "/api/v1/staff/devices/"+me.Device.Number, nil, nil)
	staff.wantCode(refusal.NotFound, "DELETE", "/api/v1/staff/devices/"+me.Device.Number, nil)
	if code := refusal.CodeOf(c.elsewhere(t, device)); code != exam.DeviceNotAllowed {
		t.Errorf("after the leave was withdrawn: %q", code)
	}
	c.staff("examiner").wantCode(exam.RoleNotAllowed, "POST", "/api/v1/staff/devices", map[string]string{"number": "123456"})
}

func deviceCookieOf(t *testing.T, p *phone) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, p.url, nil)
	must(t, err)
	for _, cookie := range p.client.Jar.Cookies(request.URL) {
		if cookie.Name == deviceCookie {
			return cookie.Value
		}
	}
	t.Fatal("no device cookie")
	return ""
}

func otherNumber(number string) string {
	if number == "123456" {
		return "654321"
	}
	return "123456"
}

func TestR26APracticeRunOverHTTP(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	order := p.orders()[0]
	path := "/api/v1/orders/" + order.ID + "/practice"
	var run attemptBody
	p.want(201, "POST", path, nil, &run)
	if !run.Practice || run.State != exam.Running || len(run.Items) != 1 || run.Number != 0 {
		t.Fatalf("the run is %+v", run)
	}
	c.candidate("T1", "1").want(200, "POST", path, nil, nil) // a second device joins it (R10)
	if got := p.orders()[0]; got.PracticeID != run.ID || got.Practiced || got.AttemptsUsed != 0 || got.Status != exam.StatusOpen {
		t.Errorf("while it runs the order is %+v", got)
	}
	attempt := "/api/v1/attempts/" + run.ID
	p.want(200, "POST", attempt+"/acknowledge", nil, &run)
	if len(run.Code) != 4 {
		t.Errorf("code %q", run.Code)
	}
	p.upload(run.ID, "1", "a video")
	var board []boardBody
	c.staff("invigilator").want(200, "GET", "/api/v1/staff/attempts", nil, &board)
	if len(board) != 0 {
		t.Errorf("a practice run is on the board of exams: %+v", board)
	}
	p.want(200, "POST", attempt+"/submit", nil, &run)
	if got := p.orders()[0]; !got.Practiced || got.PracticeID != "" || got.AttemptsUsed != 0 {
		t.Errorf("afterwards the order is %+v", got)
	}
	waiting, err := c.ListWaiting(t.Context(), "an install")
	must(t, err)
	if len(waiting.Ready)+len(waiting.Unmarked)+waiting.Busy != 0 {
		t.Errorf("a practised order waits to be sealed: %+v", waiting)
	}
	p.want(201, "POST", path, nil, &run)
	p.want(200, "POST", "/api/v1/attempts/"+run.ID+"/reset", nil, &run)
	if run.State != exam.Reset {
		t.Errorf("reset: %+v", run)
	}
	p.wantCode(refusal.NotFound, "GET", "/api/v1/attempts/"+run.ID, nil)
	p.start() // spends the first attempt only now
	p.wantCode(exam.AttemptRunning, "POST", path, nil)
}

func TestTheLineIsMeasuredWithBytesThatDoNotPack(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	response := p.call("GET", "/api/v1/speed?bytes=4194304", nil, nil)
	if response.StatusCode != 200 || response.ContentLength != 4<<20 || response.Header.Get("Content-Encoding") != "" {
		t.Errorf("%s, %d bytes", response.Status, response.ContentLength)
	}
	p.want(400, "GET", "/api/v1/speed?bytes=4194305", nil, nil)
	p.want(204, "POST", "/api/v1/speed", strings.Repeat("x", 1<<20-2), nil)
	c.phone().wantCode(login.Needed, "GET", "/api/v1/speed", nil)
}
