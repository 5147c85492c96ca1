package durable

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// FS is what the steps need of a file system. A path is the operating
// system's. Nothing is safe before it was synced: a file's bytes by its handle, a
// name (made, renamed or removed) by SyncDir of its folder.
type FS interface {
	OpenFile(path string, flag int, perm os.FileMode) (Handle, error)
	Rename(from, to string) error
	Remove(path string) error
	Mkdir(path string, perm os.FileMode) error
	Stat(path string) (os.FileInfo, error)
	ReadDir(path string) ([]os.DirEntry, error)
	SyncDir(dir string) error
}

// Handle is an open file.
type Handle interface {
	io.Reader
	io.Writer
	io.ReaderAt
	io.WriterAt
	io.Closer
	// Truncate cuts the file to size bytes, or fills it up with zeros.
	Truncate(size int64) error
	// Sync makes content and metadata safe. After an error nothing about the
	// file's unsynced bytes is known, also when a second call succeeds.
	Sync() error
	// Datasync is Sync without the metadata that reading does not need (times).
	// The size is included.
	Datasync() error
	// Allocate allocates size bytes on the disk now, so that writing them is
	// cheap and cannot find the disk full. The file's size stays. It does
	// nothing if the file system cannot do it.
	Allocate(size int64) error
	// WriteDirect is WriteAt past the page cache, where the file system can: the
	// bytes are on their way to the disk when it returns, and no less unsafe
	// before a sync. Offset, length and address of p are multiples of Page.
	// Until the next WriteAt the handle is for writing only: a read would have
	// to be aligned as well.
	WriteDirect(p []byte, offset int64) (int, error)
	// StartWriteback asks the disk to begin writing n bytes from offset, so
	// that a later Datasync waits less. It promises nothing and never fails.
	StartWriteback(offset, n int64)
}

// Disk runs the durable steps over a file system.
type Disk struct {
	FS FS
}

// OS is the machine's own disk, on which the package's functions act.
func OS() Disk { return Disk{FS: osFS{}} }

type osFS struct{}

func (osFS) OpenFile(path string, flag int, perm os.FileMode) (Handle, error) {
	f, err := os.OpenFile(path, flag, perm)
	if err != nil {
		return nil, err
	}
	return osFile{File: f, direct: &direct{}}, nil
}

func (osFS) Rename(from, to string) error               { return rename(from, to) }
func (osFS) Remove(path string) error                   { return os.Remove(path) }
func (osFS) Mkdir(path string, perm os.FileMode) error  { return os.Mkdir(path, perm) }
func (osFS) Stat(path string) (os.FileInfo, error)      { return os.Stat(path) }
func (osFS) ReadDir(path string) ([]os.DirEntry, error) { return os.ReadDir(path) }
func (osFS) SyncDir(dir string) error {
	err := syncDir(dir)
	if failed, ok := errors.AsType[*os.PathError](err); ok && failed.Op == "open" {
		return err // it was not synced at all
	}
	return noted(dir, err)
}

// Page is what direct writes are aligned to, in bytes: the largest block of a
// disk or file system that asks for alignment.
const Page = 4096

// osFile is for one goroutine that writes; syncs may run beside it.
type osFile struct {
	*os.File
	direct *direct
}

func (f osFile) Sync() error               { return noted(f.Name(), f.File.Sync()) }
func (f osFile) Datasync() error           { return noted(f.Name(), datasync(f.File)) }
func (f osFile) Allocate(size int64) error { return allocate(f.File, size) }

func (f osFile) WriteAt(p []byte, offset int64) (int, error) {
	if err := f.direct.set(f.File, false); err != nil {
		return 0, err
	}
	return f.File.WriteAt(p, offset)
}

func (f osFile) WriteDirect(p []byte, offset int64) (int, error) {
	if err := f.direct.set(f.File, true); err != nil {
		return 0, err
	}
	n, err := f.File.WriteAt(p, offset)
	if f.direct.on && errors.Is(err, syscall.EINVAL) {
		f.direct.never = true // it promised, and does not
		more, err := f.WriteAt(p[n:], offset+int64(n))
		return n + more, err
	}
	return n, err
}

func (f osFile) StartWriteback(offset, n int64) { startWriteback(f.File, offset, n) }
