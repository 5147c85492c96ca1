package vision

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Workers that do everything wrong that a process can: never a wrong answer,
// and nothing left behind. A seeded share here, 1,000 runs in `make soak`.
func TestBadWorkersManyTimes(t *testing.T) {
	rounds := 60
	if os.Getenv("KAODIAN_SOAK") != "" {
		rounds = 1000
	}
	c := NewClient(Options{
		Worker: WorkerOptions{Models: []string{"player"}}, Start: patience,
		Memory: 512 << 20, MaxBackoff: time.Millisecond,
	})
	bad := []string{"abort", "segfault", "panic", "exit", "hang", "spin", "rubbish", "short", "long", "other id", "no answer", "index", "index of no face", "memory", "fork", "chatter", "cannot read"}
	harmless := []string{"fork", "chatter"}
	random := rand.New(rand.NewPCG(1, 1))
	wrong := 0
	for range rounds {
		part := bad[random.IntN(len(bad))]
		c.options.Job = soon
		if slices.Contains(harmless, part) {
			c.options.Job = patience
		}
		seen, err := c.try(t.Context(), part)
		good := err == nil && seen.Best == -1 && len(seen.Frames) == 1
		if slices.Contains(harmless, part) != good || !good && !errors.Is(err, ErrNotExamined) {
			t.Errorf("%s: %+v, %v", part, seen, err)
			wrong++
		}
		c.options.Job = patience
		if seen, err := c.try(t.Context(), "good"); err != nil || seen.About.Detector != "player" {
			t.Errorf("after %s: %+v, %v", part, seen, err)
			wrong++
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	left := workersLeft(t)
	for deadline := time.Now().Add(patience); left > 0 && time.Now().Before(deadline); left = workersLeft(t) {
		time.Sleep(20 * time.Millisecond) // what was killed is still being cleared away
	}
	if left > 0 {
		t.Errorf("%d workers live on", left)
	}
	t.Logf("%d runs of bad workers: %d wrong verdicts, %d orphans", rounds, wrong, left)
}

// workersLeft counts the living workers of this test's program.
func workersLeft(t *testing.T) int {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, name := range lines {
		line, err := os.ReadFile(name)
		if err == nil && strings.HasPrefix(string(line), self+"\x00"+workerWord) {
			count++
		}
	}
	return count
}
