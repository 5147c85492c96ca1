package dirdrop

import (
	"os"

	"golang.org/x/sys/unix"
)

// forget drops the file's pages, so that reading it back asks the device. Not
// every file system can; then memory is read, as everywhere else.
func forget(file *os.File) {
	_ = unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED)
}
