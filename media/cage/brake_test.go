package cage

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// cpuTicks is what a process has used so far, in clock ticks.
func cpuTicks(t *testing.T, pid int) int {
	t.Helper()
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(data[strings.LastIndex(string(data), ")"):]))
	user, _ := strconv.Atoi(fields[12])
	system, _ := strconv.Atoi(fields[13])
	return user + system
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so after 10 s: %s", what)
		}
	}
}

func TestABrakeStopsAChildAndLetsItGoOn(t *testing.T) {
	brake := &Brake{}
	p, err := Start(Command{Path: os.Args[0], Args: []string{"child", "spin"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- awaitBraked(ctx, p, time.Hour, brake) }()
	runs := func() bool {
		before := cpuTicks(t, p.Pid())
		time.Sleep(300 * time.Millisecond)
		return cpuTicks(t, p.Pid()) > before
	}
	eventually(t, "it runs", runs)
	first, second := brake.Hold(), brake.Hold()
	eventually(t, "it stands", func() bool { return !runs() })
	first()
	first() // told twice
	if runs() {
		t.Error("it goes on while somebody holds the brake")
	}
	second()
	eventually(t, "it goes on", runs)
	brake.Hold()
	eventually(t, "it stands again", func() bool { return !runs() })
	cancel() // our own stop ends one that stands, too
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A child that stands takes none of its time.
func TestTheDeadlineStandsWithTheChild(t *testing.T) {
	brake := &Brake{}
	release := brake.Hold()
	p, err := Start(Command{Path: os.Args[0], Args: []string{"child", "spin"}})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- awaitBraked(t.Context(), p, 200*time.Millisecond, brake) }()
	select {
	case err := <-ended:
		t.Fatalf("it ended while it stood: %v", err)
	case <-time.After(600 * time.Millisecond):
	}
	release()
	var fault *Error
	if err := <-ended; !errors.As(err, &fault) || fault.Reason != Deadline {
		t.Errorf("got %v", err)
	}
}
