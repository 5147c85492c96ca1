package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Create opens a temporary file in path's folder; Commit gives it its name.
func Create(path string, perm os.FileMode) (*File, error) { return OS().Create(path, perm) }

// WriteFile makes path hold data, whole or not at all.
func WriteFile(path string, data []byte, perm os.FileMode) error {
	return OS().WriteFile(path, data, perm)
}

// Rename moves a file whose content is already synced; a file at to is replaced.
func Rename(from, to string) error { return OS().Rename(from, to) }

// Remove deletes a file for good; an absent one is no error.
func Remove(path string) error { return OS().Remove(path) }

// MkdirAll makes a folder and the missing ones above it.
func MkdirAll(path string, perm os.FileMode) error { return OS().MkdirAll(path, perm) }

// SyncDir makes the names in a folder safe.
func SyncDir(dir string) error { return OS().SyncDir(dir) }

// Sweep deletes the temporary files that a crash left in dir.
func Sweep(dir string) error { return OS().Sweep(dir) }

// WriteFile makes path hold data, whole or not at all.
func (d Disk) WriteFile(path string, data []byte, perm os.FileMode) error {
	f, err := d.Create(path, perm)
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Commit()
}

// Rename moves a file whose content is already synced. The new folder is
// synced first: between the two the file may have both names, never none.
func (d Disk) Rename(from, to string) error {
	if err := d.FS.Rename(from, to); err != nil {
		return err
	}
	if err := d.FS.SyncDir(filepath.Dir(to)); err != nil {
		return err
	}
	if filepath.Dir(from) == filepath.Dir(to) {
		return nil
	}
	return d.FS.SyncDir(filepath.Dir(from))
}

// Remove deletes a file for good; an absent one is no error. The folder is
// synced also then: a process that was killed may have removed it just before.
func (d Disk) Remove(path string) error {
	if err := d.FS.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := d.FS.SyncDir(filepath.Dir(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // no folder, no file
	}
	return err
}

// MkdirAll makes a folder and the missing ones above it.
func (d Disk) MkdirAll(path string, perm os.FileMode) error {
	path = filepath.Clean(path)
	parent := filepath.Dir(path)
	info, err := d.FS.Stat(path)
	switch {
	case err == nil && !info.IsDir():
		return &os.PathError{Op: "mkdir", Path: path, Err: errors.New("a file with this name is in the way")}
	case err == nil:
		return d.syncAbove(path)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	case parent == path:
		return err
	}
	if err := d.MkdirAll(parent, perm); err != nil {
		return err
	}
	if err := d.FS.Mkdir(path, perm); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return d.FS.SyncDir(parent)
}

// syncAbove syncs the name of a folder that existed already: a process killed
// between making and syncing it leaves just this name unsynced. A process that
// may not read the parent folder did not make it.
func (d Disk) syncAbove(path string) error {
	err := d.FS.SyncDir(filepath.Dir(path))
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

// SyncDir makes the names in a folder safe.
func (d Disk) SyncDir(dir string) error { return d.FS.SyncDir(dir) }

// Sweep deletes the temporary files that a crash left in dir. No Create may
// be under way there.
func (d Disk) Sweep(dir string) error {
	entries, err := d.FS.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if !isTemporary(entry.Name()) {
			continue
		}
		if err := d.FS.Remove(filepath.Join(dir, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return d.FS.SyncDir(dir)
}
