package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"kaodian/packaging/bench/centre"
	"kaodian/packaging/bench/process"
	"kaodian/packaging/bench/row"
)

// upright is a clip that everybody would hint at: upright, dark, nobody in it.
var upright = clip{"", "upright.mp4", "720x1280", "-c:v libx264 -preset veryfast -b:v 4M -g 30 -sc_threshold 0 -vf eq=brightness=-0.8 -c:a aac -b:a 128k", "", 0}

// Limits of the examination as people notice it.
const (
	hintWithin = 5 // seconds from the last byte to the first hint, on an idle machine
	// The same while clips of attempts that have ended wait: no more than one of
	// them, which is under way, is in front.
	lastHintWithin = 15
	callsWithin    = 100 // milliseconds for 99 of 100 calls while clips are examined
	workerWithin   = 400 // MB
	serverGrows    = 64  // MB
	atOnce         = 4   // clips
)

// examinations measures the real program while it examines.
func (b *bench) examinations() error {
	names := []string{"media/hint/first/s", "media/calls/p99/ms", "media/memory/worker/MB", "media/memory/server-growth/MB", "media/hint/after-submissions/s"}
	wanted := false
	for _, name := range names {
		wanted = wanted || b.wanted(name)
	}
	if !wanted {
		return nil
	}
	path, err := b.made(upright)
	if err != nil {
		return err
	}
	c, err := centre.Start(b.ctx, filepath.Join(scratch, "centre"))
	if err != nil {
		return err
	}
	defer c.End()
	hint, err := b.firstHint(c, path)
	if err != nil {
		return err
	}
	before, err := process.Peak(c.Cmd.Process.Pid)
	if err != nil {
		return err
	}
	calls, worker, err := b.callsMeanwhile(c, path)
	if err != nil {
		return err
	}
	after, err := process.Peak(c.Cmd.Process.Pid)
	if err != nil {
		return err
	}
	last, err := b.hintAfterSubmissions(c, path)
	if err != nil {
		return err
	}
	return errors.Join(
		b.print(row.Within(names[0], hint, nil, hintWithin)),
		b.print(row.Within(names[1], calls, nil, callsWithin)),
		b.print(row.Within(names[2], worker, nil, workerWithin)),
		b.print(row.Within(names[3], float64(after-before)/1e6, nil, serverGrows)),
		b.print(row.Within(names[4], last, nil, lastHintWithin)),
	)
}

// firstHint is how many seconds after the last byte the phone is told
// something, median of three candidates one after the other.
func (b *bench) firstHint(c *centre.Centre, path string) (float64, error) {
	var waits []float64
	for n := range runs {
		p, err := c.Phone(b.ctx, n)
		if err == nil {
			err = p.Upload(b.ctx, path)
		}
		if err != nil {
			return 0, err
		}
		arrived := time.Now()
		told := false
		for {
			s, err := p.Look(b.ctx)
			if err != nil {
				return 0, err
			}
			if !told && len(s.Hints) > 0 {
				told = true
				waits = append(waits, time.Since(arrived).Seconds())
			}
			if s.State == "examined" || s.State == "unexaminable" {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	if len(waits) < runs {
		return 0, fmt.Errorf("only %d of %d clips got a hint", len(waits), runs)
	}
	return row.Median(waits), nil
}

// hintAfterSubmissions is how many seconds after the last byte a phone is told
// something when others sent clips just before and submitted.
func (b *bench) hintAfterSubmissions(c *centre.Centre, path string) (float64, error) {
	for n := range atOnce {
		p, err := c.Phone(b.ctx, n)
		if err == nil {
			err = p.Call(b.ctx, "POST", "/attempts/"+p.Attempt+"/takeover", nil, nil)
		}
		if err == nil {
			err = p.Upload(b.ctx, path)
		}
		if err == nil {
			err = p.Call(b.ctx, "POST", "/attempts/"+p.Attempt+"/submit", nil, nil)
		}
		if err != nil {
			return 0, err
		}
	}
	p, err := c.Phone(b.ctx, atOnce+1) // atOnce may be another order of the same person
	if err == nil {
		err = p.Upload(b.ctx, path)
	}
	if err != nil {
		return 0, err
	}
	arrived := time.Now()
	for time.Since(arrived) < 5*time.Minute {
		s, err := p.Look(b.ctx)
		if err != nil {
			return 0, err
		}
		if len(s.Hints) > 0 {
			return time.Since(arrived).Seconds(), nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return 0, errors.New("a phone heard nothing in five minutes while clips of ended attempts waited")
}

// callsMeanwhile asks as phones do while clips are examined: the 99th
// percentile in milliseconds, and the worker's highest memory in MB.
func (b *bench) callsMeanwhile(c *centre.Centre, path string) (p99, worker float64, err error) {
	var phones []*centre.Phone
	for n := range atOnce {
		p, err := c.Phone(b.ctx, n)
		if err == nil {
			err = p.Call(b.ctx, "POST", "/attempts/"+p.Attempt+"/takeover", nil, nil)
		}
		if err == nil {
			err = p.Upload(b.ctx, path)
		}
		if err != nil {
			return 0, 0, err
		}
		phones = append(phones, p)
	}
	var mu sync.Mutex
	var waits []float64
	var wg sync.WaitGroup
	failed := make([]error, len(phones))
	for i, p := range phones {
		wg.Go(func() {
			for failed[i] == nil {
				began := time.Now()
				s, err := p.Look(b.ctx)
				mu.Lock()
				waits = append(waits, float64(time.Since(began).Microseconds())/1000)
				mu.Unlock()
				failed[i] = err
				if s.State == "examined" {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for {
		select {
		case <-done:
			return row.Quantile(waits, 0.99), worker, errors.Join(failed...)
		case <-time.After(20 * time.Millisecond):
			worker = max(worker, workerPeak(c.Cmd.Process.Pid))
		}
	}
}

// workerPeak is the highest memory of any child so far, in MB.
func workerPeak(server int) float64 {
	highest := 0.0
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", server)) // the pattern is good
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // a thread that has ended
		}
		for _, child := range strings.Fields(string(text)) {
			pid, err := strconv.Atoi(child)
			if err != nil {
				continue
			}
			if bytes, err := process.Peak(pid); err == nil {
				highest = max(highest, float64(bytes)/1e6)
			}
		}
	}
	return highest
}
