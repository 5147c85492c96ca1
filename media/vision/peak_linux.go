package vision

import (
	"bufio"
	"fmt"
	"os"
)

// peak is the worker's largest resident size, as the kernel counts it.
func (w *worker) peak() int64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", w.process.Pid()))
	if err != nil {
		return 0
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var kib int64
		if _, err := fmt.Sscanf(lines.Text(), "VmHWM: %d kB", &kib); err == nil {
			return kib << 10
		}
	}
	return 0
}
