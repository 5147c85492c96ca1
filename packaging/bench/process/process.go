// Package process reads what a process used of the machine, processor and
// memory, for the benchmarks. It keeps nothing, and imports nothing of this
// project.
package process

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// clockTicks is the unit of processor times in /proc on every Linux we run on.
const clockTicks = 100

// Time is what a process has used of the processor so far, user and system
// together, without its children.
func Time(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name in parentheses may hold spaces.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+2:]))
	const user, system = 11, 12
	var ticks int64
	for _, place := range []int{user, system} {
		n, err := strconv.ParseInt(fields[place], 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / clockTicks, nil
}

// Memory is what a process holds now, in bytes.
func Memory(pid int) (int64, error) { return kibibytes(fmt.Sprintf("/proc/%d/status", pid), "VmRSS") }

// Peak is the most that a process has held since its start or ForgetPeak, in bytes.
func Peak(pid int) (int64, error) { return kibibytes(fmt.Sprintf("/proc/%d/status", pid), "VmHWM") }

// ForgetPeak starts Peak anew at the memory held now.
func ForgetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}

// Available is the memory that the machine could give to a program now, in bytes.
func Available() (int64, error) { return kibibytes("/proc/meminfo", "MemAvailable") }

func kibibytes(path, name string) (int64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			n, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("no %s in %s", name, path)
}
