package durable

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// direct says whether a descriptor's writes bypass the page cache (O_DIRECT).
type direct struct {
	on    bool
	never bool // the file system cannot do it
}

// set changes the mode of f's next writes. If the file system cannot do it, the
// mode stays, which is no error.
func (d *direct) set(f *os.File, on bool) error {
	on = on && !d.never
	if d.on == on {
		return nil
	}
	err := onDescriptor(f, "fcntl", func(fd int) error {
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		if err != nil {
			return err
		}
		flags &^= unix.O_DIRECT
		if on {
			flags |= unix.O_DIRECT
		}
		_, err = unix.FcntlInt(uintptr(fd), unix.F_SETFL, flags)
		return err
	})
	if on && errors.Is(err, unix.EINVAL) {
		d.never = true
		return nil
	}
	if err == nil {
		d.on = on
	}
	return err
}
