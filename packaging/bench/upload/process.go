package main

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

// processorTime is what a process has used so far, user and system together.
func processorTime(pid int) (time.Duration, error) {
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

// memory reads a line of /proc/PID/status such as VmRSS or VmHWM, in bytes.
func memory(pid int, name string) (int64, error) {
	return kibibytes(fmt.Sprintf("/proc/%d/status", pid), name)
}

// meminfo reads a line of /proc/meminfo, in bytes.
func meminfo(name string) (int64, error) { return kibibytes("/proc/meminfo", name) }

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

// forgetPeak starts VmHWM anew at the memory used now.
func forgetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}
