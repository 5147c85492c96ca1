package web

import "golang.org/x/sys/unix"

// hasBytes says whether reading from the socket would not block.
func hasBytes(fd uintptr) bool {
	var one [1]byte
	_, _, err := unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	return err != unix.EAGAIN
}
