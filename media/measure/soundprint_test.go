package measure

import (
	"testing"
	"time"
)

// A file whose times jump by years fills no memory.
func TestTimesThatJumpFillNothing(t *testing.T) {
	m := newSoundMeter(1, 8000, limits.Silent)
	for hour := range 2000 {
		m.write(time.Duration(hour)*7*time.Hour, make([]byte, 4*printFrame))
	}
	if got := len(m.prints.prints); got > maxPrints || len(m.prints.peaks) != got {
		t.Errorf("%d numbers, %d peaks", got, len(m.prints.peaks))
	}
	if s := m.result(); s == nil || s.Peak != digitalZero {
		t.Errorf("%+v", s)
	}
}

// The sound after a gap keeps its time in the print.
func TestAGapKeepsTheTimeOfWhatFollows(t *testing.T) {
	p := newSoundPrinter(printRate)
	p.restart(0)
	for range 3 * printRate {
		p.sample(0)
	}
	p.restart(10 * time.Second)
	if got := time.Duration(len(p.prints)) * PrintStep; (got - 10*time.Second).Abs() > 2*PrintStep {
		t.Errorf("the print goes on at %s", got)
	}
}
