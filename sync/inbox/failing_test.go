package inbox_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"kaodian/app/base/durable"
	"kaodian/sync/inbox"
)

type outcome = inbox.Outcome

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), time.Minute)
}

var errPower = errors.New("the power is gone")

// failing is a disk on which, from the left-th step on, nothing works.
type failing struct {
	durable.FS
	left int
}

func (f *failing) step() error {
	if f.left--; f.left <= 0 {
		return errPower
	}
	return nil
}

func (f *failing) OpenFile(path string, flag int, perm os.FileMode) (durable.Handle, error) {
	if err := f.step(); err != nil {
		return nil, err
	}
	handle, err := f.FS.OpenFile(path, flag, perm)
	return failingHandle{Handle: handle, disk: f}, err
}

func (f *failing) Rename(from, to string) error {
	return errors.Join(f.step(), f.unless(func() error { return f.FS.Rename(from, to) }))
}

func (f *failing) Remove(path string) error {
	return errors.Join(f.step(), f.unless(func() error { return f.FS.Remove(path) }))
}

func (f *failing) Mkdir(path string, perm os.FileMode) error {
	return errors.Join(f.step(), f.unless(func() error { return f.FS.Mkdir(path, perm) }))
}

func (f *failing) SyncDir(dir string) error {
	return errors.Join(f.step(), f.unless(func() error { return f.FS.SyncDir(dir) }))
}

func (f *failing) unless(do func() error) error {
	if f.left <= 0 {
		return nil
	}
	return do()
}

type failingHandle struct {
	durable.Handle
	disk *failing
}

func (h failingHandle) Write(p []byte) (int, error) {
	if err := h.disk.step(); err != nil {
		return 0, err
	}
	return h.Handle.Write(p)
}

func (h failingHandle) Sync() error {
	if err := h.disk.step(); err != nil {
		return err
	}
	return h.Handle.Sync()
}
