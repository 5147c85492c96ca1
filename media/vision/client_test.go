package vision

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain is also the worker; which one is said by the models' «folder»,
// because its environment is empty.
func TestMain(m *testing.M) {
	if IsWorker() {
		os.Exit(playWorker())
	}
	os.Exit(m.Run())
}

func playWorker() int {
	o, err := ParseWorkerOptions()
	if err != nil || len(o.Models) == 0 {
		return 2
	}
	switch o.Models[0] {
	case "no greeting":
		time.Sleep(time.Minute)
	case "refuses":
		fmt.Fprintln(os.Stderr, "no detector here")
		return 1
	case "rubbish greeting":
		_, _ = os.NewFile(responsesAt, "").Write([]byte("hello, I am ready"))
		time.Sleep(time.Minute)
	}
	return RunWorker(player{})
}

// player does to itself what the picture says.
type player struct{}

func (player) About() About {
	return About{Detector: "player", Network: fmt.Sprint(os.Getpid(), " ", len(os.Environ()))}
}

func (player) Photo(data []byte) (PhotoReport, error) {
	c, err := player{}.Compare(nil, [][]byte{data})
	return PhotoReport{About: c.About, Format: "jpeg"}, err
}

func (player) Compare(_ []byte, frames [][]byte) (Comparison, error) {
	out := os.NewFile(responsesAt, "responses")
	switch string(frames[0]) {
	case "abort":
		_ = syscall.Kill(os.Getpid(), syscall.SIGABRT)
		time.Sleep(time.Minute)
	case "segfault":
		_ = syscall.Kill(os.Getpid(), syscall.SIGSEGV)
		time.Sleep(time.Minute)
	case "panic":
		panic("as you wish")
	case "exit":
		os.Exit(0)
	case "hang":
		time.Sleep(time.Minute)
	case "spin":
		for {
		}
	case "rubbish":
		_, _ = out.Write(bytes.Repeat([]byte("rubbish "), 1000))
	case "short":
		_, _ = out.Write(binary.BigEndian.AppendUint32(nil, 1000))
		os.Exit(0)
	case "long":
		_, _ = out.Write(binary.BigEndian.AppendUint32(nil, 1<<31))
	case "other id":
		_ = writeMessage(out, response{ID: 1 << 40})
	case "no answer":
		_ = writeMessage(out, response{ID: 1})
	case "index":
		return Comparison{Best: 7, Frames: make([][]Face, len(frames)), Similarities: make([]*float64, len(frames))}, nil
	case "index of no face":
		return Comparison{Best: 0, Frames: make([][]Face, len(frames)), Similarities: make([]*float64, len(frames))}, nil
	case "memory":
		var kept [][]byte
		for range 1 << 20 {
			kept = append(kept, bytes.Repeat([]byte{1}, 1<<20))
		}
		fmt.Println(len(kept))
	case "fork":
		exe, _ := os.Executable()
		child := exec.Command(exe, workerWord, "-models", "no greeting")
		_ = child.Start()
		return Comparison{Best: -1, Frames: make([][]Face, len(frames)), Similarities: make([]*float64, len(frames)), About: About{Origin: fmt.Sprint(child.Process.Pid)}}, nil
	case "chatter":
		fmt.Println(strings.Repeat("chatter ", 10_000))
		fmt.Fprintln(os.Stderr, strings.Repeat("chatter ", 10_000))
	case "cannot read":
		return Comparison{}, errors.New("no picture")
	}
	return Comparison{About: player{}.About(), Best: -1, Frames: make([][]Face, len(frames)), Similarities: make([]*float64, len(frames))}, nil
}

// What must succeed has a time that a busy machine keeps; what hangs is ended soon.
const (
	patience = time.Minute
	soon     = 200 * time.Millisecond
)

func newTestClient(t *testing.T, part string) *Client {
	t.Helper()
	c := NewClient(Options{
		Worker: WorkerOptions{Models: []string{part}}, Job: patience, Start: patience,
		Memory: 512 << 20, MaxBackoff: 20 * time.Millisecond,
	})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func (c *Client) try(ctx context.Context, picture string) (Comparison, error) {
	return c.Compare(ctx, nil, [][]byte{[]byte(picture)})
}

// A job that brings the worker down costs that job only.
func TestABadJobCostsOneAnswer(t *testing.T) {
	parts := []string{
		"abort", "segfault", "panic", "exit", "hang", "spin", "rubbish", "short", "long",
		"other id", "no answer", "index", "index of no face", "memory", "cannot read",
	}
	for _, part := range parts {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			c := newTestClient(t, "player")
			if _, err := c.try(t.Context(), "good"); err != nil {
				t.Fatalf("before: %v", err)
			}
			c.options.Job = soon
			if _, err := c.try(t.Context(), part); !errors.Is(err, ErrNotExamined) {
				t.Errorf("got %v, want ErrNotExamined", err)
			}
			c.options.Job = patience
			if _, err := c.try(t.Context(), "good"); err != nil {
				t.Errorf("after: %v", err)
			}
		})
	}
}

func TestWhatAWorkerPrintsDoesNoHarm(t *testing.T) {
	c := newTestClient(t, "player")
	if _, err := c.try(t.Context(), "chatter"); err != nil {
		t.Error(err)
	}
}

func TestAWorkerThatCannotStartIsNotExamined(t *testing.T) {
	for _, part := range []string{"refuses", "rubbish greeting", "no greeting"} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			c := newTestClient(t, part)
			if part == "no greeting" {
				c.options.Start = soon
			}
			_, err := c.try(t.Context(), "good")
			if !errors.Is(err, ErrNotExamined) {
				t.Errorf("got %v", err)
			}
			if part == "refuses" && !strings.Contains(err.Error(), "no detector here") {
				t.Errorf("it does not say why: %v", err)
			}
		})
	}
}

func TestWantOfDescriptorsIsNoClipsFault(t *testing.T) {
	c := newTestClient(t, "any")
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	none := limit
	none.Cur = 3
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	_, err := c.try(t.Context(), "fine")
	if restored := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); restored != nil {
		t.Fatal(restored)
	}
	if !errors.Is(err, syscall.EMFILE) || errors.Is(err, ErrNotExamined) {
		t.Errorf("without descriptors: %v", err)
	}
	if _, err := c.try(t.Context(), "fine"); err != nil {
		t.Errorf("when there are some again: %v", err)
	}
}

func TestAWorkerIsKeptForTheNextJobAndReplacedAfterItsShare(t *testing.T) {
	c := newTestClient(t, "player")
	c.options.Jobs = 3
	seen := map[string]int{}
	for range 6 {
		r, err := c.try(t.Context(), "good")
		if err != nil {
			t.Fatal(err)
		}
		seen[r.About.Network]++
	}
	if len(seen) != 2 {
		t.Errorf("jobs per worker: %v, want two of three", seen)
	}
}

func TestTheWorkersEnvironmentIsEmpty(t *testing.T) {
	about, err := newTestClient(t, "player").About(t.Context())
	if err != nil || !strings.HasSuffix(about.Network, " 0") {
		t.Errorf("%+v, %v", about, err)
	}
}

func TestAnIdleWorkerIsLetGo(t *testing.T) {
	c := newTestClient(t, "player")
	c.options.Idle = 50 * time.Millisecond
	if _, err := c.try(t.Context(), "good"); err != nil {
		t.Fatal(err)
	}
	for range 3000 {
		if c.Peak() == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("it is still there")
}

func TestOurOwnStopEndsTheJobAndIsNobodysFault(t *testing.T) {
	c := newTestClient(t, "player")
	c.options.Job = patience
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := c.try(ctx, "hang")
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrNotExamined) || c.failures != 0 {
		t.Errorf("got %v after %d failures", err, c.failures)
	}
	if _, err := c.try(t.Context(), "good"); err != nil {
		t.Errorf("after: %v", err)
	}
}

func TestAWorkerThatKeepsFallingIsStartedMoreAndMoreRarely(t *testing.T) {
	c := newTestClient(t, "player")
	c.options.MaxBackoff = time.Minute
	start := time.Now()
	for range 3 {
		_, _ = c.try(t.Context(), "exit")
	}
	if took := time.Since(start); took < 300*time.Millisecond || c.starts != 3 {
		t.Errorf("three failures in %s with %d starts; 100 and 200 ms of rest were due", took, c.starts)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.try(ctx, "good"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it was started during its rest: %v", err)
	}
}

func TestWhatAWorkerForkedDiesWithIt(t *testing.T) {
	c := newTestClient(t, "player")
	r, err := c.try(t.Context(), "fork")
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscan(r.About.Origin, &pid); err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	for range 3000 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("process %d lives on", pid)
}

func TestManyAskersShareOneWorker(t *testing.T) {
	c := newTestClient(t, "player")
	errs := make(chan error)
	for i := range 16 {
		go func() {
			picture := "good"
			if i%5 == 4 {
				picture = "abort"
			}
			_, err := c.try(t.Context(), picture)
			if (picture == "abort") != errors.Is(err, ErrNotExamined) {
				errs <- fmt.Errorf("%s: %w", picture, err)
				return
			}
			errs <- nil
		}()
	}
	for range 16 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}
