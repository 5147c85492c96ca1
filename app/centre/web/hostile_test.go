package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kaodian/app/centre/web/webtest"
)

// hostileBodies are JSON that costs a parser much more than it costs whoever
// sends it; each holds a secret that no answer may repeat.
func hostileBodies() map[string]string {
	const secret = `440106201605061234`
	fields := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"%s%d":"%s",`, secret, i, secret)
		}
		return b.String()
	}
	return map[string]string{
		"thousands of unknown fields":  `{` + fields(1000) + `"ticket":"x"}`,
		"300 unknown fields, long":     `{` + strings.Repeat(`"`+strings.Repeat("k", 3000)+`":1,`, 300) + `"a":1}`,
		"an array of a million":        `[` + strings.Repeat("0,", 1<<20) + `0]`,
		"empty arrays":                 `[` + strings.Repeat("[],", 10_000) + `[]]`,
		"empty objects":                `{"ticket":[` + strings.Repeat("{},", 10_000) + `{}]}`,
		"deep arrays":                  strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000),
		"deep objects":                 strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000),
		"deep without an end":          strings.Repeat("[", 60_000),
		"the same name over and over":  `{` + strings.Repeat(`"ticket":"`+secret+`",`, 1000) + `"ticket":"x"}`,
		"names that differ in case":    `{"ticket":"` + secret + `","Ticket":"x","id_number":"y"}`,
		"a huge number":                `{"ticket":` + strings.Repeat("9", 60_000) + `}`,
		"an exponent":                  `{"ticket":1e999999999,"id_number":"` + secret + `"}`,
		"a huge string":                `{"ticket":"` + strings.Repeat(secret, 3000) + `","id_number":"1"}`,
		"a string of escapes":          `{"ticket":"` + strings.Repeat(`\u4e00`, 10_000) + `"}`,
		"broken JSON":                  `{"ticket":"` + secret + `","id_number":"` + secret,
		"a bare string":                `"` + secret + `"`,
		"wrong types":                  `{"ticket":["` + secret + `"],"id_number":{"a":"` + secret + `"},"device":"` + secret + `"}`,
		"two documents":                `{"ticket":"a","id_number":"b"}{"ticket":"` + secret + `"}`,
		"broken UTF-8":                 "{\"ticket\":\"\xff" + secret + "\",\"id_number\":\"b\"}",
		"nothing but spaces":           strings.Repeat(" ", 60_000),
		"a NUL":                        `{"ticket":"\u0000` + secret + `","id_number":"b"}`,
		"too long a value":             `{"ticket":"` + strings.Repeat(secret, 5) + `","id_number":"b"}`,
		"a field that is not known":    `{"ticket":"a","id_number":"b","` + secret + `":"` + secret + `"}`,
		"a megabyte of unknown fields": `{` + fields(20_000) + `"a":1}`,
	}
}

// Whatever a stranger sends, the answer is short and quick, repeats nothing,
// and the memory of all of them together stays small.
func TestNoBodyCostsMuch(t *testing.T) {
	c := webtest.New(t)
	heap := watchHeap(t)
	var wait sync.WaitGroup
	for name, body := range hostileBodies() {
		for _, path := range []string{"/api/v1/login", "/api/v1/staff/login", "/api/v1/pass"} {
			for range 8 {
				wait.Go(func() { shortRefusal(t, c.URL+path, "application/json", name, body) })
			}
		}
	}
	wait.Wait()
	if grown := heap(); grown > 200<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
	c.Phone().Want(http.StatusOK, "GET", "/healthz", nil, nil)
}

// The same for those who have a session: longer bodies, the same bounds.
func TestNoBodyOfACandidateCostsMuch(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "110101201605061234")
	p := c.Candidate("T1", "110101201605061234")
	heap := watchHeap(t)
	for name, body := range hostileBodies() {
		for _, path := range []string{"/api/v1/orders/x/consent", "/api/v1/help", "/api/v1/clips/x/move"} {
			shortAnswer(t, p.Client, c.URL+path, "application/json", name, body)
		}
	}
	if grown := heap(); grown > 200<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

// A body in another form is refused by its name, unread.
func TestBodiesThatAreNoJSON(t *testing.T) {
	c := webtest.New(t)
	form := "--x\r\nContent-Disposition: form-data; name=\"ticket\"\r\n\r\n" + strings.Repeat("440106201605061234", 100) + "\r\n--x--\r\n"
	for kind, body := range map[string]string{
		"multipart/form-data; boundary=x":   form,
		"application/x-www-form-urlencoded": "ticket=440106201605061234&id_number=1",
		"text/plain":                        `{"ticket":"a","id_number":"440106201605061234"}`,
		"application/cbor":                  "\xa1\x61a\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
		"nonsense;;;":                       `{"ticket":"440106201605061234"}`,
	} {
		if status := shortRefusal(t, c.URL+"/api/v1/login", kind, kind, body); status != http.StatusUnsupportedMediaType {
			t.Errorf("%s is answered with %d", kind, status)
		}
	}
}

// Addresses, parameters and headers cost no more than bodies, and end nothing.
func TestNoAddressCostsMuch(t *testing.T) {
	c := webtest.New(t)
	cookies := c.Staff("administrator").Cookies()
	for _, target := range []string{
		"/api/v1/orders/%zz", "/api/v1/staff/clips?limit=%zz", "/api/v1/staff/clips?a\x01b", "/api/v1/staff/clips?x#%zz",
		"/api/v1/staff/clips?limit=440106201605061234440106201605061234", "/api/v1/staff/clips?" + strings.Repeat("limit=1&", 1500),
		"/api/v1/staff/review?worst=" + strings.Repeat("440106201605061234,", 500), "http://[::1/api/v1/staff/clips", "/%2e%2e/%2e%2e/etc/passwd",
		"/api/v1/attempts/" + strings.Repeat("x", 10_000), "/api/v1/staff/devices/440106201605061234",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(c.URL, "http://"))
		webtest.Must(t, err)
		webtest.Must(t, conn.SetDeadline(time.Now().Add(time.Minute)))
		_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\nConnection: close\r\n\r\n", target, cookies)
		webtest.Must(t, err)
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%.40s: %v", target, err)
			continue
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		conn.Close()
		if len(text) > 2<<10 || strings.Contains(string(text), "440106") || response.StatusCode >= 500 {
			t.Errorf("%.40s: %d with %d bytes: %.200s", target, response.StatusCode, len(text), text)
		}
	}
	c.Phone().Want(http.StatusOK, "GET", "/healthz", nil, nil)
}

func shortRefusal(t *testing.T, url, kind, name, body string) int {
	t.Helper()
	return shortAnswer(t, &http.Client{Timeout: time.Minute}, url, kind, name, body)
}

func shortAnswer(t *testing.T, client *http.Client, url, kind, name, body string) int {
	t.Helper()
	response, err := client.Post(url, kind, strings.NewReader(body))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return 0
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || len(text) > 2<<10 {
		t.Errorf("%s: %d bytes, %v", name, len(text), err)
	}
	if response.StatusCode < 400 || response.StatusCode >= 500 || response.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: %s: %s", name, response.Status, text)
	}
	if strings.Contains(string(text), "440106") || strings.Contains(string(text), "kkkk") {
		t.Errorf("%s: the answer repeats what was sent: %s", name, text)
	}
	return response.StatusCode
}

// watchHeap returns what the heap grew by at most until it is asked.
func watchHeap(t *testing.T) func() int64 {
	t.Helper()
	debug.FreeOSMemory()
	heap := func() int64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapInuse)
	}
	before, stop := heap(), make(chan struct{})
	var most atomic.Int64
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			most.Store(max(most.Load(), heap()))
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() int64 {
		close(stop)
		<-ended
		t.Logf("the heap grew by %d MB at most", (most.Load()-before)>>20)
		return most.Load() - before
	}
}
