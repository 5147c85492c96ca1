package clock

import (
	"time"

	"golang.org/x/sys/unix"
)

// uptime is the count that Go's monotonic time is made of.
func uptime() (time.Duration, bool) {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return 0, false
	}
	return time.Duration(now.Nano()), true
}
