package clock

import (
	"runtime"
	"testing"
	"time"
)

func TestAnotherProcessTellsTheTimeOfAMarkedClock(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("this machine has no count that processes share")
	}
	server := At(noon) // far from the machine's clock
	mark := server.Mark("boot")
	time.Sleep(20 * time.Millisecond)
	before := server.Now()
	got, ok := mark.Now("boot")
	if after := server.Now(); !ok || got.Before(before.Add(-time.Millisecond)) || got.After(after.Add(time.Millisecond)) {
		t.Errorf("the mark tells %v (%v), the clock between %v and %v", got, ok, before, after)
	}
}

func TestAMarkOfAnotherRunOfTheMachineHoldsNot(t *testing.T) {
	mark := At(noon).Mark("boot")
	nameless, later := mark, mark
	nameless.Boot = ""
	later.Uptime += time.Hour
	for name, c := range map[string]struct {
		mark Mark
		boot string
	}{
		"another run":               {mark, "another"},
		"no name of the run":        {nameless, ""},
		"a count that began anew":   {later, "boot"},
		"a mark nobody ever made":   {Mark{}, "boot"},
		"a mark of nobody, no name": {Mark{}, ""},
	} {
		if got, ok := c.mark.Now(c.boot); ok {
			t.Errorf("%s: the mark tells %v", name, got)
		}
	}
}

func TestAClockCanStartBehindTheMachines(t *testing.T) {
	c := At(noon)
	if got := c.Now().Sub(noon); got < 0 || got > time.Minute {
		t.Errorf("it shows %v after its start", got)
	}
	if c.Jump() <= 0 == time.Now().After(noon) {
		t.Errorf("the machine's clock is %v ahead", c.Jump())
	}
}
