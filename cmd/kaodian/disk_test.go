package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/refusal"
)

// failing runs a command whose syncs fail from the n-th of each thread on.
func failing(t *testing.T, from int) (wrapper []string) {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("SKIPPED: strace is not installed, so no sync can be made to fail; install strace")
	}
	if out, err := exec.Command(strace, "-f", "-qq", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: strace cannot run here, so no sync can be made to fail: %v %s", err, out)
	}
	return []string{strace, "-f", "-qq", "-o", os.DevNull, "-e", "trace=fsync,fdatasync",
		"-e", fmt.Sprintf("inject=fsync,fdatasync:error=EIO:when=%d+", from)}
}

// withOrder lays out data with one order.
func withOrder(t *testing.T) (folder string) {
	t.Helper()
	folder = emptyCentre(t)
	now := time.Now()
	if status := run([]string{"import", "orders", listOf(t, now.Add(-time.Hour), now.Add(72*time.Hour)), "--data", folder}); status != 0 {
		t.Fatalf("import: exit status %d", status)
	}
	return folder
}

// login logs in, and gives the status and the code.
func (p *program) login(t *testing.T) (status int, code string) {
	t.Helper()
	return p.visitor(t, "T1").try("/api/v1/login", map[string]string{"ticket": "T1", "id_number": "11010119900307123X"})
}

// try sends JSON to a program that may be gone: then the status is 0.
func (v *visitor) try(path string, body any) (status int, code string) {
	v.t.Helper()
	text, err := json.Marshal(body)
	must(v.t, err)
	response, err := v.client.Post(v.p.address+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	var problem struct{ Code string }
	if answer, err := io.ReadAll(response.Body); err == nil && response.StatusCode >= http.StatusBadRequest {
		must(v.t, json.Unmarshal(answer, &problem))
	}
	return response.StatusCode, problem.Code
}

// I7, I8: after one failed sync, of SQLite's too, nothing is acknowledged and
// nobody is told «internal»; the program says so and ends with status 1. Its
// next start serves a page that explains until the disk is well.
func TestI7AfterAFailedSyncTheProgramEndsAndTheNextStartExplains(t *testing.T) {
	folder := withOrder(t)
	// Counted by thread: far more than a start takes, far fewer than the answers below.
	p := startProgram(t, folder, failing(t, 60)...)
	v := p.visitor(t, "T1")
	if status, code := v.try("/api/v1/login", map[string]string{"ticket": "T1", "id_number": "11010119900307123X"}); status != http.StatusOK {
		t.Fatalf("log-in: %d %s", status, code)
	}
	var orders []struct{ ID string }
	v.want(http.StatusOK, "GET", "/api/v1/orders", nil, &orders)
	served, failed := 0, 0
	for n := range 1000 {
		// Each is one transaction: the answer changes each time.
		status, code := v.try("/api/v1/orders/"+orders[0].ID+"/consent", map[string]any{"face": n%2 == 0, "guardian": "王"})
		switch {
		case status == http.StatusNoContent && failed == 0:
			served++
		case status == http.StatusServiceUnavailable && code == string(refusal.StorageFailed):
			failed++
		case status == 0 && failed > 0: // it is gone
		default:
			t.Fatalf("after %d answers and %d refusals: status %d, code %q", served, failed, status, code)
		}
		if failed == 1 {
			if status, _ := p.get(t, "/healthz"); status != http.StatusServiceUnavailable && status != 0 {
				t.Errorf("/healthz: %d", status)
			}
		}
		if status == 0 {
			break
		}
	}
	if served == 0 || failed == 0 {
		t.Fatalf("%d answers, %d refusals", served, failed)
	}
	p.await(t, "end", p.isOver)
	if status := p.ProcessState.ExitCode(); status != exitRefused || !strings.Contains(p.words(), "the disk failed") {
		t.Errorf("exit status %d:\n%s", status, p.words())
	}
	explained(t, folder)
	well := startProgram(t, folder)
	if status, _ := well.login(t); status != http.StatusOK {
		t.Errorf("on a disk that is well: %d", status)
	}
	if found := readFailure(folder); found == nil || found.Error == "" {
		t.Error("nobody is told why it ended")
	}
}

// explained starts on a disk of which every sync fails.
func explained(t *testing.T, folder string) {
	t.Helper()
	p := startProgram(t, folder, failing(t, 1)...)
	for _, path := range []string{"/", "/staff/", "/healthz"} {
		if status, text := p.get(t, path); status != http.StatusServiceUnavailable || !strings.Contains(text, "告诉工作人员") || !strings.Contains(text, "tell the staff") {
			t.Errorf("%s: %d %.100s", path, status, text)
		}
	}
	if status, code := p.login(t); status != http.StatusServiceUnavailable || code != string(refusal.StorageFailed) {
		t.Errorf("a log-in: %d %q", status, code)
	}
	p.stop(t)
}

// One start after the other fails at a later sync: none of them acknowledges
// anything wrong, and none is stuck.
func TestAStartOnADiskThatFailsAtSomeSyncExplainsOrEnds(t *testing.T) {
	folder := withOrder(t)
	last := 6
	if os.Getenv("KAODIAN_SOAK") != "" {
		last = 40
	}
	for from := 2; from <= last; from += 2 {
		p := launchProgram(t, folder, failing(t, from)...)
		p.await(t, "serve or end", func() bool { return p.listens() || p.isOver() })
		if !p.isOver() {
			if status, text := p.get(t, "/healthz"); status != http.StatusOK && status != http.StatusServiceUnavailable && status != 0 {
				t.Errorf("from sync %d on: /healthz %d %s\n%s", from, status, text, p.words())
			}
		} else if status := p.ProcessState.ExitCode(); status != exitRefused {
			t.Errorf("from sync %d on: exit status %d\n%s", from, status, p.words())
		}
		p.kill()
	}
	well := startProgram(t, folder)
	if status, _ := well.login(t); status != http.StatusOK {
		t.Errorf("on a disk that is well: %d", status)
	}
}
