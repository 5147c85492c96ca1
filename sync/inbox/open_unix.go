//go:build unix

package inbox

import "syscall"

// notWaiting opens a pipe at once, so that it can be told from a file.
const notWaiting = syscall.O_NONBLOCK
