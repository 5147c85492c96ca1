package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"kaodian/media/cage"
	"kaodian/sync/backup"
)

// runApart runs «kaodian backup» on this folder.
func (b *backups) runApart(ctx context.Context, now *madeNow, place string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{"backup", "--data", b.centre.folder, "--to", place, "--keep", fmt.Sprint(b.centre.settings().Backup.Keep), "--apart", "--tell"}
	if config := b.centre.live.written.path; config != "" {
		args = append(args, "--config", config)
	}
	child := exec.CommandContext(ctx, self, args...)
	child.Cancel = func() error { return child.Process.Signal(syscall.SIGTERM) }
	child.WaitDelay = killPatience // one that hangs on a dead share keeps no server from ending
	child.SysProcAttr = cage.DiesWithParent()
	said := &lastLines{}
	child.Stderr = said
	told, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	err = b.await(ctx, onLowThread(func() error { return b.follow(child, told, now) }))
	if err == nil || ctx.Err() != nil { // one that does not end may be saying something still
		return err
	}
	return fmt.Errorf("%w: %s", err, said.last())
}

// killPatience is how long a child may take to end once it was told to, and how
// much longer one that was killed: what waits for a dead share cannot end.
const killPatience = 10 * time.Second

// await waits for the child's end, but not for ever once it was told to.
func (b *backups) await(ctx context.Context, ended <-chan error) error {
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-ended:
		return err
	case <-time.After(killPatience + killPatience/2):
		b.log.Error("a backup that was stopped does not end; the share or disk that it writes to does not answer")
		return ctx.Err()
	}
}

// errHung ends a run that does not get on any more.
var errHung = errors.New("the stick, disk or share did not answer for an hour")

// hangTime is how long a run may stand still: a slow stick takes minutes to write
// down what it was given.
const hangTime = time.Hour

// follow starts the child and reads how far it is, to its end.
func (b *backups) follow(child *exec.Cmd, told io.Reader, now *madeNow) error {
	if err := child.Start(); err != nil {
		return err
	}
	hung := time.AfterFunc(b.hang, func() { now.stop(errHung) })
	defer hung.Stop()
	lines := bufio.NewScanner(told)
	for lines.Scan() {
		var progress backup.Progress
		if json.Unmarshal(lines.Bytes(), &progress) == nil && b.note(now, progress) {
			hung.Reset(b.hang)
		}
	}
	return child.Wait()
}

// note notes how far a run is, and says whether it got on.
func (b *backups) note(now *madeNow, progress backup.Progress) (moved bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	moved = now.progress != progress
	now.progress = progress
	return moved
}

// onLowThread does it on a thread of the lowest priority, which what it starts
// inherits. The thread ends with it: nothing else may run on it.
func onLowThread(do func() error) <-chan error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		cage.Lower()
		done <- do()
	}()
	return done
}

// lastLines keeps the end of what a process says.
type lastLines struct{ text []byte }

func (l *lastLines) Write(p []byte) (int, error) {
	l.text = append(l.text, p...)
	l.text = l.text[max(0, len(l.text)-4096):]
	return len(p), nil
}

// last is the last line that is not empty, without the program's name.
func (l *lastLines) last() string {
	lines := strings.Split(strings.TrimSpace(string(l.text)), "\n")
	return strings.TrimPrefix(lines[len(lines)-1], programName+": ")
}

// tellBackup prints how far a run is each second, until stop is called.
func tellBackup(meter *backup.Meter) (stop func()) {
	return tellEach(time.Second, func() {
		_ = json.NewEncoder(os.Stdout).Encode(meter.Progress()) // nobody may be listening
	})
}
