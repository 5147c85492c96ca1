package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/exam"
	"kaodian/sync/backup"
	"kaodian/sync/seal"
)

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
	keyShown = 30 * time.Minute
	keyEnd   = 8   // characters
	maxPast  = 100 // ends
)

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
