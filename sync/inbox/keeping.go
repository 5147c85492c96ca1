package inbox

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Media are stored before the records that name them are taken in, so a crash
// in between leaves unreferenced files. While there may be some, a mark lies in
// the scratch folder; the next run sweeps when it finds one. One run at a time
// works on a store: media that another run has stored and not yet taken in would
// look like a crash's.

const (
	markName = "keeping"
	// lockEvery is how often a run looks whether another one has ended.
	lockEvery = 100 * time.Millisecond
)

// lockStore waits until no other run works on the store.
func (in *Inbox) lockStore(ctx context.Context) (unlock func() error, err error) {
	lock := flock.New(in.Scratch+".lock", flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, lockEvery); err != nil {
		return nil, err
	}
	return lock.Unlock, nil
}

func (in *Inbox) mark() string { return filepath.Join(in.Scratch, markName) }

// beginKeeping marks that a crash may leave unreferenced media from now on.
func (in *Inbox) beginKeeping() error { return in.Disk.WriteFile(in.mark(), nil, 0o600) }

// endKeeping removes the mark: every stored file is referenced.
func (in *Inbox) endKeeping() error { return in.Disk.Remove(in.mark()) }

// sweepMedia removes what a crash left: media that no accepted batch names.
func (in *Inbox) sweepMedia(ctx context.Context) error {
	if _, err := os.Stat(in.mark()); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	err := filepath.WalkDir(in.Store.MediaFolder(), func(_ string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && !isHex(entry.Name()) {
			return nil // nothing was kept yet; a folder, or none of ours
		}
		if err != nil {
			return err
		}
		return in.forget(ctx, entry.Name())
	})
	if err != nil {
		return err
	}
	return in.endKeeping()
}

// forget removes a stored file, unless an accepted batch has it too.
func (in *Inbox) forget(ctx context.Context, sha256 string) error {
	known, err := in.Store.IsMediaKnown(ctx, sha256)
	if err != nil || known {
		return err
	}
	return in.Disk.Remove(in.Store.MediaPath(sha256))
}
