package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"kaodian/packaging/bench/centre"
	"kaodian/packaging/bench/process"
	"kaodian/packaging/bench/row"
)

const (
	exams = 210
	// A task of more than 100 ms is one that a click waits for.
	longestTask = "desk/board-210/longest-task-ms"
	taskLimit   = 100
	costAMinute = "desk/board-210/cpu-s-per-minute"
	costLimit   = 3
	watched     = time.Minute
)

var boardRows = []string{longestTask, costAMinute}

func runBoard(ctx context.Context) error {
	logins, err := layOut()
	if err != nil {
		return err
	}
	c, err := centre.Serve(filepath.Join(scratch, "data"), logins, "--config", filepath.Join(scratch, "kaodian.toml"))
	if err != nil {
		return err
	}
	defer c.End()
	var phones []*centre.Phone
	for n := range logins {
		phone, err := c.Phone(ctx, n)
		if err != nil {
			return err
		}
		phones = append(phones, phone)
	}
	fmt.Fprintf(os.Stderr, "%d exams run\n", len(phones))
	cost, err := watchedBoard(ctx, c, phones) // before anything is uploaded, which would be examined meanwhile
	if err != nil {
		return err
	}
	longest, err := busyBoard(ctx, c, phones)
	if err != nil {
		return err
	}
	return errors.Join(row.Within(longestTask, longest, nil, taskLimit).Write(os.Stdout), row.Within(costAMinute, cost, nil, costLimit).Write(os.Stdout))
}

// busyBoard is the longest task of Chromium, its processor slowed down four
// times, while phones upload, ask for help and take it back.
func busyBoard(ctx context.Context, c *centre.Centre, phones []*centre.Phone) (float64, error) {
	busy, stop := context.WithCancel(ctx)
	defer stop()
	go keepBusy(busy, phones)
	return look(ctx, c.URL)
}

// watchedBoard is what the server's processor spends in a minute, in seconds,
// while every phone hears the events of its attempt, one changes what the board
// shows every second, and a desk hears of it and asks as often as its page does
// (ui/src/staff/Desk.vue). One that is not answered is an error: a board that
// nobody hears costs nothing.
func watchedBoard(ctx context.Context, c *centre.Centre, phones []*centre.Phone) (cost float64, err error) {
	desk, err := c.DeskOf(ctx, "desk", password)
	if err != nil {
		return 0, err
	}
	watching, stop := context.WithCancel(ctx)
	watchers, watching := errgroup.WithContext(watching)
	defer func() { stop(); err = errors.Join(err, watchers.Wait()) }()
	for path, every := range map[string]time.Duration{
		"attempts": 15 * time.Second, "help": 15 * time.Second, "sync": 4 * time.Second, "time": 5 * time.Second, "storage": 5 * time.Second, "jobs": 10 * time.Second, "room": 15 * time.Second,
	} {
		watchers.Go(func() error { return ask(watching, desk, c.URL+"/api/v1/staff/"+path, every) })
	}
	watchers.Go(func() error {
		return listen(watching, desk, c.URL+"/api/v1/staff/board/events", func() error {
			read := func(path string) error {
				return centre.Call(watching, desk, http.MethodGet, c.URL+"/api/v1/staff/"+path, nil, nil)
			}
			return errors.Join(read("attempts"), read("help"))
		})
	})
	watchers.Go(func() error { return keepCalling(watching, phones[0]) })
	for _, phone := range phones {
		watchers.Go(func() error {
			return listen(watching, phone.Client, c.URL+"/api/v1/attempts/"+phone.Attempt+"/events", func() error { return nil })
		})
	}
	before, err := process.Time(c.Cmd.Process.Pid)
	if err != nil {
		return 0, err
	}
	select {
	case <-watching.Done():
		return 0, ctx.Err()
	case <-time.After(watched):
	}
	after, err := process.Time(c.Cmd.Process.Pid)
	return (after - before).Seconds() / watched.Minutes(), err
}

// ask asks again and again, as a page does, until the context ends.
func ask(ctx context.Context, desk *http.Client, url string, every time.Duration) error {
	for {
		if err := centre.Call(ctx, desk, http.MethodGet, url, nil, nil); err != nil {
			return unless(ctx, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(every):
		}
	}
}

// keepCalling has a phone say every second that it needs help.
func keepCalling(ctx context.Context, phone *centre.Phone) error {
	for {
		if err := phone.Call(ctx, "POST", "/help", map[string]any{"reason": "not_sending", "page": "attempt", "attempt_id": phone.Attempt}, nil); err != nil {
			return unless(ctx, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

// listen hears a stream of events until the context ends, and does what is to be
// done at each that is no pulse.
func listen(ctx context.Context, phone *http.Client, url string, do func() error) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := phone.Do(request)
	if err != nil {
		return unless(ctx, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); !ok || name == "pulse" {
			continue
		}
		if err := do(); err != nil {
			return unless(ctx, err)
		}
	}
	return unless(ctx, cmp.Or(lines.Err(), fmt.Errorf("%s: the stream ended", url)))
}

// unless is the error, or none once the context ended.
func unless(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// layOut imports candidates whose videos are so small that the disk holds all
// of them (R27), and returns their log-ins.
func layOut() (logins [][]string, err error) {
	logins, list := orderList(exams)
	return logins, newCentre(map[string]string{"orders.csv": list, "kaodian.toml": "[exam]\nmax_clip_bytes = 1048576\n\n[http]\nmax_sockets_per_address = 1000\n"}, true)
}

// keepBusy has phones change what the board shows: ten uploads a second, and
// calls for help. What fails is shown by the board, not here.
func keepBusy(ctx context.Context, phones []*centre.Phone) {
	clip := filepath.Join(scratch, "clip.mp4")
	_ = os.WriteFile(clip, bytes.Repeat([]byte("no video"), 1000), 0o600)
	for n := 0; ctx.Err() == nil; n++ {
		phone := phones[n%len(phones)]
		_ = phone.Upload(ctx, clip)
		if n%10 == 0 {
			_ = phone.Call(ctx, "POST", "/help", map[string]any{"reason": "not_sending", "page": "attempt", "attempt_id": phone.Attempt}, nil)
			_ = phones[(n+len(phones)-20)%len(phones)].Call(ctx, "DELETE", "/help", nil, nil)
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// look has the browser look, and returns its longest task in milliseconds.
func look(ctx context.Context, url string) (float64, error) {
	cmd := exec.CommandContext(ctx, "node", "bench/board.mjs", url, "desk", password, fmt.Sprint(exams))
	cmd.Dir = "ui"
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return 0, err
	}
	var seen struct {
		Longest float64 `json:"longest_ms"`
	}
	return seen.Longest, json.Unmarshal(out, &seen)
}
