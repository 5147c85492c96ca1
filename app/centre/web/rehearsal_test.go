package web_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/rehearsal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// hall is a centre whose rehearsals are looked at more often, and judged after
// less, than a room's are.
func hall(t *testing.T, change ...func(*rehearsal.Hall)) *webtest.Centre {
	return webtest.New(t, func(config *web.Config) {
		config.Rehearsal.Look, config.Rehearsal.Least = 100*time.Millisecond, 2*time.Second
		config.Rehearsal.Failed = func(err error) { t.Error(err) }
		for _, one := range change {
			one(config.Rehearsal)
		}
	})
}

type rehearsed struct {
	Now *struct {
		ID, Word string
		Sends    bool
		Rate     float64
		Phones   []struct {
			Number, Retries int
			Browser, State  string
			Bytes           int64
			Mean            float64
		}
	}
	Last []struct {
		ID, State, By string
		Phones        []struct{ Bytes int64 }
		Verdict       *struct {
			Outcome   string
			PerHour   int    `json:"per_hour"`
			LimitedBy string `json:"limited_by"`
			Together  int
			Bounds    []struct {
				Limit   string
				PerHour float64 `json:"per_hour"`
			}
		}
	}
}

func plan(clips int, clipBytes int64) map[string]any {
	return map[string]any{"seconds": 30, "expected": 1, "clips": clips, "clip_bytes": clipBytes}
}

// start begins a rehearsal as staff and returns its id and word.
func start(p *webtest.Phone, clips int, clipBytes int64) (id, word string) {
	p.T.Helper()
	var out rehearsed
	p.Want(200, "POST", "/api/v1/staff/rehearsal", plan(clips, clipBytes), &out)
	return out.Now.ID, out.Now.Word
}

func look(p *webtest.Phone) (out rehearsed) {
	p.T.Helper()
	p.Want(200, "GET", "/api/v1/staff/rehearsal", nil, &out)
	return out
}

func stop(p *webtest.Phone, id string) (out rehearsed) {
	p.T.Helper()
	p.Want(200, "POST", "/api/v1/staff/rehearsal/"+id+"/stop", nil, &out)
	return out
}

// until waits for what other goroutines bring about.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 30 s: %s", what)
		}
	}
}

// sender is a phone that sends by tus, also of a rehearsal.
type sender struct {
	*webtest.Phone
	base, attempt string
}

type joined struct {
	Number     int
	Token      string
	PieceBytes int `json:"piece_bytes"`
}

func join(p *webtest.Phone, word string) (joined, *sender) {
	p.T.Helper()
	var in joined
	p.Want(200, "POST", "/api/v1/rehearsal/join", map[string]string{"word": word}, &in)
	return in, &sender{p, "/api/v1/rehearsal/uploads", in.Token}
}

func (s *sender) do(method, path string, body []byte, headers map[string]string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(s.T.Context(), method, s.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Tus-Resumable", "1.0.0")
	request.Header.Set("Content-Type", "application/offset+octet-stream")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := s.Client.Do(request)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s %s", method, path, response.Status, text)
	}
	return response, err
}

func (s *sender) create(item string, size int) (location string, err error) {
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	response, err := s.do("POST", s.base, nil, map[string]string{
		"Upload-Length": fmt.Sprint(size), "Upload-Metadata": "attempt " + encode(s.attempt) + ",item " + encode(item) + ",filename " + encode("a.mp4"),
	})
	if err != nil {
		return "", err
	}
	return response.Header.Get("Location"), nil
}

// part is how much one request carries, as a phone's would on such a line.
const part = 256 << 10

// send sends a file in parts until it is whole or going says no.
func (s *sender) send(item string, file []byte, going func() bool) error {
	location, err := s.create(item, len(file))
	for at := 0; err == nil && at < len(file) && going(); at += part {
		_, err = s.do("PATCH", location, file[at:min(at+part, len(file))], map[string]string{"Upload-Offset": fmt.Sprint(at)})
	}
	return err
}

// limited is the centre behind a line of that many kilobytes a second.
func limited(c *webtest.Centre, rate int) *webtest.Centre {
	c.T.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "wifi", "127.0.0.1:0", strings.TrimPrefix(c.URL, "http://"))
	webtest.Must(c.T, proxy.Start())
	c.T.Cleanup(proxy.Stop)
	_, err := proxy.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(`{"type":"bandwidth","stream":"upstream","attributes":{"rate":%d}}`, rate)))
	webtest.Must(c.T, err)
	own := *c
	own.URL = "http://" + proxy.Listen
	return &own
}

func random(size int) []byte {
	file := make([]byte, size)
	rand.Read(file)
	return file
}

// What the rehearsal foretells and what then uploads go over the same lines, so
// slow that nothing else limits, in one run.
func TestTheForecastIsWhatTheRoomThenTakes(t *testing.T) {
	const clips, clipBytes = 2, 1_000_000
	c := hall(t)
	desk := c.Staff(store.Invigilator)
	id, word := start(desk, clips, clipBytes)
	var rooms []*webtest.Centre
	for _, rate := range []int{200, 300, 400, 500} {
		rooms = append(rooms, limited(c, rate))
	}

	over := make(chan struct{})
	going := func() bool {
		select {
		case <-over:
			return false
		default:
			return true
		}
	}
	var sending sync.WaitGroup
	for _, room := range rooms {
		in, phone := join(room.Phone(), word)
		sending.Go(func() {
			file := random(in.PieceBytes)
			for n := 0; going(); n++ {
				if err := phone.send(fmt.Sprint(n), file, going); err != nil && going() {
					t.Error(err)
					return
				}
			}
		})
	}
	time.Sleep(6 * time.Second) // a rehearsal takes time
	close(over)
	out := stop(desk, id)
	sending.Wait()
	verdict := out.Last[0].Verdict
	if verdict.Outcome != "go" && verdict.Outcome != "no_go" || verdict.Together != len(rooms) {
		t.Fatalf("%+v", verdict)
	}

	fact := exams(t, rooms, clips, random(clipBytes))
	forecast := 0.0
	for _, bound := range verdict.Bounds { // what else limits is this machine's
		if bound.Limit == "radio" {
			forecast = bound.PerHour
		}
	}
	t.Logf("forecast %.0f candidates an hour, fact %.0f", forecast, fact)
	if ratio := forecast / fact; ratio < 0.8 || ratio > 1.2 {
		t.Errorf("forecast %.0f candidates an hour, then there were %.0f", forecast, fact)
	}
}

// exams has a candidate in each room send every clip, and says how many such
// candidates an hour that is.
func exams(t *testing.T, rooms []*webtest.Centre, clips int, file []byte) (perHour float64) {
	var mu sync.Mutex
	var sending sync.WaitGroup
	always := func() bool { return true }
	for i, room := range rooms {
		ticket, idNumber := fmt.Sprintf("R%d", i), fmt.Sprintf("11010520160506%04d", i)
		room.Register(ticket, idNumber)
		candidate := room.Candidate(ticket, idNumber)
		attempt := candidate.Start()
		phone := &sender{candidate, "/api/v1/uploads", attempt.ID}
		sending.Go(func() {
			began := time.Now()
			for item := 1; item <= clips; item++ {
				if err := phone.send(fmt.Sprint(item), file, always); err != nil {
					t.Error(err)
				}
			}
			mu.Lock()
			perHour += time.Hour.Seconds() / time.Since(began).Seconds()
			mu.Unlock()
		})
	}
	sending.Wait()
	return perHour
}

// left are the files of a rehearsal.
func left(c *webtest.Centre) (names []string) {
	c.T.Helper()
	for _, folder := range []string{"parts", "clips", "."} {
		entries, err := os.ReadDir(filepath.Join(c.Server.Folder, "rehearsal", folder))
		webtest.Must(c.T, err)
		for _, entry := range entries {
			if !entry.IsDir() {
				names = append(names, entry.Name())
			}
		}
	}
	return names
}

func TestARehearsalYieldsToAnAttempt(t *testing.T) {
	c := hall(t)
	c.Register("R1", "110105201605060001")
	candidate := c.Candidate("R1", "110105201605060001")
	desk := c.Staff(store.Technician)
	_, word := start(desk, 1, 8<<20)
	in, phone := join(c.Phone(), word)
	location, err := phone.create("1", in.PieceBytes)
	webtest.Must(t, err)
	_, err = phone.do("PATCH", location, random(1<<20), map[string]string{"Upload-Offset": "0"})
	webtest.Must(t, err)

	attempt := candidate.Start()
	until(t, "the rehearsal ends", func() bool { return look(desk).Now == nil })
	out := look(desk)
	if out.Last[0].State != "yielded" || out.Last[0].Verdict.Outcome != "too_short" || out.Last[0].Phones[0].Bytes != 1<<20 {
		t.Errorf("%+v", out.Last[0])
	}
	until(t, "no file is left", func() bool { return len(left(c)) == 0 })
	if _, err := phone.do("PATCH", location, random(1<<10), map[string]string{"Upload-Offset": "1048576"}); err == nil {
		t.Error("a rehearsal that is over took bytes")
	}
	var told struct{ Over bool }
	phone.Want(200, "POST", "/api/v1/rehearsal/state", map[string]any{"word": word, "token": in.Token, "retries": 0}, &told)
	if !told.Over {
		t.Error("the phone is not told that it is over")
	}
	desk.WantCode(store.RehearsalAttempts, "POST", "/api/v1/staff/rehearsal", plan(1, 8<<20))
	candidate.Upload(attempt.ID, "1", "video") // the exam goes on
}

func TestARehearsalTouchesNoOrder(t *testing.T) {
	c := hall(t)
	c.Register("R1", "110105201605060001")
	desk := c.Staff(store.Administrator)
	id, word := start(desk, 1, 4<<20)
	in, phone := join(c.Phone(), word)
	always := func() bool { return true }
	webtest.Must(t, phone.send("1", random(in.PieceBytes), always))
	webtest.Must(t, phone.send("2", random(in.PieceBytes), always))
	until(t, "what came whole is gone", func() bool { return len(left(c)) == 0 })
	out := stop(desk, id)
	if got := out.Last[0].Phones[0].Bytes; got != int64(2*in.PieceBytes) {
		t.Errorf("%d bytes of %d", got, 2*in.PieceBytes)
	}
	for _, table := range []string{"attempts", "clips", "uploads", "jobs"} {
		var rows int
		webtest.Must(t, c.DB().QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&rows)) //nolint:gosec // the test's own names
		if rows > 0 {
			t.Errorf("%d rows in %s", rows, table)
		}
	}
	// A phone of the rehearsal reaches no exam, and an exam's none of the rehearsal's.
	if _, err := (&sender{phone.Phone, "/api/v1/uploads", "any"}).create("1", 10); err == nil {
		t.Error("a phone without log-in began an exam's upload")
	}
}

// The pages count in units of 1024: a round number there is said everywhere.
func TestTheUsualVideoIsARoundNumber(t *testing.T) {
	var out struct {
		Plan struct {
			ClipBytes int64 `json:"clip_bytes"`
		}
	}
	hall(t).Staff(store.Invigilator).Want(200, "GET", "/api/v1/staff/rehearsal", nil, &out)
	if out.Plan.ClipBytes != 100<<20 {
		t.Errorf("a usual video is %d bytes", out.Plan.ClipBytes)
	}
}

func TestTwoWhoStartAtOnce(t *testing.T) {
	c := hall(t)
	one, other := c.StaffNamed("one", store.Invigilator), c.StaffNamed("other", store.Technician)
	codes := make(chan int, 2)
	var starting sync.WaitGroup
	for _, p := range []*webtest.Phone{one, other} {
		starting.Go(func() { codes <- p.Call("POST", "/api/v1/staff/rehearsal", plan(1, 1<<20), nil).StatusCode })
	}
	starting.Wait()
	if a, b := <-codes, <-codes; a+b != 200+409 {
		t.Errorf("%d and %d", a, b)
	}
	one.WantCode(store.RehearsalRuns, "POST", "/api/v1/staff/rehearsal", plan(1, 1<<20))
	now := look(other).Now
	one.WantCode(rehearsal.NotRunning, "POST", "/api/v1/staff/rehearsal/other/stop", nil)
	if out := stop(other, now.ID); out.Last[0].State != "stopped" || out.Last[0].Verdict.Outcome != "nobody" {
		t.Errorf("%+v", out.Last[0])
	}
	start(one, 1, 1<<20) // and then another
	c.Staff(store.Examiner).WantCode(exam.RoleNotAllowed, "POST", "/api/v1/staff/rehearsal", plan(1, 1<<20))
}

func TestPhonesThatComeTwiceOrUninvited(t *testing.T) {
	c := hall(t)
	desk := c.Staff(store.Invigilator)
	stranger := c.Phone()
	stranger.WantCode(rehearsal.NotRunning, "POST", "/api/v1/rehearsal/join", map[string]string{"word": "whatever"})
	id, word := start(desk, 1, 4<<20)
	stranger.WantCode(rehearsal.NotRunning, "POST", "/api/v1/rehearsal/join", map[string]string{"word": "whatever"})
	if _, err := (&sender{stranger, "/api/v1/rehearsal/uploads", "any"}).create("1", 10); err == nil {
		t.Error("a stranger began an upload")
	}
	phone := c.Phone()
	first, old := join(phone, word)
	location, err := old.create("1", first.PieceBytes)
	webtest.Must(t, err)
	second, fresh := join(phone, word)
	if second.Number != first.Number || second.Token == first.Token {
		t.Errorf("%+v, then %+v", first, second)
	}
	if _, err := old.create("2", 10); err == nil {
		t.Error("the old page began another upload")
	}
	if _, err := old.do("PATCH", location, random(10), map[string]string{"Upload-Offset": "0"}); err == nil {
		t.Error("the old page's upload went on")
	}
	phone.WantCode(rehearsal.Elsewhere, "POST", "/api/v1/rehearsal/state", map[string]any{"word": word, "token": first.Token, "retries": 0})
	if _, err := fresh.create("1", first.PieceBytes+1); err == nil {
		t.Error("more than a piece was taken")
	}
	webtest.Must(t, fresh.send("1", random(10), func() bool { return true }))
	if phones := look(desk).Now.Phones; len(phones) != 1 {
		t.Errorf("%+v", phones)
	}
	if out := stop(desk, id); len(out.Last[0].Phones) != 1 {
		t.Errorf("%+v", out.Last[0])
	}
	phone.WantCode(rehearsal.NotRunning, "POST", "/api/v1/rehearsal/join", map[string]string{"word": word})
}

// Pieces may be tiny and so very many: of those that came whole only a phone's
// last one is remembered, about which its page may ask once more.
func TestOfThePiecesThatCameWholeThePhonesLastIsRemembered(t *testing.T) {
	c := hall(t)
	_, word := start(c.Staff(store.Invigilator), 1, 4<<20)
	_, phone := join(c.Phone(), word)
	var locations []string
	for range 3 {
		location, err := phone.create("1", 10)
		webtest.Must(t, err)
		if _, err := phone.do("PATCH", location, make([]byte, 10), map[string]string{"Upload-Offset": "0"}); err != nil {
			t.Fatal(err)
		}
		locations = append(locations, location)
	}
	for n, location := range locations {
		answer, err := phone.do("HEAD", location, nil, nil)
		if remembered := err == nil && answer.Header.Get("Upload-Offset") == "10"; remembered != (n == 2) {
			t.Errorf("piece %d is remembered: %v, %v", n, remembered, err)
		}
	}
}

func TestARehearsalOnADiskThatIsNearlyFull(t *testing.T) {
	const gb = 1 << 30
	var mu sync.Mutex
	free := int64(gb)
	c := hall(t, func(h *rehearsal.Hall) {
		h.Free = func() (int64, int64, error) { mu.Lock(); defer mu.Unlock(); return free, 10 * gb, nil }
		h.Engine.Free = h.Free
	})
	desk := c.Staff(store.Invigilator)
	desk.WantCode(rehearsal.NoRoom, "POST", "/api/v1/staff/rehearsal", plan(1, 64<<20)) // the reserve is 0.5 GB
	mu.Lock()
	free = 2 * gb
	mu.Unlock()
	id, word := start(desk, 1, 64<<20)
	in, phone := join(c.Phone(), word)
	if in.PieceBytes > 8<<20 {
		t.Errorf("pieces of %d bytes do not fit for all phones", in.PieceBytes)
	}
	mu.Lock()
	free = gb / 2
	mu.Unlock()
	if _, err := phone.create("1", in.PieceBytes); err == nil || !strings.Contains(err.Error(), string(refusal.DiskFull)) {
		t.Errorf("on a full disk: %v", err)
	}
	if out := stop(desk, id); out.Last[0].Verdict.Outcome != "nobody" {
		t.Errorf("%+v", out.Last[0].Verdict)
	}
}

func TestSixtyPhonesRehearse(t *testing.T) {
	c := hall(t, func(h *rehearsal.Hall) { h.Least = 200 * time.Millisecond })
	desk := c.Staff(store.Invigilator)
	id, word := start(desk, 1, 1<<20)
	over := make(chan struct{})
	going := func() bool {
		select {
		case <-over:
			return false
		default:
			return true
		}
	}
	var sending sync.WaitGroup
	for range 60 {
		in, phone := join(c.Phone(), word)
		sending.Go(func() {
			for n := 0; going(); n++ {
				if err := phone.send(fmt.Sprint(n), random(in.PieceBytes/8), going); err != nil && going() {
					t.Error(err)
				}
			}
		})
	}
	until(t, "every phone sent something", func() bool {
		now := look(desk).Now
		sent := 0
		for _, p := range now.Phones {
			if p.Bytes > 0 {
				sent++
			}
		}
		return sent == 60
	})
	until(t, "long enough to be judged", func() bool { time.Sleep(500 * time.Millisecond); return true })
	close(over)
	sending.Wait()
	out := stop(desk, id)
	if v := out.Last[0].Verdict; len(out.Last[0].Phones) != 60 || v.Outcome != "go" && v.Outcome != "no_go" {
		t.Errorf("%d phones: %+v", len(out.Last[0].Phones), v)
	}
	until(t, "no file is left", func() bool { return len(left(c)) == 0 })
}

func TestAPhoneThatFallsSilent(t *testing.T) {
	c := hall(t, func(h *rehearsal.Hall) { h.Silence = 300 * time.Millisecond })
	desk := c.Staff(store.Invigilator)
	id, word := start(desk, 1, 4<<20)
	_, phone := join(c.Phone(), word)
	location, err := phone.create("1", 1<<20)
	webtest.Must(t, err)
	_, err = phone.do("PATCH", location, random(1000), map[string]string{"Upload-Offset": "0"})
	webtest.Must(t, err)
	state := func(want string) func() bool {
		return func() bool { p := look(desk).Now.Phones[0]; return p.State == want && p.Bytes >= 1000 }
	}
	until(t, "it falls silent", state("silent"))
	// It wakes up and goes on where it was.
	_, err = phone.do("PATCH", location, random(1<<20-1000), map[string]string{"Upload-Offset": "1000"})
	webtest.Must(t, err)
	if out := stop(desk, id); out.Last[0].Phones[0].Bytes != 1<<20 || out.Last[0].Verdict.Outcome != "too_short" {
		t.Errorf("%+v", out.Last[0])
	}
}

// A server that dies in the middle leaves files and a record that runs; the next
// start removes the ones and closes the other.
func TestARehearsalThatWasCutOff(t *testing.T) {
	c := hall(t)
	desk := c.Staff(store.Invigilator)
	_, word := start(desk, 1, 4<<20)
	_, phone := join(c.Phone(), word)
	location, err := phone.create("1", 1<<20)
	webtest.Must(t, err)
	_, err = phone.do("PATCH", location, random(1000), map[string]string{"Upload-Offset": "0"})
	webtest.Must(t, err)
	until(t, "the disk was tried and the phones are looked at", func() bool { return look(desk).Now.Phones[0].Bytes >= 1000 })
	for _, name := range []string{"probe", "clips/whole"} {
		webtest.Must(t, os.WriteFile(filepath.Join(c.Server.Folder, "rehearsal", name), []byte("x"), 0o600))
	}
	old := c.Server.Rehearsal.Config
	old.Failed = func(err error) { t.Error(err) }
	again, err := rehearsal.Open(t.Context(), old)
	webtest.Must(t, err)
	until(t, "no file is left", func() bool { return len(left(c)) == 0 })
	records, err := c.ListRehearsals(t.Context(), 10)
	webtest.Must(t, err)
	if len(records) != 1 || records[0].State != store.RehearsalCutOff || len(records[0].Phones) != 1 || records[0].Phones[0].Bytes != 1000 || records[0].EndedAt.IsZero() {
		t.Errorf("%+v", records)
	}
	if _, runs := again.State(); runs {
		t.Error("it still runs")
	}
}
