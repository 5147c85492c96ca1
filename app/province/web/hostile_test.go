package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"
)

// Whatever a stranger sends to the log-in, the answer is short, repeats
// nothing, and little memory is taken for it.
func TestNoBodyCostsMuch(t *testing.T) {
	p := newProvince(t)
	const secret = "correct horse battery"
	packed := func(size int) string {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		_, err := w.Write(bytes.Repeat([]byte(" "), size))
		must(t, err)
		must(t, w.Close())
		return out.String()
	}
	var fields strings.Builder
	for i := range 500 {
		fmt.Fprintf(&fields, `"%s%d":1,`, secret, i)
	}
	debug.FreeOSMemory()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var wait sync.WaitGroup
	for name, sent := range map[string]struct {
		body    string
		headers []string
		status  int
	}{
		"300 unknown fields":    {body: `{` + fields.String()[:3000] + `"name":"x"}`, status: 400},
		"unknown fields":        {body: `{"` + secret + `":"` + secret + `","name":"x","password":"y"}`, status: 422},
		"more than a log-in":    {body: `{` + fields.String() + `"name":"x"}`, status: 413},
		"more than the server":  {body: strings.Repeat(" ", 100_000), status: 413},
		"deep":                  {body: strings.Repeat("[", 4000), status: 400},
		"wrong types":           {body: `{"name":["` + secret + `"],"password":{"a":"` + secret + `"}}`, status: 422},
		"cut JSON":              {body: `{"name":"x","password":"` + secret, status: 400},
		"the name twice":        {body: `{"name":"` + secret + `","Name":"x","password":"y"}`, status: 400},
		"packed":                {body: packed(1 << 20), headers: []string{"Content-Encoding", "gzip"}, status: 415},
		"packed by two methods": {body: packed(1 << 20), headers: []string{"Content-Encoding", "deflate, gzip"}, status: 415},
		"a form":                {body: "name=" + secret, headers: []string{"Content-Type", "application/x-www-form-urlencoded"}, status: 415},
	} {
		for range 10 {
			wait.Go(func() {
				response, text := p.browser().ask("POST", "/api/v1/login", sent.body, sent.headers...)
				if response.StatusCode != sent.status || len(text) > 2<<10 || bytes.Contains(text, []byte("horse")) {
					t.Errorf("%s: %s with %d bytes: %.300s", name, response.Status, len(text), text)
				}
			})
		}
	}
	wait.Wait()
	runtime.ReadMemStats(&after)
	if taken := int64(after.TotalAlloc - before.TotalAlloc); taken > 200<<20 {
		t.Errorf("%d MB were taken for it", taken>>20)
	}
}

// A body that is cut off is the browser's fault, not the server's.
func TestACutBodyIsRefused(t *testing.T) {
	p := newProvince(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = fmt.Fprint(conn, "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"name\":")
	must(t, err)
	must(t, conn.(*net.TCPConn).CloseWrite())
	text, _ := io.ReadAll(conn)
	if len(text) > 0 && !strings.HasPrefix(string(text), "HTTP/1.1 400 ") {
		t.Errorf("answered %.100s, want %d or nothing", text, http.StatusBadRequest)
	}
}

// Whoever sends more than may be sees why, and no broken line.
func TestWhoSendsTooMuchSeesTheAnswer(t *testing.T) {
	p := newProvince(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	must(t, err)
	defer conn.Close()
	part := strings.Repeat(" ", 20_000)
	_, err = fmt.Fprint(conn, "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n", part)
	must(t, err)
	answer := bufio.NewReader(conn)
	response, err := http.ReadResponse(answer, nil)
	must(t, err)
	if response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("answered %s", response.Status)
	}
	for range 4 {
		_, err = fmt.Fprint(conn, part)
		must(t, err)
	}
	must(t, conn.(*net.TCPConn).CloseWrite())
	if _, err := io.Copy(io.Discard, answer); err != nil {
		t.Errorf("the line was broken: %v", err)
	}
}
