package tus

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"kaodian/app/exam"
)

// The checklist of tus 1.0.0, case by case what its reference server is
// tested for, on a real socket.
func TestTusProtocol(t *testing.T) {
	c := newHouse(t, 1, 0)
	tests := []struct {
		name    string
		method  string
		path    string // "" the collection, "upload" one of 100 bytes that has 10
		headers []string
		body    string
		status  int
		want    []string // headers of the answer
	}{
		{"OPTIONS tells what is offered", "OPTIONS", "", nil, "", 204, []string{
			"Tus-Version", "1.0.0", "Tus-Extension", tusExtensions, "Tus-Max-Size", "67108864",
			"Tus-Checksum-Algorithm", "sha1,sha256,crc32", "Tus-Resumable", "1.0.0",
		}},
		{"OPTIONS answers any version", "OPTIONS", "", []string{"Tus-Resumable", "0.2"}, "", 204, nil},
		{"a version that is not offered", "POST", "", []string{"Tus-Resumable", "0.2.2"}, "", 412, []string{"Tus-Version", "1.0.0"}},
		{"no version", "PATCH", "upload", []string{"Tus-Resumable", ""}, "", 412, []string{"Tus-Version", "1.0.0"}},

		{"a creation", "POST", "", []string{"Upload-Length", "100"}, "", 201, []string{"Tus-Resumable", "1.0.0"}},
		{"a creation of a part to be joined", "POST", "", []string{"Upload-Length", "100", "Upload-Concat", "partial"}, "", 400, nil},
		{"a creation of parts joined", "POST", "", []string{"Upload-Concat", "final;/api/v1/uploads/a /api/v1/uploads/b"}, "", 400, nil},
		{"a creation without a length", "POST", "", nil, "", 400, nil},
		{"a creation with a wrong length", "POST", "", []string{"Upload-Length", "-5"}, "", 400, nil},
		{"a creation with a length that is no number", "POST", "", []string{"Upload-Length", "much"}, "", 400, nil},
		{"a creation with a deferred length", "POST", "", []string{"Upload-Defer-Length", "1"}, "", 201, nil},
		{"a creation with a deferred length and its first bytes", "POST", "", []string{"Upload-Defer-Length", "1", "Content-Type", bodyType}, "0123456789", 201, []string{"Upload-Offset", "10"}},
		{"a creation with another deferred length", "POST", "", []string{"Upload-Defer-Length", "2"}, "", 400, nil},
		{"a creation with both lengths", "POST", "", []string{"Upload-Length", "100", "Upload-Defer-Length", "1"}, "", 400, nil},
		{"R11: a creation over the limit", "POST", "", []string{"Upload-Length", "67108865"}, "", 413, nil},
		{"an empty file", "POST", "", []string{"Upload-Length", "0"}, "", 400, nil},
		{"metadata that is no base64", "POST", "", []string{"Upload-Length", "1", "Upload-Metadata", "attempt %%%"}, "", 400, nil},
		{"metadata without attempt", "POST", "", []string{"Upload-Length", "1", "Upload-Metadata", "item MQ=="}, "", 400, nil},
		{"a foreign attempt", "POST", "", []string{"Upload-Length", "1", "Upload-Metadata", "item MQ==,attempt eA=="}, "", 404, nil},
		{"a stranger", "POST", "", []string{"Upload-Length", "1", "Test-Owner", ""}, "", 401, nil},
		{"R10: another device", "POST", "", []string{"Upload-Length", "1", "Test-Device", "tablet"}, "", 409, nil},

		{"a creation with the first bytes", "POST", "", []string{"Upload-Length", "100", "Content-Type", bodyType}, "0123456789", 201, []string{"Upload-Offset", "10"}},
		{"a creation with the whole file", "POST", "", []string{"Upload-Length", "10", "Content-Type", bodyType}, "0123456789", 201, []string{"Upload-Offset", "10"}},
		{"a creation with more than declared", "POST", "", []string{"Upload-Length", "9", "Content-Type", bodyType}, "0123456789", 413, nil},
		{"a creation with a body of another type", "POST", "", []string{"Upload-Length", "100", "Content-Type", "text/plain"}, "0123456789", 415, nil},

		{"HEAD", "HEAD", "upload", nil, "", 200, []string{
			"Upload-Offset", "10", "Upload-Length", "100", "Upload-Metadata", c.metadata(0), "Cache-Control", "no-store",
		}},
		{"HEAD of nothing", "HEAD", "nothing", nil, "", 404, nil},
		{"HEAD by a stranger", "HEAD", "upload", []string{"Test-Owner", "x"}, "", 404, nil},
		{"R10: HEAD by another device", "HEAD", "upload", []string{"Test-Device", "tablet"}, "", 200, []string{"Upload-Offset", "10"}},

		{"PATCH", "PATCH", "upload", []string{"Upload-Offset", "10"}, "abc", 204, []string{"Upload-Offset", "13", "Tus-Resumable", "1.0.0"}},
		{"PATCH by POST", "POST", "upload", []string{"Upload-Offset", "10", "X-HTTP-Method-Override", "PATCH"}, "abc", 204, []string{"Upload-Offset", "13"}},
		{"POST to an upload", "POST", "upload", []string{"Upload-Offset", "10"}, "abc", 405, nil},
		{"PATCH without a body", "PATCH", "upload", []string{"Upload-Offset", "10"}, "", 204, []string{"Upload-Offset", "10"}},
		{"PATCH of nothing", "PATCH", "nothing", []string{"Upload-Offset", "0"}, "abc", 404, nil},
		{"PATCH at another offset", "PATCH", "upload", []string{"Upload-Offset", "9"}, "abc", 409, nil},
		{"PATCH beyond the end", "PATCH", "upload", []string{"Upload-Offset", "10"}, strings.Repeat("x", 91), 413, nil},
		{"PATCH of another type", "PATCH", "upload", []string{"Upload-Offset", "10", "Content-Type", "text/plain"}, "abc", 415, nil},
		{"PATCH with a content encoding", "PATCH", "upload", []string{"Upload-Offset", "10", "Content-Encoding", "gzip"}, "abc", 415, nil},
		{"PATCH without an offset", "PATCH", "upload", nil, "abc", 400, nil},
		{"PATCH with a wrong offset", "PATCH", "upload", []string{"Upload-Offset", "-1"}, "abc", 400, nil},
		{"PATCH with the length again", "PATCH", "upload", []string{"Upload-Offset", "10", "Upload-Length", "100"}, "abc", 204, []string{"Upload-Offset", "13"}},
		{"PATCH with another length", "PATCH", "upload", []string{"Upload-Offset", "10", "Upload-Length", "99"}, "abc", 400, nil},
		{"PATCH with a good checksum", "PATCH", "upload", []string{"Upload-Offset", "10", "Upload-Checksum", checksum("abc")}, "abc", 204, []string{"Upload-Offset", "13"}},
		{"PATCH with a bad checksum", "PATCH", "upload", []string{"Upload-Offset", "10", "Upload-Checksum", checksum("abd")}, "abc", 460, nil},
		{"PATCH with an unknown checksum", "PATCH", "upload", []string{"Upload-Offset", "10", "Upload-Checksum", "md5 AAAA"}, "abc", 400, nil},
		{"PATCH by a stranger", "PATCH", "upload", []string{"Upload-Offset", "10", "Test-Owner", "x"}, "abc", 404, nil},
		{"R10: PATCH by another device", "PATCH", "upload", []string{"Upload-Offset", "10", "Test-Device", "tablet"}, "abc", 409, nil},

		{"DELETE", "DELETE", "upload", nil, "", 204, nil},
		{"DELETE by POST", "POST", "upload", []string{"X-HTTP-Method-Override", "DELETE"}, "", 204, nil},
		{"DELETE of nothing", "DELETE", "nothing", nil, "", 404, nil},
		{"DELETE by a stranger", "DELETE", "upload", []string{"Test-Owner", "x"}, "", 404, nil},
		{"GET is not offered", "GET", "upload", nil, "", 405, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c.t = t
			path := uploads
			switch test.path {
			case "upload":
				path = c.create(0, 100)
				c.patch(0, path, 0, strings.NewReader("0123456789"))
			case "nothing":
				path += "/nothing"
			}
			h := c.headers(0, "Upload-Metadata", c.metadata(0))
			if test.method == http.MethodPatch || len(test.headers) > 2 && test.headers[2] == "X-HTTP-Method-Override" {
				h.Set("Content-Type", bodyType)
			}
			for i := 0; i+1 < len(test.headers); i += 2 {
				h.Set(test.headers[i], test.headers[i+1])
			}
			response, text := c.call(test.method, path, h, strings.NewReader(test.body))
			if response.StatusCode != test.status {
				t.Fatalf("status %d, want %d: %s", response.StatusCode, test.status, text)
			}
			if test.status >= 400 && test.method != http.MethodHead && !strings.Contains(text, `"code":`) {
				t.Errorf("the refusal has no code: %s", text)
			}
			for i := 0; i+1 < len(test.want); i += 2 {
				if got := response.Header.Get(test.want[i]); got != test.want[i+1] {
					t.Errorf("%s: %q, want %q", test.want[i], got, test.want[i+1])
				}
			}
		})
	}
}

func checksum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256 " + base64.StdEncoding.EncodeToString(sum[:])
}

func TestAFileInPiecesBecomesAClip(t *testing.T) {
	c := newHouse(t, 1, 0)
	data := random(9<<20 + 17)
	path := c.create(0, int64(len(data)))
	for offset := 0; offset < len(data); offset += 4 << 20 {
		end := min(offset+4<<20, len(data))
		response, text := c.patch(0, path, int64(offset), bytes.NewReader(data[offset:end]))
		if response.StatusCode != http.StatusNoContent || response.Header.Get("Upload-Offset") != fmt.Sprint(end) {
			t.Fatalf("status %d, offset %s: %s", response.StatusCode, response.Header.Get("Upload-Offset"), text)
		}
	}
	if !bytes.Equal(c.clip(path), data) {
		t.Error("the clip is not the file")
	}
	if got := c.offset(0, path); got != fmt.Sprint(len(data)) {
		t.Errorf("HEAD of the finished upload: offset %s", got)
	}
	// R12: a clip is deleted as a clip, not as an upload.
	if response, _ := c.call(http.MethodDelete, path, c.headers(0), nil); response.StatusCode != http.StatusNotFound {
		t.Errorf("DELETE of a finished upload: status %d", response.StatusCode)
	}
}

// R23: the length of a recording that is sent meanwhile comes with its end,
// also with an end that has no bytes, and also twice.
func TestALiveUpload(t *testing.T) {
	tests := []struct {
		name string
		ends []string // pieces, the last with the length
	}{
		{"whose last piece tells the length", []string{"first", "and last"}},
		{"whose end has no bytes", []string{"first", "and last", ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newHouse(t, 1, 0)
			path, whole := c.createLive(), strings.Join(test.ends, "")
			offset := 0
			for i, piece := range test.ends {
				head, _ := c.call(http.MethodHead, path, c.headers(0), nil)
				if head.Header.Get("Upload-Defer-Length") != "1" || head.Header.Get("Upload-Length") != "" {
					t.Errorf("before piece %d HEAD tells %v", i, head.Header)
				}
				h := c.headers(0, "Content-Type", bodyType, "Upload-Offset", fmt.Sprint(offset))
				if offset += len(piece); i == len(test.ends)-1 {
					h.Set("Upload-Length", fmt.Sprint(offset))
				}
				c.want(http.StatusNoContent, http.MethodPatch, path, h, piece)
			}
			if string(c.clip(path)) != whole {
				t.Errorf("the clip is %q", c.clip(path))
			}
			head, _ := c.call(http.MethodHead, path, c.headers(0), nil)
			if head.Header.Get("Upload-Length") != fmt.Sprint(len(whole)) || head.Header.Get("Upload-Defer-Length") != "" {
				t.Errorf("after the end HEAD tells %v", head.Header)
			}
			h := c.headers(0, "Content-Type", bodyType, "Upload-Offset", fmt.Sprint(offset), "Upload-Length", fmt.Sprint(offset))
			c.want(http.StatusNoContent, http.MethodPatch, path, h, "") // the answer was lost
		})
	}
}

func TestALengthThatCannotBe(t *testing.T) {
	c := newHouse(t, 1, 0)
	path := c.createLive()
	c.patch(0, path, 0, strings.NewReader("0123456789"))
	for length, status := range map[string]int{"9": 400, "12": 400, "0": 400, "-3": 400, "much": 400, "67108865": 413} {
		h := c.headers(0, "Content-Type", bodyType, "Upload-Offset", "10", "Upload-Length", length)
		c.want(status, http.MethodPatch, path, h, "abc")
	}
	if got := c.offset(0, path); got != "10" {
		t.Errorf("offset %s", got)
	}
}

func (c *house) createLive() (path string) {
	c.t.Helper()
	h := c.headers(0, "Upload-Defer-Length", "1", "Upload-Metadata", c.metadata(0))
	return c.want(http.StatusCreated, http.MethodPost, uploads, h, "").Header.Get("Location")
}

func (c *house) want(status int, method, path string, h http.Header, body string) *http.Response {
	c.t.Helper()
	response, text := c.call(method, path, h, strings.NewReader(body))
	if response.StatusCode != status {
		c.t.Fatalf("status %d, want %d: %s", response.StatusCode, status, text)
	}
	return response
}

// A body without a declared length (chunked) is taken up to the upload's end.
func TestAChunkedBody(t *testing.T) {
	c := newHouse(t, 1, 0)
	data := random(300_000)
	path := c.create(0, int64(len(data)))
	response, text := c.patch(0, path, 0, io.MultiReader(bytes.NewReader(data[:100_000])))
	if response.StatusCode != http.StatusNoContent || response.Header.Get("Upload-Offset") != "100000" {
		t.Fatalf("status %d, offset %s: %s", response.StatusCode, response.Header.Get("Upload-Offset"), text)
	}
	// More than is left is not taken.
	response, _ = c.patch(0, path, 100_000, io.MultiReader(bytes.NewReader(data[100_000:]), strings.NewReader("more")))
	if response.Header.Get("Upload-Offset") != "300000" || !bytes.Equal(c.clip(path), data) {
		t.Errorf("status %d, offset %s", response.StatusCode, response.Header.Get("Upload-Offset"))
	}
}

// R13, R14: after the submit nothing is taken, and the reason is told.
func TestAfterTheSubmitNothingIsTaken(t *testing.T) {
	c := newHouse(t, 1, 0)
	whole := c.create(0, 3)
	c.patch(0, whole, 0, strings.NewReader("abc"))
	path := c.create(0, 100)
	c.patch(0, path, 0, strings.NewReader("0123456789"))
	person := c.places[0].Owner
	orders, err := c.store.ListOrders(t.Context(), person)
	c.must(err)
	attempt := c.places[0].Attempt
	_, err = c.store.Apply(t.Context(), orders[0].ID, exam.Submit{AttemptID: attempt, Device: "phone"})
	c.must(err)
	c.engine.EndAttempt(attempt)
	if response, text := c.patch(0, path, 10, strings.NewReader("abc")); response.StatusCode/100 != 4 {
		t.Errorf("status %d: %s", response.StatusCode, text)
	}
	h := c.headers(0, "Upload-Length", "5", "Upload-Metadata", c.metadata(0))
	if response, text := c.call(http.MethodPost, uploads, h, nil); response.StatusCode != http.StatusConflict {
		t.Errorf("status %d: %s", response.StatusCode, text)
	}
}
