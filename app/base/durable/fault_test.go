package durable

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestAFailedSyncIsNotedForItsDiskOnly(t *testing.T) {
	folder := t.TempDir()
	for _, c := range []struct {
		name, path string
		err        error
		noted      bool
	}{
		{"beneath the folder", filepath.Join(folder, "vault", "clip"), &os.PathError{Op: "sync", Err: syscall.EIO}, true},
		{"the folder itself", folder, &os.PathError{Op: "sync", Err: syscall.EIO}, true},
		{"a folder whose name begins alike", folder + "-stick", &os.PathError{Op: "sync", Err: syscall.EIO}, false},
		{"a stick", "/media/stick/batch", &os.PathError{Op: "sync", Err: syscall.EIO}, false},
		{"a handle that was closed", filepath.Join(folder, "clip"), os.ErrClosed, false},
		{"no failure", filepath.Join(folder, "clip"), nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var f Fault
			stop := Watch(folder, &f)
			if err := noted(c.path, c.err); !errors.Is(err, c.err) {
				t.Errorf("it became %v", err)
			}
			stop()
			if (f.Err() != nil) != c.noted {
				t.Errorf("noted: %v", f.Err())
			}
			select {
			case <-f.Done():
				if !c.noted {
					t.Error("it is told")
				}
			default:
				if c.noted {
					t.Error("nobody is told")
				}
			}
		})
	}
	var f Fault
	defer Watch(folder, &f)()
	if err := SyncDir(filepath.Join(folder, "absent")); err == nil || f.Err() != nil {
		t.Errorf("a folder that is not there: %v, noted %v", err, f.Err())
	}
}
