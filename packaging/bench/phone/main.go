// Command phone is the phone's part of the benchmarks: how soon the log-in can be used by a phone
// that was never here (5 Mbit/s, 40 ms, the median of five), how long the
// candidate's pages keep a browser busy at one time while a video of 33 MB is
// sent, and how long a tap waits for something to be seen. Chromium, its processor slowed down four
// times and its line to 2 MB/s, looks at the real program's pages.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"kaodian/packaging/bench/centre"
	"kaodian/packaging/bench/row"
)

const (
	scratch = "build/bench-phone"
	load    = "phone/first-load/usable-ms"
	task    = "phone/upload-33MB/longest-task-ms"
	tap     = "phone/tap/slowest-ms"

	loadLimit = 1200
	limit     = 100
)

func main() {
	prefix := ""
	if len(os.Args) > 1 {
		prefix = os.Args[1]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()
	if err := run(ctx, prefix); err != nil {
		fmt.Fprintln(os.Stderr, "bench phone:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, prefix string) (err error) {
	if err := errors.Join(os.RemoveAll(scratch), os.MkdirAll(scratch, 0o755)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	clip, err := film(ctx)
	if err != nil {
		return err
	}
	c, err := centre.Start(ctx, filepath.Join(scratch, "data"))
	if err != nil {
		return err
	}
	defer c.End()
	seen, err := look(ctx, c, clip)
	if err != nil {
		return err
	}
	for _, one := range []struct {
		name         string
		value, limit float64
	}{{load, seen.Load, loadLimit}, {task, seen.Task, limit}, {tap, seen.Tap, limit}} {
		if strings.HasPrefix(one.name, prefix) {
			if err := row.Within(one.name, one.value, nil, one.limit).Write(os.Stdout); err != nil {
				return err
			}
		}
	}
	return nil
}

// film makes a video of 33 MB: a minute at 4.4 Mbit/s.
func film(ctx context.Context) (string, error) {
	clip, err := filepath.Abs(filepath.Join(scratch, "clip.mp4"))
	if err != nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30",
		"-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "60", "-c:v", "libx264", "-preset", "ultrafast",
		"-b:v", "4.4M", "-minrate", "4.4M", "-maxrate", "4.4M", "-bufsize", "4.4M", "-nal-hrd", "cbr", "-pix_fmt", "yuv420p",
		"-c:a", "aac", "-movflags", "+faststart", clip).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("make a video: %w: %s", err, out)
	}
	return clip, nil
}

// seen is what ui/bench/phone.mjs prints, in milliseconds.
type seen struct {
	Load float64 `json:"usable_ms"`
	Task float64 `json:"longest_ms"`
	Tap  float64 `json:"tap_ms"`
}

func look(ctx context.Context, c *centre.Centre, clip string) (seen, error) {
	ticket, id := c.Login(0)
	cmd := exec.CommandContext(ctx, "node", "bench/phone.mjs", c.URL, ticket, id, clip)
	cmd.Dir, cmd.Stderr = "ui", os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return seen{}, fmt.Errorf("look at the pages: %w", err)
	}
	var s seen
	return s, json.Unmarshal(out, &s)
}
