package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/gofrs/flock"

	"kaodian/app/base/durable"
)

// restoring is the folder in a data folder in which a backup is brought back. While
// it is there and no database, the data folder is no centre.
const restoring = ".restoring"

// IsHalf says whether a restore into the folder did not come to its end.
func IsHalf(folder string) bool {
	return exists(filepath.Join(folder, restoring)) && !exists(filepath.Join(folder, Database))
}

// Restore brings the backup back into a folder that is absent or empty, or in which
// a restore was interrupted. finish is called with what was brought back before it
// becomes a centre; when it fails there is none.
func (s *Stored) Restore(ctx context.Context, folder string, finish func(scratch string) error) error {
	lock, err := s.clear(folder)
	if err != nil {
		return err
	}
	defer lock.Close()
	scratch := filepath.Join(folder, restoring, "data")
	err = s.bringAll(ctx, folder, scratch)
	if err == nil {
		if err = finish(scratch); err != nil {
			err = fmt.Errorf("%w; nothing was restored: an older backup may do, name it with --backup NAME", err)
		}
	}
	if err == nil {
		return settle(folder, scratch)
	}
	return errors.Join(err, os.RemoveAll(filepath.Join(folder, restoring)))
}

func (s *Stored) bringAll(ctx context.Context, folder, scratch string) error {
	if err := enough(folder, s.Bytes(), "name a folder on a larger disk with --data"); err != nil {
		return err
	}
	for _, f := range s.Files {
		err := s.bring(ctx, f, scratch)
		if local, ok := errors.AsType[localError](err); ok || ctx.Err() != nil {
			return errors.Join(context.Cause(ctx), named(f.Name, local.error))
		}
		if err != nil {
			return fmt.Errorf("%w; nothing was restored: try an older one with --backup NAME, or another disk", &DamagedError{Backup: s.Name(), Name: f.Name, Cause: err})
		}
	}
	return nil
}

func named(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("write %s: %w", name, err)
}

// clear refuses a folder that is in use, and clears away what an interrupted
// restore left of what the backup names: it began in an empty one.
func (s *Stored) clear(folder string) (*flock.Flock, error) {
	if err := owned(folder); err != nil {
		return nil, err
	}
	if err := durable.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if err := s.onlyOurs(folder); err != nil {
		return nil, err
	}
	if err := durable.MkdirAll(filepath.Join(folder, restoring), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(folder, restoring, "lock"), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	if err == nil && !taken {
		err = fmt.Errorf("another restore into %s is under way; wait for its end", folder)
	}
	if err == nil {
		err = s.onlyOurs(folder) // another restore may have come to its end before the lock was ours
	}
	if err == nil {
		err = errors.Join(removeAll(folder, restoring, "lost+found"), removeAll(filepath.Join(folder, restoring), "lock"))
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// onlyOurs refuses a folder in which lies more than an interrupted restore left.
func (s *Stored) onlyOurs(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	ours := []string{"lost+found"}
	if IsHalf(folder) {
		ours = append(ours, restoring)
		for _, f := range s.Files {
			first, _, _ := strings.Cut(f.Name, "/")
			ours = append(ours, first)
		}
	}
	for _, entry := range entries {
		if !slices.Contains(ours, entry.Name()) {
			return fmt.Errorf("%s is not empty (%s is in it); a backup is restored into a new or empty folder only: name one with --data DIR, or move this one away if it is what the first start of a new machine made (backup.md says how)", folder, entry.Name())
		}
	}
	return nil
}

// owned refuses to fill another user's folder: the server could not read it.
func owned(folder string) error {
	info, err := os.Stat(folder)
	if err != nil {
		return nil // it will be made
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is a file; name a new or empty folder with --data DIR", folder)
	}
	if is, ok := info.Sys().(*syscall.Stat_t); ok && int(is.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to another user; run this as the user that serves, for example with «sudo -u kaodian»", folder)
	}
	return nil
}

// removeAll empties a folder but for these names.
func removeAll(folder string, but ...string) error {
	entries, err := os.ReadDir(folder)
	for _, entry := range entries {
		if !slices.Contains(but, entry.Name()) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(folder, entry.Name())))
		}
	}
	return err
}

// settle gives all its names, the database last: with it the folder is a centre.
func settle(folder, scratch string) error {
	entries, err := os.ReadDir(scratch)
	if err != nil {
		return err
	}
	slices.SortStableFunc(entries, func(a, b os.DirEntry) int { return rank(a.Name()) - rank(b.Name()) })
	for _, entry := range entries {
		to := filepath.Join(folder, entry.Name())
		if exists(to) {
			return fmt.Errorf("%s came into the folder meanwhile; nothing is written over", to)
		}
		if err := durable.Rename(filepath.Join(scratch, entry.Name()), to); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(filepath.Join(folder, restoring)); err != nil {
		return err
	}
	return durable.SyncDir(folder)
}

func rank(name string) int {
	switch {
	case name == Database:
		return 2
	case strings.HasPrefix(name, Database):
		return 1
	}
	return 0
}
