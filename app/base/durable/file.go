package durable

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// File is being written under a temporary name. It is for one goroutine.
type File struct {
	disk      Disk
	handle    Handle
	temporary string
	path      string
	done      bool
}

const (
	temporaryPrefix = ".new-"
	temporarySuffix = ".tmp"
)

func isTemporary(name string) bool {
	return strings.HasPrefix(name, temporaryPrefix) && strings.HasSuffix(name, temporarySuffix)
}

// Create opens a temporary file in path's folder; Commit gives it its name.
func (d Disk) Create(path string, perm os.FileMode) (*File, error) {
	name := temporaryPrefix + strings.ToLower(rand.Text()) + temporarySuffix
	temporary := filepath.Join(filepath.Dir(path), name)
	handle, err := d.FS.OpenFile(temporary, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err
	}
	return &File{disk: d, handle: handle, temporary: temporary, path: path}, nil
}

// Write appends to the temporary file.
func (f *File) Write(p []byte) (int, error) { return f.handle.Write(p) }

// Commit makes the content safe, then the name. On an error the path is as
// it was before or, when the last step failed, possibly the new file; the caller
// must promise nothing and repeat the whole.
func (f *File) Commit() error {
	if f.done {
		return os.ErrClosed
	}
	f.done = true
	err := errors.Join(f.handle.Sync(), f.handle.Close())
	if err == nil {
		err = f.disk.Rename(f.temporary, f.path)
	}
	if err != nil {
		// Best effort: what stays is swept at the next start.
		_ = f.disk.FS.Remove(f.temporary)
	}
	return err
}

// Discard closes and removes the temporary file; after Commit it does
// nothing, so it can be deferred. A file that cannot be removed is swept later.
func (f *File) Discard() {
	if f.done {
		return
	}
	f.done = true
	_ = f.handle.Close()
	_ = f.disk.FS.Remove(f.temporary)
}
