package candidate_test

import (
	"bufio"
	"io"
	"net/http"
	"testing"
	"time"

	"kaodian/app/centre/web/candidate"
	"kaodian/app/centre/web/webtest"
)

// A person has eight event streams; the oldest of more ends.
func TestEventStreamsOfAPersonAreFew(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	p.Client.Timeout = 0
	path := c.URL + "/api/v1/attempts/" + p.Start().ID + "/events"
	var first io.ReadCloser
	for n := range candidate.MostStreams + 1 {
		response, err := p.Client.Get(path)
		webtest.Must(t, err)
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
	case <-time.After(time.Minute):
		t.Error("the oldest stream goes on")
	}
}

// A page that waits for news learns from its silence that the centre is gone,
// and from its end that nobody is logged in any more.
func TestAStreamBeatsUntilItsSessionEnds(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	p.Client.Timeout = 0
	response, err := p.Client.Get(c.URL + "/api/v1/attempts/" + p.Start().ID + "/events")
	webtest.Must(t, err)
	defer response.Body.Close()
	stuck := time.AfterFunc(time.Minute, func() { response.Body.Close() })
	defer stuck.Stop()
	lines := bufio.NewScanner(response.Body)
	for beats := 0; beats < 2 && lines.Scan(); {
		if lines.Text() == "event: pulse" {
			beats++
		}
	}
	p.Want(http.StatusNoContent, http.MethodPost, "/api/v1/logout", nil, nil)
	for lines.Scan() {
	}
	if err := lines.Err(); err != nil {
		t.Errorf("after the log-out the stream went on: %v", err)
	}
}
