package upload

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"kaodian/app/base/refusal"
)

// finish makes a whole part a clip: rename into the vault, then one
// transaction. A crash between is mended by Recover.
func (e *Engine) finish(ctx context.Context, u Upload) error {
	if e.Failure() != nil {
		return errBroken() // a second sync would say that all is well
	}
	if err := e.publish(u); err != nil {
		return err
	}
	err := e.Store.FinishUpload(ctx, u.ID, u.ArrivedAt)
	if err == nil {
		return nil
	}
	switch err = e.storeFault(err); refusal.CodeOf(err) {
	case refusal.DiskFull, Failed, refusal.StorageFailed:
		return err // the bytes stay; the next HEAD tries again
	}
	if rejected := e.remove(ctx, u.ID); rejected != nil {
		return e.storeFault(rejected)
	}
	return err
}

// publish moves a whole part into the vault. One that is there already was
// moved before a crash, maybe before its name was safe, or before a
// transaction that failed.
func (e *Engine) publish(u Upload) error {
	size, err := e.sizeOf(e.clip(u.ID))
	if err != nil {
		return err
	}
	if size == u.Size {
		if err := e.Disk.SyncDir(e.Clips); err != nil {
			return e.openFault(fmt.Errorf("sync the name of clip %s: %w", u.ID, err))
		}
		return nil
	}
	size, err = e.sizeOf(e.part(u.ID))
	if err != nil {
		return err
	}
	if size != u.Size {
		return e.fail(fmt.Errorf("part %s has %d bytes, not the %d that were synced: check the disk", u.ID, size, u.Size))
	}
	if err := e.Disk.Rename(e.part(u.ID), e.clip(u.ID)); err != nil {
		return e.openFault(fmt.Errorf("move clip %s into the vault: %w", u.ID, err))
	}
	return nil
}

const absent = -1

// sizeOf is a file's size in bytes, or absent.
func (e *Engine) sizeOf(path string) (int64, error) {
	info, err := e.Disk.FS.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return absent, nil
	}
	if err != nil {
		return 0, e.fail(err)
	}
	return info.Size(), nil
}
