package web

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/exam"
)

// A person has eight event streams; the oldest of more ends.
func TestEventStreamsOfAPersonAreFew(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	p.client.Timeout = 0
	path := c.url + "/api/v1/attempts/" + p.start().ID + "/events"
	var first io.ReadCloser
	for n := range mostStreams + 1 {
		response, err := p.client.Get(path)
		must(t, err)
		defer response.Body.Close()
		if _, err := bufio.NewReader(response.Body).ReadString('\n'); err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("stream %d: %s, %v", n, response.Status, err)
		}
		if n == 0 {
			first = response.Body
		}
	}
	ended := make(chan error, 1)
	go func() { _, err := io.Copy(io.Discard, first); ended <- err }()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the oldest stream goes on")
	}
}

// A page that waits for news learns from its silence that the centre is gone,
// and from its end that nobody is logged in any more.
func TestAStreamBeatsUntilItsSessionEnds(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	p.client.Timeout = 0
	response, err := p.client.Get(c.url + "/api/v1/attempts/" + p.start().ID + "/events")
	must(t, err)
	defer response.Body.Close()
	stuck := time.AfterFunc(time.Minute, func() { response.Body.Close() })
	defer stuck.Stop()
	lines := bufio.NewScanner(response.Body)
	for beats := 0; beats < 2 && lines.Scan(); {
		if lines.Text() == "event: pulse" {
			beats++
		}
	}
	p.want(http.StatusNoContent, http.MethodPost, "/api/v1/logout", nil, nil)
	for lines.Scan() {
	}
	if err := lines.Err(); err != nil {
		t.Errorf("after the log-out the stream went on: %v", err)
	}
}

// A code is built from what a request calls us, so that must be a name of ours.
func TestAnotherHostIsRefused(t *testing.T) {
	c := newCentre(t)
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "127.0.0.1": 200, "evil.example": 421, "6.6.6.6": 421, "192.168.1.77:80": 421, "[2001:db8::1]": 421, "": 400,
	} {
		request, err := http.NewRequestWithContext(t.Context(), "GET", c.url+"/healthz", nil)
		must(t, err)
		request.Host = host
		response, err := http.DefaultClient.Do(request)
		must(t, err)
		response.Body.Close()
		if host != "" && response.StatusCode != want {
			t.Errorf("%q is answered with %s, want %d", host, response.Status, want)
		}
	}
}

func TestARangeOfTheWholeIsAPart(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	clip := p.upload(p.start().ID, "1", "a video")
	for part, want := range map[string]int{"": 200, "bytes=0-": 206, "bytes=0-6": 206, "bytes=0-999": 206, "bytes=2-3": 206, "bytes=9-": 416} {
		p.part = part
		if response := p.call("GET", "/api/v1/clips/"+clip+"/video", nil, nil); response.StatusCode != want {
			t.Errorf("%q: %s, want %d", part, response.Status, want)
		}
	}
}

// R25: a guardian's name is one that can be read.
func TestR25AGuardiansNameIsOneLine(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	p := c.candidate("T1", "1")
	path := "/api/v1/orders/" + p.orders()[0].ID + "/consent"
	for name, code := range map[string]refusal.Code{
		"": exam.GuardianMissing, "   ": exam.GuardianMissing, "\u200b": exam.GuardianMissing,
		"王\n大明": text.Invalid, "王\x1b大明": text.Invalid, "王\u202e大明": text.Invalid,
	} {
		p.wantCode(code, "POST", path, map[string]any{"face": true, "guardian": name})
	}
	p.want(http.StatusNoContent, "POST", path, map[string]any{"face": true, "guardian": " 王大明 "}, nil)
}

// R20, R22: a reason is one that can be read.
func TestAReasonHasLetters(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	path := "/api/v1/staff/attempts/" + c.candidate("T1", "1").start().ID + "/extra-time"
	desk := c.staff("invigilator")
	for reason, code := range map[string]refusal.Code{
		"   ": exam.ReasonMissing, "……": exam.ReasonMissing, " -. ": exam.ReasonMissing, "\u3000\u3000": exam.ReasonMissing, "\u200b": exam.ReasonMissing, "\uffa0\U0001d159": exam.ReasonMissing, " \n\t": exam.ReasonMissing,
		"停电\x00": text.Invalid, "停\x1b[31m电": text.Invalid, "a\u202eb": text.Invalid,
	} {
		desk.wantCode(code, "POST", path, map[string]any{"grant": "grant-0001", "minutes": 5, "reason": reason})
	}
	if long := strings.Repeat("停", 501); desk.call("POST", path, map[string]any{"grant": "grant-0001", "minutes": 5, "reason": long}, nil).StatusCode != 422 {
		t.Error("a reason of 501 letters is taken")
	}
}
