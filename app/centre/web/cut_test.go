package web_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"kaodian/app/centre/web/webtest"
)

// A request that is cut off gets 400 or no answer, never «something went wrong
// at the server»: whatever it was, and wherever it was cut.
func TestACutRequestIsNoFaultOfTheServer(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "110101201605061234")
	p := c.Candidate("T1", "110101201605061234")
	attempt := p.Start()
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	head := " HTTP/1.1\r\nHost: localhost\r\nCookie: " + p.Cookies() + "\r\n"
	created := "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Length: 500000\r\nUpload-Metadata: " + "attempt " + encode(attempt.ID) + ",item " + encode(attempt.Items[0].ID) + "\r\n"
	long := strings.Repeat("x", 100_000)
	for name, request := range map[string]string{
		"a short log-in":            "POST /api/v1/login" + head + "Content-Type: application/json\r\nContent-Length: 60\r\n\r\n{\"ticket\":",
		"a log-in in chunks":        "POST /api/v1/login" + head + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"ticket\":",
		"between two chunks":        "POST /api/v1/login" + head + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
		"a long consent":            "POST /api/v1/orders/x/consent" + head + "Content-Type: application/json\r\nContent-Length: 16000\r\n\r\n" + long[:9000],
		"a measurement":             "POST /api/v1/speed" + head + "Content-Length: 500000\r\n\r\n" + long,
		"a measurement in chunks":   "POST /api/v1/speed" + head + "Transfer-Encoding: chunked\r\n\r\n186a0\r\n" + long[:50_000],
		"a creation":                "POST /api/v1/uploads" + head + created + "Content-Length: 500000\r\n\r\n" + long,
		"a short creation":          "POST /api/v1/uploads" + head + created + "Content-Length: 5000\r\n\r\n" + long[:100],
		"a creation in chunks":      "POST /api/v1/uploads" + head + created + "Transfer-Encoding: chunked\r\n\r\n186a0\r\n" + long[:50_000],
		"a creation, broken chunks": "POST /api/v1/uploads" + head + created + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + long[:50_000],
		"headers":                   "POST /api/v1/login HTTP/1.1\r\nHost: loc",
		"a page with a body":        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000\r\n\r\nabc",
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(c.URL, "http://"))
			webtest.Must(t, err)
			defer conn.Close()
			webtest.Must(t, conn.SetDeadline(time.Now().Add(time.Minute)))
			_, err = fmt.Fprint(conn, request)
			webtest.Must(t, err)
			webtest.Must(t, conn.(*net.TCPConn).CloseWrite())
			text, _ := io.ReadAll(conn)
			if len(text) > 0 && !strings.HasPrefix(string(text), "HTTP/1.1 4") {
				t.Errorf("answered %.300s", text)
			}
		})
	}
}
