package cv

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kaodian/media/vision"
	"kaodian/packaging/sharedtest"
)

// tracedModels names the models of the traced program.
const tracedModels = "KAODIAN_TRACED_MODELS"

// TestTracedProgram is the program under strace: it gives the worker good and
// bad pictures, as the centre does.
func TestTracedProgram(t *testing.T) {
	models := os.Getenv(tracedModels)
	if models == "" {
		t.Skip("it is run by TestTheWorkerOpensNothingOutsideItsCage")
	}
	c := vision.NewClient(vision.Options{Worker: vision.WorkerOptions{Models: []string{models}}})
	defer c.Close()
	good := face(t, "person-a-1.jpg")
	if _, err := c.Compare(t.Context(), good, [][]byte{good}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{
		good[:len(good)/2], []byte("no picture"), []byte("#EXTM3U\nfile:///etc/passwd\n"),
		[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/a.png"/></svg>`),
		append([]byte("\x89PNG\r\n\x1a\n"), good...), append([]byte("#EXR v\x76\x2f\x31\x01"), good...),
	} {
		_, _ = c.CheckPhoto(t.Context(), bad)
		_, _ = c.Compare(t.Context(), nil, [][]byte{bad})
	}
	if r, err := c.CheckPhoto(t.Context(), good); err != nil || len(r.Faces) != 1 {
		t.Errorf("the good photo at the end: %+v, %v", r, err)
	}
}

var (
	tracedLine = regexp.MustCompile(`^(\d+) +(.*)$`)
	bornLine   = regexp.MustCompile(`clone3?\b.* = (\d+)$`)
	openedPath = regexp.MustCompile(`^(?:openat\([^,]*, |open\(|creat\()"([^"]*)"`)
)

// The worker, from when it has become one, opens libraries, its models and
// what the machine says of itself, and no socket, whatever the pictures are.
func TestTheWorkerOpensNothingOutsideItsCage(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed; run: make test")
	}
	models, log := sharedtest.Path(t, "models"), filepath.Join(t.TempDir(), "log")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	traced := exec.Command(strace, "-f", "-qq", "-s", "300", "-e", "trace=open,openat,creat,socket,connect,execve,clone,clone3", "-o", log, self, "-test.run", "^TestTracedProgram$")
	traced.Env = append(os.Environ(), tracedModels+"="+models)
	if out, err := traced.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	workers, opened := map[string]bool{}, 0 // by thread
	for line := range strings.Lines(string(data)) {
		m := tracedLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		thread, call := m[1], m[2]
		if strings.HasPrefix(call, `execve("`+self) && strings.Contains(call, `"`+models) {
			workers[thread] = true
			continue
		}
		if !workers[thread] || strings.Contains(call, " = -1 ") {
			continue // another's, or refused
		}
		if born := bornLine.FindStringSubmatch(call); born != nil {
			workers[born[1]] = true
		}
		if strings.HasPrefix(call, "socket(") || strings.HasPrefix(call, "connect(") {
			t.Errorf("a socket: %s", call)
		}
		path := openedPath.FindStringSubmatch(call)
		if path == nil {
			continue
		}
		opened++
		if !ofTheWorker(path[1], models) {
			t.Errorf("opened: %s", call)
		}
	}
	if opened == 0 {
		t.Error("strace saw nothing")
	}
	t.Logf("%d files opened by %d threads of the worker, all of them libraries, models or the machine's own", opened, len(workers))
}

func ofTheWorker(path, models string) bool {
	for _, tree := range []string{"/usr/", "/lib/", "/lib64/", "/etc/ld.so", "/sys/", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/dev/null", "/dev/urandom", models} {
		if strings.HasPrefix(path, tree) {
			return true
		}
	}
	return false
}
