package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/durable"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/centre/timekeeper"
	"kaodian/app/centre/upload"
	"kaodian/app/centre/upload/kept"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// centre is a real server on loopback over a real store; only the clock is
// the test's.
type centre struct {
	*store.Store
	t      *testing.T
	server *Server
	url    string
	clock  *clock.Fake
}

// DB looks into the database.
func (c *centre) DB() *storetest.DB {
	return storetest.Open(c.t, filepath.Join(c.server.Folder, "kaodian.db"))
}

// nobody stands for the parts that other tests run for real.
type nobody struct{}

func (nobody) Status(context.Context) (Status, error) { return Status{}, nil }
func (nobody) SendNow(bool)                           {}

// changedLog is an audit log in which somebody changed a line.
type changedLog struct{}

func (changedLog) State() AuditState { return AuditState{Broken: true, Detail: "line 2"} }

// goodDisk is one of which there is nothing to tell.
type goodDisk struct{}

func (goodDisk) State() StorageState { return StorageState{RoomLeft: 1} }
func (goodDisk) Seen() error         { return nil }

// watch stands for the clock's keeper, whose own tests set real clocks.
type watch struct {
	state     timekeeper.ClockState
	confirmed []time.Time
	by        []exam.Actor
	heard     []time.Time
}

func (c *watch) State() timekeeper.ClockState { return c.state }

func (c *watch) Confirm(_ context.Context, to time.Time, by exam.Actor) error {
	c.confirmed, c.by = append(c.confirmed, to), append(c.by, by)
	return nil
}

func (c *watch) Heard(_ string, shows time.Time) { c.heard = append(c.heard, shows) }

func newCentre(t *testing.T) *centre {
	t.Helper()
	folder := t.TempDir()
	zone := time.FixedZone("Asia/Shanghai", 8*60*60)
	clk := clock.NewFake(time.Date(2026, 8, 3, 12, 0, 0, 0, zone))
	s, err := store.Open(t.Context(), filepath.Join(folder, "kaodian.db"), exam.DefaultRules(zone), clk)
	must(t, err)
	engine, err := upload.New(upload.Config{
		Disk: durable.OS(), Parts: filepath.Join(folder, "uploads"), Clips: filepath.Join(folder, "vault", "clips"),
		Store: kept.Uploads{Store: s}, Clock: clk, MaxSize: s.Rules().MaxClipBytes,
	})
	must(t, err)
	pages := fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}
	times := &watch{}
	runner := &jobs.Runner{Queue: s.Queue("this boot")}
	s.TellLanes(runner)
	server := New(Config{
		Store: s, Engine: engine, Sync: nobody{}, Time: times, Storage: goodDisk{}, Audit: changedLog{}, Jobs: s.Queue("this boot"), ReadyIn: runner.ReadyIn, Folder: folder, Version: "test",
		Candidate: pages, Staff: pages, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	server.people.Holding, server.desk.Holding = 0, 0 // the clock is the test's
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(stop)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = s.Close()
	})
	return &centre{Store: s, t: t, server: server, url: "http://" + l.Addr().String(), clock: clk}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// register imports an order with two pieces for the ID number.
func (c *centre) register(ticket, idNumber string) {
	c.t.Helper()
	now := c.Now()
	imported, err := c.ImportOrders(c.t.Context(), []exam.Registration{{
		Ticket: ticket, Name: "王小明", IDType: "居民身份证", IDNumber: idNumber, Subject: "钢琴", Grade: 3,
		BirthDate: exam.Date{Year: 2016, Month: 5, Day: 6},
		Window:    exam.Window{OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(48 * time.Hour)},
		Pieces:    []exam.Piece{{Item: "练习曲", Title: "车尔尼 599"}, {Item: "乐曲", Title: "小步舞曲"}},
	}}, false, false)
	must(c.t, err)
	if len(imported.Refused) > 0 {
		c.t.Fatal(imported.Refused)
	}
}

// phone is a browser with its cookies.
type phone struct {
	*centre
	client *http.Client
	part   string // of a file, as the header Range asks for it; "" all of it
}

func (c *centre) phone() *phone {
	jar, err := cookiejar.New(nil)
	must(c.t, err)
	return &phone{centre: c, client: &http.Client{Jar: jar, Timeout: 10 * time.Second}}
}

// phoneAt is a phone at another address of loopback's network, which counts as
// one of the hall's.
func (c *centre) phoneAt(address string) *phone {
	p := c.phone()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	p.client.Transport = &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}
	return p
}

func (c *centre) candidate(ticket, idNumber string) *phone {
	c.t.Helper()
	p := c.phone()
	p.want(http.StatusOK, "POST", "/api/v1/login", map[string]string{"ticket": ticket, "id_number": idNumber}, nil)
	return p
}

func (c *centre) staff(role string) *phone {
	c.t.Helper()
	return c.staffNamed(role, role)
}

func (c *centre) staffNamed(name, role string) *phone {
	c.t.Helper()
	hash, err := webkit.HashPassword("correct horse")
	must(c.t, err)
	must(c.t, c.PutUser(c.t.Context(), store.User{Name: name, Role: role, Password: hash}))
	p := c.phone()
	p.want(http.StatusOK, "POST", "/api/v1/staff/login", map[string]string{"name": name, "password": "correct horse"}, nil)
	return p
}

// call sends JSON and decodes the answer into out, if given.
func (p *phone) call(method, path string, body, out any) *http.Response {
	p.t.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		must(p.t, err)
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, sent)
	must(p.t, err)
	request.Header.Set("Content-Type", "application/json")
	if p.part != "" {
		request.Header.Set("Range", p.part)
	}
	response, err := p.client.Do(request)
	must(p.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(p.t, err)
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			p.t.Fatalf("%s %s: %v in %q", method, path, err, text)
		}
	}
	return response
}

func (p *phone) want(status int, method, path string, body, out any) {
	p.t.Helper()
	if response := p.call(method, path, body, out); response.StatusCode != status {
		p.t.Fatalf("%s %s: %s, want %d", method, path, response.Status, status)
	}
}

func (p *phone) wantCode(code refusal.Code, method, path string, body any) {
	p.t.Helper()
	var problem webkit.Problem
	response := p.call(method, path, body, &problem)
	if problem.Code != string(code) || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
		p.t.Errorf("%s %s: %s %q, want %s", method, path, response.Status, problem.Code, code)
	}
}

// start takes the order list's first order up to the running attempt.
func (p *phone) start() attemptBody {
	p.t.Helper()
	var orders []orderBody
	p.want(200, "GET", "/api/v1/orders", nil, &orders)
	path := "/api/v1/orders/" + orders[0].ID
	p.want(204, "POST", path+"/consent", map[string]any{"face": true, "guardian": "王大明"}, nil)
	var rules struct {
		RulesVersion string `json:"rules_version"`
	}
	p.want(200, "GET", path+"/rules", nil, &rules)
	var attempt attemptBody
	p.want(201, "POST", path+"/attempts", map[string]any{"agreed": true, "rules_version": rules.RulesVersion}, &attempt)
	return attempt
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// cookies are the phone's as a header.
func (p *phone) cookies() string {
	address, err := url.Parse(p.url)
	must(p.t, err)
	var header []string
	for _, cookie := range p.client.Jar.Cookies(address) {
		header = append(header, cookie.Name+"="+cookie.Value)
	}
	return strings.Join(header, "; ")
}

// upload sends a clip of that content in one request and returns its id.
func (p *phone) upload(attempt, item, content string) string {
	p.t.Helper()
	return p.begin(attempt, item, content, len(content))
}

// begin sends the first bytes of a clip of that length.
func (p *phone) begin(attempt, item, content string, length int) string {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+"/api/v1/uploads", strings.NewReader(content))
	must(p.t, err)
	request.Header.Set("Tus-Resumable", "1.0.0")
	request.Header.Set("Upload-Length", fmt.Sprint(length))
	request.Header.Set("Upload-Metadata", "attempt "+encoded(attempt)+",item "+encoded(item)+",filename "+encoded("a.mp4"))
	request.Header.Set("Content-Type", "application/offset+octet-stream")
	response, err := p.client.Do(request)
	must(p.t, err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		text, _ := io.ReadAll(response.Body)
		p.t.Fatalf("upload: %s %s", response.Status, text)
	}
	return filepath.Base(response.Header.Get("Location"))
}

func TestAnExamOverHTTP(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "370102201605060011")
	p := c.candidate(" ｔ1 ", "370102201605060011")
	attempt := p.start()
	path := "/api/v1/attempts/" + attempt.ID
	if attempt.Code != "" {
		t.Error("R8: the code is told before it was asked for")
	}
	p.want(200, "POST", path+"/acknowledge", nil, &attempt)
	if len(attempt.Code) != 4 || attempt.Deadline.Sub(attempt.StartedAt) != 30*time.Minute {
		t.Errorf("code %q, %s for grade 3", attempt.Code, attempt.Deadline.Sub(attempt.StartedAt))
	}
	p.wantCode(exam.NothingToSubmit, "POST", path+"/submit", nil)
	clip := p.upload(attempt.ID, "1", "a video")
	var got clipBody
	p.want(200, "GET", "/api/v1/clips/"+clip, nil, &got)
	if got.State != "received" || got.Size != 7 {
		t.Errorf("the clip is %+v", got)
	}
	p.want(204, "POST", "/api/v1/clips/"+clip+"/previewed", nil, nil)
	p.want(204, "POST", "/api/v1/clips/"+clip+"/move", map[string]string{"item": "2"}, nil)
	p.want(200, "POST", path+"/submit", nil, &attempt)
	if attempt.State != exam.Submitted || attempt.Items[1].Clip == nil || attempt.Items[1].Clip.ID != clip {
		t.Errorf("after submitting: %+v", attempt)
	}
	p.want(200, "POST", path+"/submit", nil, nil) // two taps do one thing
	p.wantCode(exam.OrderSubmitted, "POST", path+"/reset", nil)
	p.wantCode(exam.AttemptOver, "DELETE", "/api/v1/clips/"+clip, nil)
}

func TestR10TheSecondDeviceLooksUntilItTakesOver(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	first := c.candidate("T1", "1")
	attempt := first.start()
	path := "/api/v1/attempts/" + attempt.ID
	first.upload(attempt.ID, "1", "a video")
	second := c.candidate("T1", "1")
	var seen attemptBody
	second.want(200, "GET", path, nil, &seen)
	if seen.Holds || seen.Items[0].Clip == nil {
		t.Errorf("the second device sees %+v", seen)
	}
	second.wantCode(exam.OtherDevice, "POST", path+"/submit", nil)
	second.wantCode(exam.OtherDevice, "POST", path+"/reset", nil)
	second.want(200, "POST", path+"/takeover", nil, nil)
	first.wantCode(exam.OtherDevice, "POST", path+"/submit", nil)
	second.want(200, "POST", path+"/submit", nil, nil)
}

func TestR4GuessingIsSlowedDown(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.phone()
	wrong := map[string]string{"ticket": "T1", "id_number": "2"}
	for range 5 {
		p.wantCode(login.Wrong, "POST", "/api/v1/login", wrong)
	}
	p.wantCode(webkit.TooManyTries, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"})
	c.clock.Advance(time.Minute)
	p.want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
}

func TestAParkedJobIsTriedAgain(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	owner := c.candidate("T1", "1")
	owner.upload(owner.start().ID, "1", "a video")
	q := c.Queue("this boot")
	for range jobs.MaxTries {
		job, err := q.ReceiveJob(t.Context(), jobs.Inspect, time.Minute)
		must(t, err)
		must(t, q.FailJob(t.Context(), job.ID, "no disk", 0))
	}
	technician := c.staff("technician")
	var list []jobBody
	technician.want(200, "GET", "/api/v1/staff/jobs", nil, &list)
	if len(list) != 1 || !list[0].Parked {
		t.Fatalf("jobs %+v", list)
	}
	retry := "/api/v1/staff/jobs/" + list[0].ID + "/retry"
	technician.want(http.StatusNoContent, "POST", retry, nil, nil)
	technician.wantCode(refusal.NotFound, "POST", retry, nil)
	technician.want(200, "GET", "/api/v1/staff/jobs", nil, &list)
	if job, err := q.ReceiveJob(t.Context(), jobs.Inspect, time.Minute); err != nil || job == nil || len(list) != 0 {
		t.Errorf("it does not wait again: %v, %v, list %+v", job, err, list)
	}
}

// Guesses at once are counted one after the other: of one device, and of
// phones that have no device yet.
func TestR4ManyGuessesAtOnceAreNoMoreThanAFew(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	c.staff("invigilator")
	for path, wrong := range map[string]any{
		"/api/v1/login":       map[string]string{"ticket": "T1", "id_number": "2"},
		"/api/v1/staff/login": map[string]string{"name": "invigilator", "password": "a wrong password"},
	} {
		one := c.phoneAt("127.0.0.5")
		one.want(http.StatusUnauthorized, "POST", path, wrong, nil)
		if got := c.triedAtOnce(path, wrong, func() *phone { return one }); got != 4 {
			t.Errorf("%s: %d of 20 guesses of one device at once were tried, not 4", path, got)
		}
		if got := c.triedAtOnce(path, wrong, func() *phone { return c.phoneAt("127.0.0.6") }); got != 6 {
			t.Errorf("%s: %d of 20 guesses of new phones at once were tried, not 6", path, got)
		}
	}
}

func (c *centre) triedAtOnce(path string, wrong any, phone func() *phone) int {
	var tried atomic.Int32
	var group sync.WaitGroup
	for range 20 {
		p := phone()
		group.Go(func() {
			if p.call("POST", path, wrong, nil).StatusCode == http.StatusUnauthorized {
				tried.Add(1)
			}
		})
	}
	group.Wait()
	return int(tried.Load())
}

func TestEveryLookIsNotedWhateverPartItAsksFor(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	owner := c.candidate("T1", "1")
	clip := owner.upload(owner.start().ID, "1", "a longer video of somebody")
	video := "/api/v1/staff/clips/" + clip + "/video"
	looks := func() (count int) {
		t.Helper()
		must(t, c.DB().QueryRowContext(t.Context(), "SELECT count(*) FROM audit WHERE action = 'video_viewed' AND clip_id = ?", clip).Scan(&count))
		return count
	}
	first, second := c.staff("invigilator"), c.staff("technician")
	for _, part := range []string{"bytes=1-", "bytes=0-", "bytes=-7", "bytes=2-3"} {
		first.part = part
		if got := first.call("GET", video, nil, nil); got.StatusCode/100 != 2 {
			t.Errorf("%s: %s", part, got.Status)
		}
	}
	if got := looks(); got != 1 {
		t.Errorf("one look in parts is noted %d times", got)
	}
	second.want(200, "GET", video, nil, nil)
	c.clock.Advance(2 * time.Hour)
	first.want(http.StatusPartialContent, "GET", video, nil, nil)
	if got := looks(); got != 3 {
		t.Errorf("another person and another hour make %d looks, not 3", got)
	}
}

func TestPagesOfAnotherOriginChangeNothing(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	for _, header := range [][2]string{{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url+"/api/v1/logout", nil)
		must(t, err)
		request.Header.Set(header[0], header[1])
		response, err := p.client.Do(request)
		must(t, err)
		response.Body.Close()
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%v: %s", header, response.Status)
		}
	}
	p.want(200, "GET", "/api/v1/me", nil, nil)
}

// TestEveryRouteForEveryRole goes through the route list itself, so that no
// new route escapes: without a log-in 401, with a foreign id 404.
func TestEveryRouteForEveryRole(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	c.register("T2", "2")
	owner := c.candidate("T1", "1")
	attempt := owner.start()
	clip := owner.upload(attempt.ID, "1", "a video")
	stranger, anonymous, invigilator := c.candidate("T2", "2"), c.phone(), c.staff("invigilator")
	judge, mechanic := c.staff("examiner"), c.staff("technician")
	ids := strings.NewReplacer("orders/{id}", "orders/"+attempt.OrderID, "attempts/{id}", "attempts/"+attempt.ID,
		"clips/{id}", "clips/"+clip, "review/{id}", "review/"+clip, "{departure}", "departure", "{decision}", "decision", "{item}", "1", "{number}", "123456", "{sha256}", strings.Repeat("0", 64))
	for _, r := range (&Server{}).routes() {
		path := ids.Replace(r.Path)
		t.Run(r.Method+" "+r.Path, func(t *testing.T) {
			check := func(who string, p *phone, want int) {
				if got := p.call(r.Method, path, bodyFor(r.Path), nil).StatusCode; got != want {
					t.Errorf("%s: %d, want %d", who, got, want)
				}
			}
			switch r.Access {
			case candidates:
				check("nobody", anonymous, http.StatusUnauthorized)
				check("staff", invigilator, http.StatusUnauthorized)
				if strings.Contains(r.Path, "{id}") {
					check("a stranger", stranger, http.StatusNotFound)
				}
			case staff, desk, machine, reviewers, deciders, examiners:
				check("nobody", anonymous, http.StatusUnauthorized)
				check("a candidate", owner, http.StatusUnauthorized)
			}
			if roles := rolesOf[r.Access]; roles != nil {
				for role, p := range map[string]*phone{examiner: judge, technician: mechanic, "invigilator": invigilator} {
					if !slices.Contains(roles, role) {
						check("R21: "+role, p, http.StatusForbidden)
					}
				}
			}
			if r.Access == machine && strings.Contains(r.Path, "{id}") {
				check("a technician", mechanic, http.StatusNotFound)
			}
		})
	}
}

// bodyFor is a body that the route's schema takes.
func bodyFor(path string) any {
	switch {
	case strings.HasSuffix(path, "/consent"):
		return map[string]any{"face": false}
	case strings.HasSuffix(path, "/attempts"):
		return map[string]any{"agreed": true, "rules_version": "1"}
	case strings.HasSuffix(path, "/passes"):
		return map[string]any{"kind": "phone"}
	case strings.HasSuffix(path, "/devices"):
		return map[string]any{"number": "123456"}
	case strings.HasSuffix(path, "/room/free"):
		return map[string]any{"reason": "磁盘快满了"}
	case strings.HasSuffix(path, "/extra-time"):
		return map[string]any{"grant": "grant-of-a-test", "minutes": 5, "reason": "停电"}
	case strings.HasSuffix(path, "/move"):
		return map[string]any{"item": "1"}
	case strings.HasSuffix(path, "/announcement"):
		return map[string]any{"part": "code", "heard": "heard"}
	case strings.HasSuffix(path, "/departures"):
		return map[string]any{"id": "departure-of-a-test", "category": "hat", "ms": 1000}
	case strings.HasSuffix(path, "/decisions"):
		return map[string]any{"id": "decision-of-a-test", "kind": "clip_invalid", "reason": "看谱演奏"}
	case strings.HasSuffix(path, "/undo"):
		return map[string]any{"reason": "误判"}
	case strings.HasSuffix(path, "/marks"):
		return map[string]any{"level": "good", "technique": "good", "tempo": "pass", "interpretation": "good"}
	}
	return nil
}

func TestTheDescriptionNamesEveryRoute(t *testing.T) {
	text, err := Describe()
	must(t, err)
	var described struct {
		Paths map[string]map[string]json.RawMessage
	}
	must(t, json.Unmarshal(text, &described))
	for _, r := range (&Server{}).routes() {
		if described.Paths[r.Path][strings.ToLower(r.Method)] == nil {
			t.Errorf("%s %s is not in openapi.json", r.Method, r.Path)
		}
	}
	c := newCentre(t)
	c.phone().want(200, "GET", "/api/openapi.json", nil, nil)
}

// The pages' types are made of the committed description.
func TestTheCommittedDescriptionIsCurrent(t *testing.T) {
	text, err := Describe()
	must(t, err)
	committed, err := os.ReadFile("../../../ui/openapi/centre.json")
	must(t, err)
	if !bytes.Equal(bytes.TrimSpace(committed), text) {
		t.Error("ui/openapi/centre.json is not this API's description; run: make generate")
	}
}

func TestR16AnAttemptThatRanOutIsSubmittedWhateverThePhoneDoes(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	attempt := p.start()
	p.upload(attempt.ID, "1", "a video")
	c.clock.Advance(30 * time.Minute)
	var orders []orderBody
	p.want(200, "GET", "/api/v1/orders", nil, &orders)
	if orders[0].Status != exam.StatusAutoSubmitted || orders[0].ResetsLeft != 2 || orders[0].ResetUntil == nil {
		t.Errorf("at the deadline the order is %+v", orders[0])
	}
	p.wantCode(exam.AttemptOver, "POST", "/api/v1/attempts/"+attempt.ID+"/submit", nil)
	p.want(200, "POST", "/api/v1/attempts/"+attempt.ID+"/reset", nil, &attempt)
	if attempt.State != exam.Reset || attempt.Items[0].Clip != nil {
		t.Errorf("R15: after the reset: %+v", attempt)
	}
	second := p.start()
	if second.Number != 2 {
		t.Errorf("the next attempt has number %d", second.Number)
	}
}

func TestVideosAreServedInParts(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	clip := p.upload(p.start().ID, "1", "0123456789")
	for asked, want := range map[string]string{"": "0123456789", "bytes=0-": "0123456789", "bytes=2-4": "234", "bytes=-3": "789", "bytes=8-99": "89", "seconds=2-4": "0123456789"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+"/api/v1/clips/"+clip+"/video", nil)
		must(t, err)
		if asked != "" {
			request.Header.Set("Range", asked)
		}
		response, err := p.client.Do(request)
		must(t, err)
		text, err := io.ReadAll(response.Body)
		must(t, err)
		response.Body.Close()
		if string(text) != want {
			t.Errorf("Range %q: %s %q, want %q", asked, response.Status, text, want)
		}
	}
	p.want(http.StatusNotFound, "GET", "/api/v1/clips/"+clip+"/video?as=rendition", nil, nil)
}

// A player that was let in reads on for two seconds unasked, and no longer.
func TestWhoLoggedOutReadsNoVideo(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	c.register("T2", "2")
	p, other := c.candidate("T1", "1"), c.candidate("T2", "2")
	attempt := p.start().ID
	video := "/api/v1/clips/" + p.upload(attempt, "1", "0123456789") + "/video"
	p.want(http.StatusOK, "GET", video, nil, nil)
	other.want(http.StatusNotFound, "GET", video, nil, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+video, nil)
	must(t, err)
	for _, cookie := range p.client.Jar.Cookies(request.URL) {
		request.AddCookie(cookie)
	}
	p.want(http.StatusNoContent, "POST", "/api/v1/logout", nil, nil)
	c.clock.Advance(3 * time.Second)
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("three seconds after the log-out: %s", response.Status)
	}

	again := c.candidate("T1", "1")
	again.want(http.StatusOK, "POST", "/api/v1/attempts/"+attempt+"/takeover", nil, nil)
	again.want(http.StatusOK, "GET", video, nil, nil)
	again.want(http.StatusNoContent, "DELETE", strings.TrimSuffix(video, "/video"), nil, nil)
	c.clock.Advance(3 * time.Second)
	again.want(http.StatusNotFound, "GET", video, nil, nil)
}

// Who looks after the server learns that the audit log is not what was
// written, and nobody else.
func TestAChangedAuditLogIsSaidAtTheDesk(t *testing.T) {
	c := newCentre(t)
	for _, role := range []string{administrator, technician} {
		var state AuditState
		c.staff(role).want(http.StatusOK, "GET", "/api/v1/staff/audit", nil, &state)
		if !state.Broken || state.Cut || state.Detail != "line 2" {
			t.Errorf("%s: %+v", role, state)
		}
	}
	for _, role := range []string{invigilator, examiner} {
		c.staff(role).want(http.StatusForbidden, "GET", "/api/v1/staff/audit", nil, nil)
	}
}
