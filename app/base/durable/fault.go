package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// ErrDiskFailed says that the disk failed: written data may be lost, even if a
// later call succeeds.
var ErrDiskFailed = errors.New("the disk failed")

// Fault keeps the first failure of a disk. After one nothing may be acknowledged
// until a new process has read what is really on it: a kernel reports a failed
// sync only once. The zero value is ready.
type Fault struct {
	mu   sync.Mutex
	err  error
	done chan struct{}
}

// Note keeps the first failure; nil is none.
func (f *Fault) Note(err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = fmt.Errorf("%w: %w", ErrDiskFailed, err)
		close(f.signal())
	}
}

// Err is the first failure, nil while there is none.
func (f *Fault) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// Done is closed at the first failure.
func (f *Fault) Done() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.signal()
}

func (f *Fault) signal() chan struct{} {
	if f.done == nil {
		f.done = make(chan struct{})
	}
	return f.done
}

// Broken says whether an error means a failed disk, not a full one or a wrong
// call.
func Broken(err error) bool {
	for _, known := range []error{ErrDiskFailed, syscall.EIO, syscall.EROFS, syscall.ENXIO, syscall.ENODEV, syscall.EUCLEAN, syscall.ESTALE} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// watched are the folders whose failed syncs are noted.
var watched struct {
	sync.Mutex
	folders map[string]*Fault
}

// Watch notes in f every failed sync of this process beneath the folder, until
// stop is called. Another disk, such as a stick, may fail.
func Watch(folder string, f *Fault) (stop func()) {
	folder = filepath.Clean(folder)
	watched.Lock()
	defer watched.Unlock()
	if watched.folders == nil {
		watched.folders = map[string]*Fault{}
	}
	watched.folders[folder] = f
	return func() {
		watched.Lock()
		defer watched.Unlock()
		delete(watched.folders, folder)
	}
}

// noted returns the error of a sync and notes it if the path is watched.
func noted(path string, err error) error {
	if err == nil || errors.Is(err, fs.ErrClosed) {
		return err
	}
	watched.Lock()
	defer watched.Unlock()
	for folder, fault := range watched.folders {
		if path == folder || strings.HasPrefix(path, folder+string(filepath.Separator)) {
			fault.Note(err)
		}
	}
	return err
}
