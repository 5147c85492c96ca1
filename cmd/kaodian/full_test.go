package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// visitor is a candidate's phone.
type visitor struct {
	t      *testing.T
	p      *program
	client http.Client
	number string
}

func (p *program) visitor(t *testing.T, number string) *visitor {
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &visitor{t: t, p: p, number: number, client: http.Client{Jar: jar, Timeout: time.Minute}}
}

// call sends JSON and gives the status and the answer.
func (v *visitor) call(method, path string, body any) (status int, answer []byte) {
	v.t.Helper()
	text, err := json.Marshal(body)
	must(v.t, err)
	request, err := http.NewRequestWithContext(v.t.Context(), method, v.p.address+path, bytes.NewReader(text))
	must(v.t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := v.client.Do(request)
	must(v.t, err)
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	must(v.t, err)
	return response.StatusCode, answer
}

func (v *visitor) want(status int, method, path string, body, out any) {
	v.t.Helper()
	got, answer := v.call(method, path, body)
	if got != status {
		v.t.Fatalf("%s %s: %d %s", method, path, got, answer)
	}
	if out != nil {
		must(v.t, json.Unmarshal(answer, out))
	}
}

func (v *visitor) logIn() {
	v.t.Helper()
	v.want(http.StatusOK, "POST", "/api/v1/login", map[string]string{"ticket": v.number, "id_number": "ID" + v.number}, nil)
}

// begin starts the only order's attempt.
func (v *visitor) begin() (attempt string) {
	v.t.Helper()
	v.logIn()
	var orders []struct{ ID string }
	v.want(http.StatusOK, "GET", "/api/v1/orders", nil, &orders)
	v.want(http.StatusNoContent, "POST", "/api/v1/orders/"+orders[0].ID+"/consent", map[string]bool{"face": false}, nil)
	var rules struct {
		Version string `json:"rules_version"`
	}
	v.want(http.StatusOK, "GET", "/api/v1/orders/"+orders[0].ID+"/rules", nil, &rules)
	var started struct{ ID string }
	v.want(http.StatusCreated, "POST", "/api/v1/orders/"+orders[0].ID+"/attempts", map[string]any{"agreed": true, "rules_version": rules.Version}, &started)
	return started.ID
}

// upload sends a clip for the first item.
func (v *visitor) upload(attempt string, clip []byte) (status int) {
	v.t.Helper()
	request, err := http.NewRequestWithContext(v.t.Context(), "POST", v.p.address+"/api/v1/uploads", bytes.NewReader(clip))
	must(v.t, err)
	encoded := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	request.Header.Set("Tus-Resumable", "1.0.0")
	request.Header.Set("Content-Type", "application/offset+octet-stream")
	request.Header.Set("Upload-Length", fmt.Sprint(len(clip)))
	request.Header.Set("Upload-Metadata", "attempt "+encoded(attempt)+",item "+encoded("1"))
	response, err := v.client.Do(request)
	must(v.t, err)
	must(v.t, response.Body.Close())
	return response.StatusCode
}

// smallDisk is a file system of that many bytes.
func smallDisk(t *testing.T, size int64) (folder string) {
	t.Helper()
	folder = t.TempDir()
	if err := unix.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("SKIPPED: no small disk can be mounted here (%v); run it as root", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// fill leaves no byte free.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	must(t, err)
	defer f.Close()
	for size := 1 << 20; size > 0; size /= 2 {
		for err = error(nil); err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
}

// shortClip is a second of test picture.
func shortClip(t *testing.T) []byte {
	t.Helper()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("SKIPPED: ffmpeg is not installed; install ffmpeg")
	}
	path := filepath.Join(t.TempDir(), "clip.mp4")
	out, err := exec.Command(ffmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30:duration=1", "-pix_fmt", "yuv420p", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	clip, err := os.ReadFile(path)
	must(t, err)
	return clip
}

// R14, R15, R27: with no byte free nothing can be uploaded, but everybody who
// is in the exam submits, resets and logs in; afterwards the room is kept again.
func TestR14OnAFullDiskRecordsStillHaveRoom(t *testing.T) {
	t.Setenv("KAODIAN_EXAM_MAX_CLIP_BYTES", "1000000")
	folder := smallDisk(t, 64<<20)
	data := filepath.Join(folder, "data")
	now := time.Now()
	rows := headings
	const many = 12
	for n := range many {
		rows += fmt.Sprintf("T%d,王小明,,,,护照,IDT%d,,,钢琴,3,%s,%s,乐曲：小步舞曲,\n", n, n, now.Add(-time.Hour).Format(time.RFC3339), now.Add(72*time.Hour).Format(time.RFC3339))
	}
	path := filepath.Join(t.TempDir(), "orders.csv")
	must(t, os.WriteFile(path, []byte(rows), 0o600))
	if status := run([]string{"setup", "--data", data}); status != 0 {
		t.Fatalf("setup: exit status %d", status)
	}
	if status := run([]string{"import", "orders", path, "--data", data}); status != 0 {
		t.Fatalf("import: exit status %d", status)
	}
	p := startProgram(t, data)
	clip := shortClip(t)
	var visitors []*visitor
	var attempts []string
	for n := range many {
		v := p.visitor(t, fmt.Sprintf("T%d", n))
		attempt := v.begin()
		if status := v.upload(attempt, clip); status != http.StatusCreated {
			t.Fatalf("upload: %d", status)
		}
		visitors, attempts = append(visitors, v), append(attempts, attempt)
	}
	filler := filepath.Join(folder, "filler")
	fill(t, filler)
	for n, v := range visitors {
		what := []string{"/submit", "/reset"}[n%2]
		v.want(http.StatusOK, "POST", "/api/v1/attempts/"+attempts[n]+what, nil, nil)
		if n%4 == 1 { // whoever fills the disk takes what was given up too
			fill(t, filler)
		}
		v.logIn()
	}
	if status := visitors[1].upload(attempts[0], clip); status == http.StatusCreated {
		t.Error("an upload was taken on a full disk")
	}
	if status, _ := p.get(t, "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz: %d", status)
	}
	p.stop(t)
	must(t, os.Remove(filler))
	again := startProgram(t, data)
	defer again.stop(t)
	if kept, err := os.ReadDir(filepath.Join(data, "reserve")); err != nil || len(kept) != 8 {
		t.Errorf("%d pieces of room are kept again: %v", len(kept), err)
	}
}

// However little room is left, an erasure says that the disk is full, harms nothing and
// ends when there is room: at whatever step it was.
func TestAnErasureOnAFullDiskSaysSoAndEndsLater(t *testing.T) {
	folder := filepath.Join(smallDisk(t, 40<<20), "data")
	text, status := output(t, "demo", "--data", folder, "--json")
	var laid demonstration
	if status != 0 || json.Unmarshal([]byte(text), &laid) != nil {
		t.Fatal(text)
	}
	for i, room := range []int64{0, 64 << 10, 256 << 10, 400 << 10} {
		who := laid.Candidates[[]int{0, 1, 2, 5}[i]]
		filler := filepath.Join(filepath.Dir(folder), "filler")
		fill(t, filler)
		info, err := os.Stat(filler)
		must(t, err)
		must(t, os.Truncate(filler, info.Size()-room))
		_, said, status := typed(t, "", "erase", who.Ticket, "--reason", "asked for", "--yes", "--data", folder)
		if status != 0 && (!strings.Contains(said, "the disk is full; free room") || strings.Contains(said, "no centre's")) {
			t.Errorf("with %d bytes of room: exit status %d, %s", room, status, said)
		}
		must(t, os.Remove(filler))
		mustSay(t, "erase", "--go-on", "--data", folder)
		if found, _ := output(t, "erase", who.Ticket, "--find", "--data", folder); found != "" {
			mustSay(t, "erase", who.Ticket, "--reason", "asked for", "--yes", "--data", folder)
		}
		if left := holding(t, folder, who.Ticket, who.IDNumber); len(left) > 0 {
			t.Errorf("with %d bytes of room: left in %v", room, left)
		}
		mustSay(t, "audit", "verify", "--data", folder)
	}
}
