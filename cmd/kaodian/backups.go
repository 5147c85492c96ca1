package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/robfig/cron/v3"
	"golang.org/x/sync/singleflight"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/room"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/exam"
	"kaodian/cmd/kaodian/doctor"
	"kaodian/media/cage"
	"kaodian/sync/backup"
	"kaodian/sync/outbox"
	"kaodian/sync/seal"
)

// backups makes the centre's backups while it serves: by the schedule, and when
// staff ask. Each is made by a process of its own, of the lowest priority, so that
// phones do not wait for it and the server's memory stays what it is.
type backups struct {
	centre *centre
	log    *slog.Logger
	wake   chan struct{} // somebody asked, or a place or a key is there now

	acting sync.Mutex         // one act of staff at a time, with what it writes
	looks  singleflight.Group // at the folder
	see    func(place string) seenPlace
	hang   time.Duration // after which a run that stands still is ended

	mu    sync.Mutex // of what follows, and never held while something is read or written
	now   *madeNow   // the run that goes on
	shown *shownKey
	past  []string // ends of keys that were shown before it
	asked *exam.Actor
}

// madeNow is a backup that is being made.
type madeNow struct {
	startedAt time.Time
	by        string
	progress  backup.Progress
	stop      context.CancelCauseFunc
}

// shownKey is a key that is shown and not kept yet.
type shownKey struct {
	paper    *seal.Identity
	expires  time.Time
	replaces string // the paper that was in use when it was shown; "" for none
}

// end is what is typed from the paper.
func (k *shownKey) end() string {
	secret := k.paper.Secret()
	return secret[len(secret)-keyEnd:]
}

const (
	backupTick    = 20 * time.Second // how often the schedule is looked at
	keyShown      = 30 * time.Minute
	keyEnd        = 8
	maxPast       = 100
	minBackupWait = 15 * time.Minute // after a run that failed, then doubling
	maxBackupWait = 6 * time.Hour
)

func newBackups(c *centre, log *slog.Logger) (*backups, error) {
	_, err := c.settings().backupSchedule(c.Now())
	b := &backups{centre: c, log: log, wake: make(chan struct{}, 1), hang: hangTime}
	b.see = b.seePlace
	return b, err
}

// Run makes backups when they are due, until the context ends.
func (b *backups) Run(ctx context.Context) error {
	tick := time.NewTicker(backupTick)
	defer tick.Stop()
	for {
		if by, due := b.isDue(ctx); due {
			b.make(ctx, by)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-b.wake:
		}
	}
}

// isDue says whether a backup is to be made now, and for whom; nil for the schedule.
func (b *backups) isDue(ctx context.Context) (by *exam.Actor, due bool) {
	b.mu.Lock()
	by = b.asked
	b.mu.Unlock()
	if by != nil {
		return by, true
	}
	next, err := b.next(ctx)
	if err != nil {
		b.failed(ctx, "look when the next backup is due", err)
		return nil, false
	}
	if next.IsZero() || next.After(b.centre.Now()) {
		return nil, false
	}
	running, err := b.centre.CountRunningAttempts(ctx)
	if err != nil {
		b.failed(ctx, "look whether an attempt runs", err)
	}
	return nil, err == nil && running == 0
}

func (b *backups) failed(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		b.log.Error(what, "error", err)
	}
}

// next is when the schedule makes the next backup; zero for never.
func (b *backups) next(ctx context.Context) (time.Time, error) {
	keys, err := backup.LoadKeys(b.centre.folder)
	if isKeyless(err) || b.place() == "" {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	state, err := b.centre.backupState(ctx)
	if err != nil {
		return time.Time{}, err
	}
	schedule, err := b.centre.settings().backupSchedule(b.centre.Now())
	if err != nil {
		return time.Time{}, err
	}
	return nextBackup(state, keys.Recipient, schedule, b.centre.Now()), nil
}

// isKeyless says that somebody has to make a key first.
func isKeyless(err error) bool {
	return errors.Is(err, backup.ErrNoKey) || errors.Is(err, backup.ErrBrokenKey)
}

// nextBackup is the schedule's first time after the newest backup that comes back
// with this paper, and after a run that staff stopped; after a failure it is some
// time later. Without any it is now.
func nextBackup(s backupState, paper string, schedule cron.Schedule, now time.Time) time.Time {
	due := now
	isPast := func(t time.Time) bool { return !t.IsZero() && !t.After(now) } // one of the future is of a clock that was wrong
	if isPast(s.CheckedOf) && !s.isFormer(paper) {
		due = outbox.Due(schedule, s.CheckedOf)
	}
	if isPast(s.StoppedAt) {
		due = later(due, outbox.Due(schedule, s.StoppedAt))
	}
	if isPast(s.FailedAt) {
		due = later(due, s.FailedAt.Add(min(minBackupWait<<min(max(s.Failures-1, 0), 10), maxBackupWait)))
	}
	return due
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (b *backups) place() string { return b.centre.settings().Backup.Place }

// make makes one backup and waits for its end.
func (b *backups) make(ctx context.Context, by *exam.Actor) {
	own, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	now, place := &madeNow{startedAt: b.centre.Now(), stop: stop}, b.place()
	if by != nil {
		now.by = by.Name
	}
	if !b.enter(now, by != nil) || place == "" {
		b.leave()
		return // staff thought better of it
	}
	defer b.leave() // when its end is noted
	err := b.runApart(own, now, place)
	if errors.Is(context.Cause(own), errHung) {
		err = errHung
	} else if own.Err() != nil {
		b.noteStopped(ctx)
		return
	}
	if err != nil {
		b.log.Error("make a backup", "to", place, "error", err)
		b.noteKilled(ctx, now.startedAt, err)
		return
	}
	b.log.Info("made a backup, and it comes back", "to", place)
}

// enter has the run be the one that goes on, unless somebody asked and took it back.
func (b *backups) enter(now *madeNow, wasAsked bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if wasAsked && b.asked == nil {
		return false
	}
	b.now, b.asked = now, nil
	return true
}

func (b *backups) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = nil
}

// noteStopped notes that staff ended a run, else the schedule would begin the same
// one again at once. The server's own end is no such thing.
func (b *backups) noteStopped(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	if err := b.centre.noteBackup(ctx, func(s *backupState) { s.StoppedAt = b.centre.Now() }); err != nil {
		b.failed(ctx, "note that a backup was stopped", err)
	}
}

// noteKilled notes a run that had no time to note its own end.
func (b *backups) noteKilled(ctx context.Context, startedAt time.Time, cause error) {
	err := b.centre.noteBackup(ctx, func(s *backupState) {
		if s.FailedAt.Before(startedAt) {
			s.ended(b.centre.Now(), cause)
			if s.Failure != backupHung {
				s.Failure = backupStopped
			}
		}
	})
	if err != nil {
		b.failed(ctx, "note that a backup was not made", err)
	}
}

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

// State is staff.Backups'.
func (b *backups) State(ctx context.Context) (staff.BackupState, error) {
	state, err := b.centre.backupState(ctx)
	if err != nil {
		return staff.BackupState{}, err
	}
	fixed, _ := b.centre.live.fixed("backup.place")
	body := staff.BackupState{
		Place: b.place(), Fixed: string(fixed),
		MadeAt: state.CheckedOf, CheckedAt: state.CheckedAt, Old: b.isOld(state),
		FailedAt: state.FailedAt, Failure: string(state.Failure), FailedText: state.Failed,
	}
	if err := b.showKey(&body, state); err != nil {
		return body, err
	}
	if body.Place != "" {
		seen := b.look(ctx, body.Place)
		body.Wrong, body.Free = string(seen.wrong), seen.free
	}
	body.Now = b.running()
	if body.KeyMadeAt.IsZero() {
		return body, nil
	}
	if body.NextDue, err = b.next(ctx); err != nil {
		return body, err
	}
	if isDue := !body.NextDue.IsZero() && !body.NextDue.After(b.centre.Now()); isDue && body.Now == nil {
		running, err := b.centre.CountRunningAttempts(ctx)
		body.Waits = running > 0
		return body, err
	}
	return body, nil
}

// showKey says which paper there is. One whose file is damaged is none, and another
// one can be made.
func (b *backups) showKey(body *staff.BackupState, state backupState) error {
	keys, err := backup.LoadKeys(b.centre.folder)
	body.KeyBroken = errors.Is(err, backup.ErrBrokenKey)
	if isKeyless(err) {
		return nil
	}
	if err != nil {
		return err
	}
	body.KeyMadeAt = keys.MadeAt
	if body.Former = state.isFormer(keys.Recipient); body.Former {
		body.Old = true
	}
	return nil
}

// isOld says that no backup that comes back is of the last days.
func (b *backups) isOld(s backupState) bool {
	age := b.centre.Now().Sub(s.CheckedOf)
	return age > doctor.StaleBackup || age < -doctor.StaleBackup
}

func (b *backups) running() *staff.BackupRunning {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now == nil {
		return nil
	}
	p := b.now.progress
	return &staff.BackupRunning{StartedAt: b.now.startedAt, By: b.now.by, Stage: string(p.Stage), Done: p.Done, Total: p.Total}
}

// seePlace asks the disk how a folder stands.
func (b *backups) seePlace(place string) (seen seenPlace) {
	if seen.wrong = refusal.CodeOf(b.mayUse(place)); seen.wrong == "" {
		if space, err := room.Of(place).Ask(); err == nil {
			seen.free, seen.total = space.Free, space.Total
		}
	}
	return seen
}

// mayUse refuses a folder to which no backup can be made just now.
func (b *backups) mayUse(place string) error {
	info, err := os.Stat(place)
	switch {
	case errors.Is(err, os.ErrPermission):
		return refusal.New(store.BackupPlaceClosed)
	case err != nil || !info.IsDir():
		return refusal.New(store.BackupPlaceGone)
	case backup.SameDisk(b.centre.folder, place):
		return refusal.New(store.BackupPlaceInside)
	case !isWritable(place):
		return refusal.New(store.BackupPlaceClosed)
	}
	return nil
}

// tryFolder writes a file and removes it: not every file system that may be written
// to takes one.
func tryFolder(place string) error {
	file, err := os.CreateTemp(place, ".kaodian-*")
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return nil // a full one is told with what is needed
	}
	if err != nil {
		return refusal.New(store.BackupPlaceClosed)
	}
	if err := errors.Join(file.Close(), os.Remove(file.Name())); err != nil {
		return refusal.New(store.BackupPlaceClosed)
	}
	return nil
}

// Use is staff.Backups'.
func (b *backups) Use(ctx context.Context, place string, by exam.Actor) error {
	b.acting.Lock()
	defer b.acting.Unlock()
	if path.Clean(place)+"/" == place {
		place = path.Clean(place) // as a shell completes it
	}
	if err := isPlace(place); err != nil {
		return err
	}
	if place != "" {
		if err := b.try(ctx, place); err != nil {
			return err
		}
	}
	if err := b.centre.live.Choose(ctx, "backup.place", place, nil, by); err != nil {
		return err
	}
	return b.beginAnew(ctx)
}

// beginAnew has the next one made as if none had failed.
func (b *backups) beginAnew(ctx context.Context) error {
	err := b.centre.noteBackup(ctx, (*backupState).anew)
	b.rouse()
	return err
}

func (b *backups) rouse() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// NewKey is staff.Backups'.
func (b *backups) NewKey(replace bool, _ exam.Actor) (staff.BackupKey, error) {
	keys, err := backup.LoadKeys(b.centre.folder)
	if err == nil && !replace {
		return staff.BackupKey{}, refusal.New(store.BackupHasKey)
	}
	paper, err := seal.GenerateIdentity()
	if err != nil {
		return staff.BackupKey{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shown != nil {
		b.past = append(b.past[max(0, len(b.past)-maxPast):], b.shown.end())
	}
	now := b.centre.Now()
	b.shown = &shownKey{paper, now.Add(keyShown), keys.Recipient}
	return staff.BackupKey{Key: paper.Secret(), End: keyEnd, MadeAt: now, Expires: b.shown.expires}, nil
}

// KeepKey is staff.Backups'. What is typed proves that there is a paper.
func (b *backups) KeepKey(ctx context.Context, end string, by exam.Actor) error {
	b.acting.Lock()
	defer b.acting.Unlock()
	shown, err := b.typedOff(end)
	if err != nil {
		return err
	}
	lock, err := backup.Lock(b.centre.folder)
	if errors.Is(err, backup.ErrBusy) {
		return refusal.New(store.BackupRuns)
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	if keys, err := backup.LoadKeys(b.centre.folder); err == nil && keys.Recipient != shown.replaces {
		return refusal.New(store.BackupHasKey) // somebody made one by the command meanwhile
	}
	if err := b.centre.Audit(ctx, store.Entry{Action: store.ActionBackupKeyMade, By: by}); err != nil {
		return err
	}
	if err := backup.Save(b.centre.folder, shown.paper, b.centre.Now()); err != nil {
		return err
	}
	b.mu.Lock()
	b.shown, b.past = nil, append(b.past, shown.end())
	b.mu.Unlock()
	return b.beginAnew(ctx)
}

// typedOff is the key that is shown, if this is its end. Somebody else, or another
// window, may have had a key shown since: that paper is none.
func (b *backups) typedOff(end string) (*shownKey, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	typed := strings.ToUpper(strings.Join(strings.Fields(end), ""))
	switch {
	case b.shown == nil, b.shown.expires.Before(b.centre.Now()), slices.Contains(b.past, typed):
		return nil, refusal.New(store.BackupKeyGone)
	case typed != b.shown.end():
		return nil, refusal.New(store.BackupKeyWrong)
	}
	return b.shown, nil
}

// Start is staff.Backups'.
func (b *backups) Start(ctx context.Context, by exam.Actor) error {
	b.acting.Lock()
	defer b.acting.Unlock()
	if _, err := backup.LoadKeys(b.centre.folder); isKeyless(err) {
		return refusal.New(store.BackupNoKey)
	}
	place := b.place()
	if place == "" {
		return refusal.New(store.BackupNoPlace)
	}
	if b.isBusy() {
		return refusal.New(store.BackupRuns)
	}
	if err := b.isFree(); err != nil {
		return err
	}
	if err := b.try(ctx, place); err != nil {
		return err
	}
	if err := b.centre.Audit(ctx, store.Entry{Action: store.ActionBackupStarted, By: by, Args: map[string]any{"to": place}}); err != nil {
		return err
	}
	b.mu.Lock()
	b.asked = &by
	b.mu.Unlock()
	b.rouse()
	return nil
}

// isFree refuses while a run that somebody started by a command goes on.
func (b *backups) isFree() error {
	lock, err := backup.Lock(b.centre.folder)
	if errors.Is(err, backup.ErrBusy) {
		return refusal.New(store.BackupRuns)
	}
	if err != nil {
		return err
	}
	return lock.Close()
}

// isBusy says that a backup is being made or about to be.
func (b *backups) isBusy() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now != nil || b.asked != nil
}

// Stop is staff.Backups'. The audit log has who stopped one: the next comes at the
// schedule's next time only.
func (b *backups) Stop(ctx context.Context, by exam.Actor) error {
	if !b.isBusy() {
		return nil
	}
	if err := b.centre.Audit(ctx, store.Entry{Action: store.ActionBackupStopped, By: by}); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = nil
	if b.now != nil {
		b.now.stop(nil)
	}
	return nil
}
