package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
	"golang.org/x/sync/singleflight"

	"kaodian/app/exam"
	"kaodian/sync/backup"
	"kaodian/sync/outbox"
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

const (
	backupTick    = 20 * time.Second // how often the schedule is looked at
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
