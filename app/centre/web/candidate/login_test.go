package candidate_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/webtest"
)

func TestAPhoneTellsItsTimeAtTheLogIn(t *testing.T) {
	var heard []time.Time
	c := webtest.New(t, func(config *web.Config) {
		config.Candidate.NotePhone = func(_ string, shows time.Time) { heard = append(heard, shows) }
	})
	c.Register("T1", "11010119900307123X")
	shows := "2026-11-26T14:00:00Z"
	for _, clock := range []string{shows, "", "yesterday"} {
		c.Phone().Want(http.StatusOK, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "11010119900307123X", "clock": clock}, nil)
	}
	if len(heard) != 1 || heard[0].Format(time.RFC3339) != shows {
		t.Errorf("heard %v", heard)
	}
}

func TestTheLineIsMeasuredWithBytesThatDoNotPack(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	response := p.Call("GET", "/api/v1/speed?bytes=4194304", nil, nil)
	if response.StatusCode != 200 || response.ContentLength != 4<<20 || response.Header.Get("Content-Encoding") != "" {
		t.Errorf("%s, %d bytes", response.Status, response.ContentLength)
	}
	p.Want(400, "GET", "/api/v1/speed?bytes=4194305", nil, nil)
	p.Want(204, "POST", "/api/v1/speed", strings.Repeat("x", 1<<20-2), nil)
	c.Phone().WantCode(login.Needed, "GET", "/api/v1/speed", nil)
}
