package clock

import (
	"testing"
	"testing/synctest"
	"time"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// machine is a wall clock that can step beside a monotonic one that cannot.
type machine struct {
	wall time.Time
	mono time.Duration
}

func (m *machine) start(notBefore time.Time) *System {
	return newSystem(notBefore, func() time.Time { return m.wall }, func() time.Duration { return m.mono })
}

func (m *machine) pass(d time.Duration) {
	m.wall = m.wall.Add(d)
	m.mono += d
}

func TestARunningCountdownDoesNotSeeStepsOfTheMachinesClock(t *testing.T) {
	steps := map[string]time.Duration{
		"an hour ahead":      time.Hour,
		"an hour back":       -time.Hour,
		"twenty years ahead": 20 * 365 * 24 * time.Hour,
		"back to about 1970": -56 * 365 * 24 * time.Hour,
		"not at all":         0,
	}
	for name, step := range steps {
		t.Run(name, func(t *testing.T) {
			m := &machine{wall: noon}
			c := m.start(time.Time{})
			m.pass(time.Minute)
			m.wall = m.wall.Add(step)
			m.pass(time.Minute)
			if got, want := c.Now(), noon.Add(2*time.Minute); !got.Equal(want) {
				t.Errorf("now %v, want %v", got, want)
			}
			if got := c.Jump(); got != step {
				t.Errorf("jump %v, want %v", got, step)
			}
		})
	}
}

func TestAMachineThatStartsIn1970GoesOnFromTheLastTimeWrittenDown(t *testing.T) {
	m := &machine{wall: time.Unix(0, 0)}
	c := m.start(noon)
	m.pass(time.Second)
	if got, want := c.Now(), noon.Add(time.Second); !got.Equal(want) {
		t.Errorf("now %v, want %v", got, want)
	}
}

func TestTheRealClockRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(time.Time{})
		before := c.Now()
		time.Sleep(time.Minute)
		if got := c.Now().Sub(before); got != time.Minute {
			t.Errorf("a minute took %v", got)
		}
		if got := c.Jump(); got != 0 {
			t.Errorf("jump %v", got)
		}
	})
}

func TestTheFakeClockMovesOnlyWhenTold(t *testing.T) {
	f := NewFake(noon)
	var c Clock = f
	f.Advance(time.Second)
	if got := c.Now(); !got.Equal(noon.Add(time.Second)) {
		t.Errorf("now %v", got)
	}
	f.Set(noon)
	if got := c.Now(); !got.Equal(noon) {
		t.Errorf("now %v", got)
	}
}

func TestADateIsInDoubtWhenTheClocksPartByFiveMinutes(t *testing.T) {
	for _, c := range []struct {
		name  string
		step  time.Duration
		doubt bool
	}{
		{"not at all", 0, false},
		{"a little less ahead", Tolerance - time.Second, false},
		{"five minutes ahead", Tolerance, true},
		{"five minutes back", -Tolerance, true},
		{"years ahead", 20 * 365 * 24 * time.Hour, true},
		{"back to about 1970", -56 * 365 * 24 * time.Hour, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &machine{wall: noon}
			clk := m.start(time.Time{})
			m.pass(time.Minute)
			m.wall = m.wall.Add(c.step)
			if got := Doubted(clk); got != c.doubt {
				t.Errorf("in doubt: %v", got)
			}
			m.wall = m.wall.Add(-c.step)
			if Doubted(clk) {
				t.Error("still in doubt although the machine's clock is as it was")
			}
		})
	}
}

func TestAPersonSetsTheClockAndTheMachinesMayStayWrong(t *testing.T) {
	m := &machine{wall: time.Unix(0, 0)}
	c := m.start(noon)
	right := noon.Add(14 * time.Hour)
	c.Set(right.Sub(c.Now()))
	m.pass(time.Minute)
	if got := c.Now(); !got.Equal(right.Add(time.Minute)) || Doubted(c) {
		t.Errorf("it shows %v, in doubt %v", got, Doubted(c))
	}
	m.wall = m.wall.Add(time.Hour)
	if !Doubted(c) {
		t.Error("another jump is not seen")
	}
	c.Set(-time.Hour)
	if got := c.Now(); !got.Equal(right.Add(time.Minute-time.Hour)) || Doubted(c) {
		t.Errorf("set back it shows %v, in doubt %v", got, Doubted(c))
	}
}
