package tus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// child is the server as a process of its own.
type child struct {
	dir   string
	cmd   *exec.Cmd
	note  serving
	ended chan struct{}
}

// startChild serves dir, under the given wrapper if there is one.
func startChild(t *testing.T, dir string, wrapper ...string) *child {
	t.Helper()
	c := tryChild(t, dir, wrapper...)
	if c == nil {
		t.Fatal("the server did not start")
	}
	return c
}

// tryChild is startChild for a server that may be killed while it starts: nil then.
func tryChild(t *testing.T, dir string, wrapper ...string) *child {
	t.Helper()
	note := filepath.Join(dir, "serving.json")
	if err := os.Remove(note); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(wrapper, self)
	c := &child{dir: dir, cmd: exec.Command(args[0], args[1:]...)}
	c.cmd.Env = append(os.Environ(), serveVariable+"="+dir)
	c.cmd.Stderr = os.Stderr
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.kill)
	ended := make(chan struct{})
	go func() {
		_ = c.cmd.Wait() // how it ended is known
		close(ended)
	}()
	c.ended = ended
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		data, err := os.ReadFile(note)
		if err == nil && json.Unmarshal(data, &c.note) == nil {
			return c
		}
		select {
		case <-ended:
			return nil
		default:
		}
	}
	return nil
}

// kill is kill -9.
func (c *child) kill() {
	select {
	case <-c.ended:
		return
	default:
	}
	if c.note.PID > 0 {
		_ = syscall.Kill(c.note.PID, syscall.SIGKILL) // it may be gone
	}
	_ = c.cmd.Process.Kill() // the wrapper, likewise
	<-c.ended
}

// sending is one file on its way through several lives of the server.
type sending struct {
	phone        *sender
	place        place
	path         string
	data         []byte
	acknowledged int64 // the highest offset the server ever told
}

// I1: kill -9 at random moments under 20 parallel uploads: what was
// acknowledged is there, and every file arrives whole.
func TestKilledAtRandomNothingAcknowledgedIsLost(t *testing.T) {
	kills := 6
	if os.Getenv("KAODIAN_SOAK") != "" {
		kills = 200
	}
	dir := t.TempDir()
	server := startChild(t, dir)
	var all []*sending
	for i := range 20 {
		all = append(all, newSending(t, server, i))
	}
	random := rand.New(rand.NewPCG(2026, 11))
	for range kills {
		ctx, cancel := context.WithCancel(t.Context())
		done := sendTogether(ctx, all)
		time.Sleep(time.Duration(random.IntN(250)) * time.Millisecond)
		server.kill()
		cancel()
		<-done
		server = startChild(t, dir)
		for _, s := range all {
			s.check(t, server)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	<-sendTogether(ctx, all)
	for _, s := range all {
		s.checkClip(t, dir)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "uploads")); err != nil || len(left) > 0 {
		t.Errorf("left in uploads: %v, %v", left, err)
	}
}

func newSending(t *testing.T, server *child, i int) *sending {
	t.Helper()
	place := server.note.Places[i]
	s := &sending{phone: newSender(server.note.Address, place.Owner), place: place, data: random(24<<20 + i*1000)}
	if err := s.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// sendTogether sends until every file is whole or ctx ends.
func sendTogether(ctx context.Context, all []*sending) <-chan struct{} {
	var group sync.WaitGroup
	for i, s := range all {
		group.Go(func() {
			for ctx.Err() == nil && s.acknowledged < int64(len(s.data)) {
				// Some send the whole file at once, some in chunks.
				chunk := []int64{1 << 20, 3_000_000, 1 << 30}[i%3]
				if offset, err := s.phone.send(ctx, s.path, s.data, chunk); err == nil {
					s.acknowledged = max(s.acknowledged, offset)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	return done
}

// check looks at one upload after a restart.
func (s *sending) check(t *testing.T, server *child) {
	t.Helper()
	s.phone.address = server.note.Address
	offset, err := s.phone.offset(t.Context(), s.path)
	if err != nil || offset < s.acknowledged {
		t.Fatalf("%s: offset %d, error %v, acknowledged %d", s.path, offset, err, s.acknowledged)
	}
	s.acknowledged = offset
	if offset == int64(len(s.data)) {
		return // looked at in the end
	}
	part, err := os.ReadFile(filepath.Join(server.dir, "uploads", filepath.Base(s.path)+".part"))
	if offset == 0 && errors.Is(err, os.ErrNotExist) {
		return
	}
	if err != nil || !bytes.Equal(part, s.data[:offset]) {
		t.Errorf("%s: the part is not what was acknowledged: %d of %d bytes, %v", s.path, len(part), offset, err)
	}
}

// checkClip compares a file that was sent with the one that arrived.
func (s *sending) checkClip(t *testing.T, dir string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, "vault", "clips", filepath.Base(s.path)))
	if err != nil || !bytes.Equal(got, s.data) {
		t.Errorf("%s did not arrive whole: %d of %d bytes, %v", s.path, len(got), len(s.data), err)
	}
}

// After EIO from fsync (a few times; later calls succeed again) nothing is acknowledged until a restart, and what was
// acknowledged before is true.
func TestEIOFromFsync(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("SKIPPED: strace is not installed, so no fsync can be made to fail; install strace")
	}
	dir := t.TempDir()
	startChild(t, dir).kill() // lays out the data
	seeded := startChild(t, dir)
	first := newSendingOf(t, dir, seeded)
	seeded.kill()

	server := startChild(t, dir, strace, "-f", "-qq", "-o", os.DevNull, "-e", "trace=fsync,fdatasync",
		"-e", "inject=fsync,fdatasync:error=EIO:when=40..42")
	first.phone.address = server.note.Address
	failed := false
	for range 200 {
		offset, err := first.phone.send(t.Context(), first.path, first.data, 100_000)
		switch {
		case err == nil && failed:
			t.Fatalf("offset %d is acknowledged after the failure", offset)
		case err == nil:
			first.acknowledged = offset
		case strings.Contains(err.Error(), "status 503"):
			failed = true
		default:
			t.Fatal(err)
		}
	}
	if !failed {
		t.Fatal("no fsync failed")
	}
	server.kill()
	again := startChild(t, dir)
	first.check(t, again)
	if _, err := first.phone.sendAll(t.Context(), first.path, first.data, 1<<20); err != nil {
		t.Error(err)
	}
}

// newSendingOf begins an upload for a candidate of an earlier life.
func newSendingOf(t *testing.T, dir string, server *child) *sending {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "places.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &server.note.Places); err != nil {
		t.Fatal(err)
	}
	return newSending(t, server, 0)
}

// The server is killed at its N-th write, sync, rename or removal, wherever
// that is: in a PATCH, in finishing a file, in start-up recovery.
func TestKilledAtTheNthStep(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("SKIPPED: strace is not installed, so no step can be chosen; install strace")
	}
	steps := []int{1, 7, 15, 28}
	if os.Getenv("KAODIAN_SOAK") != "" {
		steps = nil
		for n := range 120 {
			steps = append(steps, n+1)
		}
	}
	dir := t.TempDir()
	seeded := startChild(t, dir)
	var all []*sending
	for i := range 3 {
		place := seeded.note.Places[i]
		s := &sending{phone: newSender("", place.Owner), place: place, data: random(1<<20 + i)}
		s.acknowledged = int64(len(s.data)) // the first life begins with a new file
		all = append(all, s)
	}
	seeded.kill()
	files := 0
	for _, call := range []string{"fsync", "fdatasync", "pwrite64", "renameat", "unlinkat"} {
		for _, n := range steps {
			files += killedAt(t, dir, all, strace, call, n)
		}
	}
	t.Logf("%d files arrived in %d lives", files, 5*len(steps))
	if files == 0 {
		t.Error("no file arrived in any life")
	}
}

// killedAt lets a server live until the n-th such call of one of its threads,
// or for a second, and looks at what it left. It returns how many files arrived.
func killedAt(t *testing.T, dir string, all []*sending, strace, call string, n int) int {
	t.Helper()
	args := []string{strace, "-f", "-qq", "-o", os.DevNull, "-e", "trace=" + call, "-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call, n)}
	var files atomic.Int64
	if server := tryChild(t, dir, args...); server != nil {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		go func() {
			<-server.ended
			cancel()
		}()
		var group sync.WaitGroup
		for _, s := range all {
			s.phone.address = server.note.Address
			group.Go(func() { files.Add(s.sendFiles(ctx, t, dir)) })
		}
		group.Wait()
		cancel()
		server.kill()
	}
	server := startChild(t, dir)
	defer server.kill()
	for _, s := range all {
		if s.path != "" {
			s.check(t, server)
		}
	}
	return int(files.Load())
}

// sendFiles sends one file after another for the same item until ctx ends,
// each replacing the one before (R12), and compares them as they arrive.
func (s *sending) sendFiles(ctx context.Context, t *testing.T, dir string) (arrived int64) {
	for ctx.Err() == nil {
		if s.acknowledged == int64(len(s.data)) {
			if s.path != "" {
				s.checkClip(t, dir)
				arrived++
			}
			if s.begin(ctx) != nil {
				continue
			}
		}
		if offset, err := s.phone.send(ctx, s.path, s.data, 300_000); err == nil {
			s.acknowledged = max(s.acknowledged, offset)
		}
	}
	return arrived
}

func (s *sending) begin(ctx context.Context) error {
	response, err := s.phone.do(ctx, http.MethodPost, uploads, nil,
		"Upload-Length", fmt.Sprint(len(s.data)), "Upload-Metadata", metadataOf(s.place))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("creation: status %d", response.StatusCode)
	}
	s.path, s.acknowledged = response.Header.Get("Location"), 0
	return nil
}
