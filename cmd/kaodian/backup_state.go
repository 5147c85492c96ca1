package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"syscall"
	"time"

	"kaodian/app/base/durable"
	"kaodian/cmd/kaodian/doctor"
	"kaodian/sync/backup"
)

// backupState is what the centre remembers of its backups.
type backupState struct {
	MadeAt    time.Time `json:"made_at"`
	Backup    string    `json:"backup"`
	To        string    `json:"to"`
	CheckedAt time.Time `json:"checked_at"`        // the last drill that was good
	CheckedOf time.Time `json:"checked_of"`        // when the newest backup that came back was made
	CheckedBy string    `json:"checked_by"`        // the paper it was made for; "" of a former version
	TriedAt   time.Time `json:"tried_at"`          // the last drill
	Problem   string    `json:"problem,omitempty"` // of the last drill

	FailedAt time.Time     `json:"failed_at,omitzero"` // the last run; zero if it was good
	Failure  backupFailure `json:"failure,omitempty"`
	Failed   string        `json:"failed,omitempty"`
	Failures int           `json:"failures,omitempty"` // since the last good one

	StoppedAt time.Time `json:"stopped_at,omitzero"` // staff ended a run
}

func (s *backupState) made(m backup.Made, to string) {
	s.MadeAt, s.Backup, s.To = m.MadeAt, m.Name(), to
}

func (s *backupState) drilled(now time.Time, l backup.List, paper string, err error) {
	s.TriedAt, s.Problem = now, ""
	if err != nil {
		s.Problem = err.Error()
		return
	}
	s.CheckedAt = now
	// One of the future is of a clock that was wrong, and no paper opens one of a former key.
	if l.MadeAt.After(s.CheckedOf) || s.CheckedOf.After(now) || s.isFormer(paper) {
		s.CheckedOf, s.CheckedBy = l.MadeAt, paper
	}
}

// isFormer says that the newest backup that came back opens with a former paper only.
func (s *backupState) isFormer(paper string) bool { return s.CheckedBy != "" && s.CheckedBy != paper }

// anew forgets why none is made just now: somebody chose another place or key.
func (s *backupState) anew() {
	s.ended(time.Time{}, nil)
	s.StoppedAt = time.Time{}
}

// ended notes how a whole run went.
func (s *backupState) ended(now time.Time, err error) {
	if err == nil {
		s.FailedAt, s.Failure, s.Failed, s.Failures = time.Time{}, "", "", 0
		return
	}
	s.FailedAt, s.Failure, s.Failed, s.Failures = now, failureOf(err), err.Error(), s.Failures+1
}

// backupFailure says in a word why a backup was not made, for the page.
type backupFailure string

const (
	backupGone    backupFailure = "gone"    // there is no such folder, or it went away
	backupClosed  backupFailure = "closed"  // it cannot be written to
	backupInside  backupFailure = "inside"  // it is on the disk of the data
	backupNoRoom  backupFailure = "no_room" // it is full, or the centre's disk is
	backupOwn     backupFailure = "own"     // what the centre has cannot be read
	backupDamaged backupFailure = "damaged" // what was written did not come back
	backupStopped backupFailure = "stopped" // the run was killed
	backupHung    backupFailure = "hung"    // the place does not answer
	backupBusy    backupFailure = "busy"    // a run of somebody else's goes on
	backupOther   backupFailure = "other"
)

// lost are the errors of a disk or share that went away, or of the program that
// serves it.
var lost = []error{
	syscall.ENXIO, syscall.ENODEV, syscall.ESTALE, syscall.EIO, syscall.ENOTCONN, syscall.ECONNABORTED,
	syscall.ETIMEDOUT, syscall.EHOSTDOWN, syscall.EHOSTUNREACH,
}

func failureOf(err error) backupFailure {
	_, damaged := errors.AsType[*backup.DamagedError](err)
	is := func(causes ...error) bool {
		return slices.ContainsFunc(causes, func(cause error) bool { return errors.Is(err, cause) })
	}
	switch {
	case damaged:
		return backupDamaged
	case is(errHung):
		return backupHung
	case is(backup.ErrBusy):
		return backupBusy
	case is(backup.ErrSameDisk):
		return backupInside
	case is(backup.ErrNoRoom, syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG):
		return backupNoRoom
	case backup.IsOwn(err):
		if durable.Broken(err) || is(lost...) || is(fs.ErrPermission) {
			return backupOwn
		}
		return backupOther
	case is(lost...), is(fs.ErrNotExist, syscall.ENOTDIR):
		return backupGone
	case is(fs.ErrPermission, syscall.EROFS):
		return backupClosed
	}
	return backupOther
}

// backupSetting is the setting in which it is kept.
const backupSetting = "backup_state"

func (c *centre) backupState(ctx context.Context) (s backupState, err error) {
	text, err := c.FindSetting(ctx, backupSetting)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &s)
	}
	return s, err
}

func (c *centre) noteBackup(ctx context.Context, change func(*backupState)) error {
	s, err := c.backupState(ctx)
	if err != nil {
		return err
	}
	change(&s)
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return c.SetSetting(ctx, backupSetting, string(text))
}

// backups is what the doctor asks.
func (c *centre) backups(ctx context.Context) (found doctor.Backups, err error) {
	keys, err := backup.LoadKeys(c.folder)
	if errors.Is(err, backup.ErrNoKey) {
		return found, nil
	}
	if err != nil {
		return found, err
	}
	s, err := c.backupState(ctx)
	if s.isFormer(keys.Recipient) {
		s.CheckedOf = time.Time{}
	}
	return doctor.Backups{HasKey: true, MadeAt: s.MadeAt, To: s.To, CheckedAt: s.CheckedAt, CheckedOf: s.CheckedOf, Problem: s.Problem}, err
}
