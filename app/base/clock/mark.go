package clock

import "time"

// At starts a clock at t, whatever the machine's clock shows, and counts on
// from there.
func At(t time.Time) *System {
	start := time.Now()
	return &System{base: t.Round(0), since: func() time.Duration { return time.Since(start) }, wall: time.Now}
}

// Mark ties a clock to the machine's count of time since it was started, which
// no step of the machine's clock changes: another process of the same machine
// tells the same time by it.
type Mark struct {
	Boot   string        `json:"boot"`      // the machine's present run, as the caller names it
	Uptime time.Duration `json:"uptime_ns"` // the machine's count
	Time   time.Time     `json:"time"`      // what the clock showed then
	Agreed time.Duration `json:"agreed_ns"` // how far the machine's clock was known to be ahead
}

// Mark marks the clock now; boot names the machine's present run. Where the
// machine has no count that processes share, the mark never holds.
func (s *System) Mark(boot string) Mark {
	up, ok := uptime()
	if !ok {
		boot = ""
	}
	return Mark{Boot: boot, Uptime: up, Time: s.Now(), Agreed: s.Agreed()}
}

// Now is what the marked clock shows now; false when the mark is of another
// run of the machine.
func (m Mark) Now(boot string) (time.Time, bool) {
	up, ok := uptime()
	if !ok || m.Boot == "" || m.Boot != boot || up < m.Uptime {
		return time.Time{}, false
	}
	return m.Time.Add(up - m.Uptime), true
}
