package dirdrop

import (
	"os"

	"golang.org/x/sys/unix"
)

// forget drops the file's pages, so that reading it back asks the device.
func forget(file *os.File) error {
	return unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED)
}
