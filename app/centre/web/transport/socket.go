package transport

import "golang.org/x/sys/unix"

// worthReading is how many bytes that wait are read for a write that has
// others already: fewer would cost more calls than their larger write saves.
const worthReading = 32 << 10

// waiting is how many bytes the socket has, 0 when it does not tell.
func waiting(fd uintptr) int {
	n, err := unix.IoctlGetInt(int(fd), unix.SIOCINQ)
	if err != nil {
		return 0
	}
	return n
}

// hasBytes says whether reading from the socket would not block.
func hasBytes(fd uintptr) bool {
	var one [1]byte
	_, _, err := unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	return err != unix.EAGAIN
}
