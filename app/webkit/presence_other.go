//go:build !linux

package webkit

// hungUp cannot be known on this system; calls are bounded anyway.
func hungUp(uintptr) bool { return false }
