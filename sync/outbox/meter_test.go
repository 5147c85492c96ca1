package outbox

import (
	"testing"
	"time"
)

func TestTheRestIsForetoldFromTheLastHalfMinute(t *testing.T) {
	var m meter
	if _, moves := m.read(time.Now()); moves {
		t.Error("a run goes on before one began")
	}
	m.begin(Sending, 1, 1000)
	start := m.marks[0].at
	m.at(100) // lies at the drop already, and says nothing of the line
	told := func(after time.Duration) time.Duration {
		p, _ := m.read(start.Add(after))
		return p.Remaining
	}
	m.move(10, start.Add(time.Second))
	if got := told(time.Second); got != 0 {
		t.Errorf("after a second it foretells %v", got)
	}
	for second := 2; second <= 10; second++ {
		m.move(10, start.Add(time.Duration(second)*time.Second))
	}
	if got := told(10 * time.Second); got != 80*time.Second {
		t.Errorf("800 bytes at 10 a second are %v", got)
	}
	for second := 11; second <= 60; second++ { // the line became slow
		m.move(1, start.Add(time.Duration(second)*time.Second))
	}
	if got := told(60 * time.Second); got != 750*time.Second {
		t.Errorf("750 bytes at 1 a second are %v", got)
	}
	if got := told(120 * time.Second); got <= 750*time.Second {
		t.Errorf("a line that stands still foretells %v", got)
	}
	m.end()
	if _, moves := m.read(start); moves {
		t.Error("it goes on after its end")
	}
}
