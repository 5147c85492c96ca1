package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/packaging/bench/process"
)

// used is what a process needed.
type used struct {
	wall, processor time.Duration
	peak            float64 // MiB
}

// measured runs a program to its end.
func measured(ctx context.Context, environment []string, words ...string) (used, error) {
	command := exec.CommandContext(ctx, words[0], words[1:]...)
	command.Env = append(os.Environ(), environment...)
	command.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	said := &strings.Builder{}
	command.Stdout, command.Stderr = said, said
	began := time.Now()
	if err := command.Start(); err != nil {
		return used{}, err
	}
	peak := make(chan int64)
	ended := make(chan struct{})
	go func() { peak <- watch(command.Process.Pid, ended) }()
	err := command.Wait()
	wall := time.Since(began)
	close(ended)
	most := <-peak
	if err != nil {
		return used{}, fmt.Errorf("%s: %w: %s", strings.Join(words, " "), err, said)
	}
	state := command.ProcessState
	return used{wall: wall, processor: state.UserTime() + state.SystemTime(), peak: float64(most) / mebibyte}, nil
}

// watch reads a process's peak until it ended: nobody tells it afterwards,
// since the kernel's own figure has the memory of whoever started it in it.
func watch(pid int, ended <-chan struct{}) (most int64) {
	for {
		select {
		case <-ended:
			return most
		case <-time.After(5 * time.Millisecond):
			if peak, err := process.Peak(pid); err == nil {
				most = max(most, peak)
			}
		}
	}
}

// ours is measured for this program's own task, whose memory counts.
func (b *bench) ours(what string, environment []string, words ...string) (used, error) {
	u, err := b.task(environment, words...)
	b.peak[what] = max(b.peak[what], u.peak)
	return u, err
}

func (b *bench) task(environment []string, words ...string) (used, error) {
	self, err := os.Executable()
	if err != nil {
		return used{}, err
	}
	return measured(b.ctx, environment, append([]string{self, asTask}, words...)...)
}
