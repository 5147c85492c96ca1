package tus

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A refused request's body must never be taken for the next request: exactly
// one answer comes, and the connection is closed or goes on with the real
// next request.
func TestARefusedBodyIsNeverTheNextRequest(t *testing.T) {
	c := newHouse(t, 1, 0)
	path := c.create(0, 50<<20)
	refusals := []struct {
		name    string
		status  int
		request string
	}{
		{"a stranger", 401, "PATCH " + path + " HTTP/1.1\r\nTus-Resumable: 1.0.0\r\nContent-Type: " + bodyType + "\r\nUpload-Offset: 0\r\n"},
		{"no version", 412, "PATCH " + path + " HTTP/1.1\r\nTest-Owner: {}\r\n"},
		{"another type", 415, "PATCH " + path + " HTTP/1.1\r\nTest-Owner: {}\r\nTus-Resumable: 1.0.0\r\n"},
		{"no offset", 400, "PATCH " + path + " HTTP/1.1\r\nTest-Owner: {}\r\nTus-Resumable: 1.0.0\r\nContent-Type: " + bodyType + "\r\n"},
		{"another offset", 409, "PATCH " + path + " HTTP/1.1\r\nTest-Owner: {}\r\nTus-Resumable: 1.0.0\r\nContent-Type: " + bodyType + "\r\nUpload-Offset: 7\r\n"},
		{"an unknown upload", 404, "PATCH " + uploads + "/x HTTP/1.1\r\nTest-Owner: {}\r\nTus-Resumable: 1.0.0\r\nContent-Type: " + bodyType + "\r\nUpload-Offset: 0\r\n"},
		{"an unknown address", 404, "PATCH /nowhere HTTP/1.1\r\n"},
		{"a method that is not offered", 405, "PUT /light HTTP/1.1\r\n"},
		{"a creation that is too large", 413, "POST " + uploads + " HTTP/1.1\r\nTest-Owner: {}\r\nTus-Resumable: 1.0.0\r\nContent-Type: " + bodyType +
			"\r\nUpload-Length: 99999999999\r\nUpload-Metadata: " + c.metadata(0) + "\r\n"},
		{"a form, which nobody parses", 404, "POST /nowhere HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"},
	}
	for _, size := range []int{200, 200 << 10, 2 << 20} {
		for _, r := range refusals {
			t.Run(fmt.Sprintf("%s, body of %d bytes", r.name, size), func(t *testing.T) {
				conn := dial(t, c.address)
				head := strings.ReplaceAll(r.request, "{}", c.places[0].Owner)
				smuggled := "GET /light?smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
				body := strings.Repeat(smuggled, size/len(smuggled)+1)[:size]
				go fmt.Fprintf(conn, "%sHost: x\r\nContent-Length: %d\r\n\r\n%s"+
					"GET /light HTTP/1.1\r\nHost: x\r\nX-Real: 1\r\nConnection: close\r\n\r\n", head, size, body)
				want := r.status
				if size > 1<<20 && !strings.Contains(head, uploads) {
					want = http.StatusRequestEntityTooLarge // before the address is looked at
				}
				answers := readAnswers(t, conn)
				if len(answers) == 0 || answers[0] != want {
					t.Fatalf("answers %v, want %d first", answers, want)
				}
				// The real next request may be answered, once; nothing else.
				if len(answers) > 2 || len(answers) == 2 && answers[1] != http.StatusOK {
					t.Errorf("answers %v", answers)
				}
			})
		}
	}
}

// Requests whose length can be read in two ways get one answer and the door.
func TestAmbiguousLengths(t *testing.T) {
	c := newHouse(t, 1, 0)
	path := c.create(0, 100)
	head := "PATCH " + path + " HTTP/1.1\r\nHost: x\r\nTest-Owner: " + c.places[0].Owner + "\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: " + bodyType + "\r\n"
	smuggled := "GET /light HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, rest := range map[string]string{
		"length and chunks":        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"chunks and length":        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + smuggled,
		"two lengths":              "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef" + smuggled,
		"a length with a sign":     "Content-Length: +5\r\n\r\nabcde" + smuggled,
		"an unknown encoding":      "Transfer-Encoding: chunkedx\r\n\r\n0\r\n\r\n" + smuggled,
		"a chunk size of nonsense": "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + smuggled,
	} {
		t.Run(name, func(t *testing.T) {
			conn := dial(t, c.address)
			_, err := fmt.Fprint(conn, head+rest)
			if err != nil {
				t.Fatal(err)
			}
			closeWrite(t, conn)
			if answers := readAnswers(t, conn); len(answers) > 1 {
				t.Errorf("answers %v to one request", answers)
			}
		})
	}
}

// A body that is cut counts as far as it came; the declared length decides,
// because fasthttp tells a cut as a clean end.
func TestACutBodyIsNoWholeOne(t *testing.T) {
	c := newHouse(t, 1, 0)
	for _, sent := range []int{1000, 5000, 100_000} {
		path := c.create(0, 200_000)
		conn := dial(t, c.address)
		fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nTest-Owner: %s\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: %s\r\nContent-Length: 200000\r\n\r\n", path, c.places[0].Owner, bodyType)
		_, _ = conn.Write(random(sent))
		closeWrite(t, conn)
		for _, status := range readAnswers(t, conn) {
			if status < 400 {
				t.Errorf("%d bytes of 200000: status %d", sent, status)
			}
		}
		want := fmt.Sprint(sent)
		if sent < 8<<10 {
			want = "0" // fasthttp calls nobody before 8 KiB came
		}
		if got := c.offset(0, path); got != want {
			t.Errorf("%d bytes sent, offset %s", sent, got)
		}
	}
}

// The phone sees why it was refused, although it is in the middle of sending.
func TestARefusedPhoneSeesTheReasonWhileSending(t *testing.T) {
	c := newHouse(t, 1, 0)
	path := c.create(0, 50<<20)
	conn := dial(t, c.address)
	fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: x\r\nTest-Owner: %s\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 99\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
		path, c.places[0].Owner, bodyType, 50<<20)
	for range 8 { // 256 KiB in a hurry
		if _, err := conn.Write(random(32 << 10)); err != nil {
			break
		}
	}
	if answers := readAnswers(t, conn); len(answers) != 1 || answers[0] != http.StatusConflict {
		t.Errorf("answers %v, want one 409", answers)
	}
}

func TestSmallBodies(t *testing.T) {
	c := newHouse(t, 1, 0)
	tests := []struct {
		name, head, body string
		status           int
	}{
		{"a small one is read", "Content-Length: 5\r\n", "hello", 200},
		{"chunks are read", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n", 200},
		{"one declared too long is refused unread", "Content-Length: 99999999\r\n", strings.Repeat("x", 9000), 413},
		{"chunks without end are refused", "Transfer-Encoding: chunked\r\n", strings.Repeat("10000\r\n"+strings.Repeat("x", 0x10000)+"\r\n", 20), 413},
		{"a packed one is refused", "Content-Length: 5\r\nContent-Encoding: gzip\r\n", "hello", 415},
		{"a cut one is refused", "Content-Length: 50000\r\n", strings.Repeat("x", 9000), 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			conn := dial(t, c.address)
			go func() {
				_, _ = io.WriteString(conn, "POST /echo HTTP/1.1\r\nHost: x\r\n"+test.head+"\r\n"+test.body)
				_ = conn.CloseWrite()
			}()
			if answers := readAnswers(t, conn); len(answers) != 1 || answers[0] != test.status {
				t.Errorf("answers %v, want %d", answers, test.status)
			}
		})
	}
}

func dial(t *testing.T, address string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn)
}

func closeWrite(t *testing.T, conn *net.TCPConn) {
	t.Helper()
	if err := conn.CloseWrite(); err != nil {
		t.Fatal(err)
	}
}

// readAnswers reads answers until the server closes.
func readAnswers(t *testing.T, conn net.Conn) (statuses []int) {
	t.Helper()
	reader := bufio.NewReader(conn)
	for {
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return statuses
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			t.Errorf("answer %d is cut: %v", response.StatusCode, err)
		}
		if bytes.Contains(body, []byte("smuggled")) {
			t.Errorf("a body was taken for a request: %s", body)
		}
		statuses = append(statuses, response.StatusCode)
	}
}
