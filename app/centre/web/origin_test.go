package web_test

import (
	"net/http"
	"testing"

	"kaodian/app/centre/web/webtest"
)

func TestPagesOfAnotherOriginChangeNothing(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	for _, header := range [][2]string{{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.URL+"/api/v1/logout", nil)
		webtest.Must(t, err)
		request.Header.Set(header[0], header[1])
		response, err := p.Client.Do(request)
		webtest.Must(t, err)
		response.Body.Close()
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%v: %s", header, response.Status)
		}
	}
	p.Want(200, "GET", "/api/v1/me", nil, nil)
}

// A code is built from what a request calls us, so that must be a name of ours.
func TestAnotherHostIsRefused(t *testing.T) {
	c := webtest.New(t)
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "127.0.0.1": 200, "evil.example": 421, "6.6.6.6": 421, "192.168.1.77:80": 421, "[2001:db8::1]": 421, "": 400,
	} {
		request, err := http.NewRequestWithContext(t.Context(), "GET", c.URL+"/healthz", nil)
		webtest.Must(t, err)
		request.Host = host
		response, err := http.DefaultClient.Do(request)
		webtest.Must(t, err)
		response.Body.Close()
		if host != "" && response.StatusCode != want {
			t.Errorf("%q is answered with %s, want %d", host, response.Status, want)
		}
	}
}
