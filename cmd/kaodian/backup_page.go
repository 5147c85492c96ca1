package main

import (
	"context"
	"errors"
	"path"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/exam"
	"kaodian/cmd/kaodian/doctor"
	"kaodian/sync/backup"
)

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
