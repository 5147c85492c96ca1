//go:build unix

package inbox

import "syscall"

// nonBlocking makes opening a pipe return at once, so that it can be told from a
// file.
const nonBlocking = syscall.O_NONBLOCK
