package durable

import (
	"io"
	"os"
)

// FS is what the steps need of a file system. A path is the operating
// system's. Nothing an implementation did is safe before it was synced: a
// file's bytes by its handle, a name (made, renamed or removed) by SyncDir of
// its folder.
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
	// Datasync is Sync without what reading does not need (times). The size
	// is included.
	Datasync() error
	// Allocate takes the room of size bytes on the disk now, so that writing
	// them is cheap and cannot find the disk full. The file's size stays. It
	// does nothing where the file system cannot do it.
	Allocate(size int64) error
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
	return osFile{f}, nil
}

func (osFS) Rename(from, to string) error               { return rename(from, to) }
func (osFS) Remove(path string) error                   { return os.Remove(path) }
func (osFS) Mkdir(path string, perm os.FileMode) error  { return os.Mkdir(path, perm) }
func (osFS) Stat(path string) (os.FileInfo, error)      { return os.Stat(path) }
func (osFS) ReadDir(path string) ([]os.DirEntry, error) { return os.ReadDir(path) }
func (osFS) SyncDir(dir string) error                   { return syncDir(dir) }

type osFile struct{ *os.File }

func (f osFile) Datasync() error                { return datasync(f.File) }
func (f osFile) Allocate(size int64) error      { return allocate(f.File, size) }
func (f osFile) StartWriteback(offset, n int64) { startWriteback(f.File, offset, n) }
