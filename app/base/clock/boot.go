package clock

import (
	"os"
	"strings"
)

// BootID is the kernel's name for the machine's present run, "" where it has
// none.
func BootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}
