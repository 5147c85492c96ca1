package durable

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

func datasync(f *os.File) error {
	return onDescriptor(f, "fdatasync", unix.Fdatasync)
}

func allocate(f *os.File, size int64) error {
	err := onDescriptor(f, "fallocate", func(fd int) error {
		return unix.Fallocate(fd, unix.FALLOC_FL_KEEP_SIZE, 0, size)
	})
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) {
		return nil
	}
	return err
}

func startWriteback(f *os.File, offset, n int64) {
	// A hint: where the file system cannot do it, Datasync does it all.
	_ = onDescriptor(f, "sync_file_range", func(fd int) error {
		return unix.SyncFileRange(fd, offset, n, unix.SYNC_FILE_RANGE_WRITE)
	})
}

// onDescriptor calls do on f's descriptor, again while a signal interrupts it.
func onDescriptor(f *os.File, what string, do func(fd int) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		for {
			if failed = do(int(fd)); failed != unix.EINTR {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	if failed != nil {
		return &os.PathError{Op: what, Path: f.Name(), Err: failed}
	}
	return nil
}
