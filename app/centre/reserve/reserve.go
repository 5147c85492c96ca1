// Package reserve keeps room on a disk that is otherwise full: files with
// allocated blocks, given up one after the other when a record needs them, so
// that a submit, a reset, a timeout and a log-in always have room (R14–R16).
//
// It owns a folder of its own and nothing in it is worth anything: after a
// crash Keep makes what is missing. It must not import anything that serves.
package reserve

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

const (
	// pieces is the number of files; each can be given up once.
	pieces = 8
	// maxBytes and minBytes limit what all of them take together: a record takes
	// a few kilobytes, the database's log at most some megabytes.
	maxBytes = 64 << 20
	minBytes = 2 << 20
	// share of the disk, between the two.
	share = 20
)

// Reserve is the room that is kept in a folder. It is safe for several goroutines.
type Reserve struct {
	folder string
	free   func() (free, total int64, err error)

	mu    sync.Mutex
	piece int64 // bytes of one file
}

// New returns a reserve in the folder; free asks its disk. Nothing is made before
// Keep.
func New(folder string, free func() (free, total int64, err error)) *Reserve {
	return &Reserve{folder: folder, free: free}
}

// Keep makes the files that are missing, if the disk has ample room for them.
func (r *Reserve) Keep() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	free, total, err := r.free()
	if err != nil {
		return fmt.Errorf("ask the disk for its free space: %w", err)
	}
	r.piece = min(maxBytes, max(minBytes, total/share)) / pieces
	missing := r.missing()
	if len(missing) == 0 || free < 3*int64(len(missing))*r.piece {
		return nil // room is short: what was given up is in use
	}
	if err := os.MkdirAll(r.folder, 0o700); err != nil {
		return fmt.Errorf("keep room for records: %w", err)
	}
	for _, path := range missing {
		if err := allocate(path, r.piece); err != nil {
			return fmt.Errorf("keep room for records: %w", err)
		}
	}
	return nil
}

// GiveUp makes one piece of room; false when none is left.
func (r *Reserve) GiveUp() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n := range pieces {
		if os.Remove(r.path(n)) == nil {
			return true
		}
	}
	return false
}

// Left is the share of the room that is there, 0 to 1.
func (r *Reserve) Left() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return 1 - float64(len(r.missing()))/pieces
}

func (r *Reserve) missing() (paths []string) {
	for n := range pieces {
		info, err := os.Stat(r.path(n))
		if err != nil || info.Size() < r.piece {
			paths = append(paths, r.path(n))
		}
	}
	return paths
}

func (r *Reserve) path(n int) string { return filepath.Join(r.folder, fmt.Sprintf("%d", n+1)) }

// allocate makes a file whose blocks are allocated, by writing them where the
// file system cannot allocate. An incomplete file is removed.
func allocate(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = unix.Fallocate(int(f.Fd()), 0, 0, size)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) {
		err = fill(f, size)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func fill(f *os.File, size int64) error {
	block := make([]byte, 1<<16)
	for written := int64(0); written < size; {
		n, err := f.Write(block[:min(size-written, int64(len(block)))])
		if written += int64(n); err != nil {
			return err
		}
	}
	return nil
}
