// Package clock is the only source of time of a program: it never runs backwards
// and ignores steps of the machine's clock.
//
// It owns nothing that outlives the process; after a crash the caller passes in
// the last time that it recorded. A Mark hands the time to another process. It is
// a leaf: it imports nothing of this project.
package clock

import (
	"sync"
	"sync/atomic"
	"time"
)

// Clock tells the time.
type Clock interface {
	Now() time.Time
}

// System reads the machine's clock once and counts on with the monotonic clock.
type System struct {
	base  time.Time            // when elapsed was zero
	since func() time.Duration // monotonic time since then
	wall  func() time.Time     // the machine's clock, which may step

	set    atomic.Int64 // nanoseconds by which people set it since
	agreed atomic.Int64 // nanoseconds by which people know the machine's clock to be ahead
}

// New starts the clock now, or at notBefore if the machine's clock is behind
// it: notBefore is the last time that was written down.
func New(notBefore time.Time) *System {
	start := time.Now()
	return newSystem(notBefore, time.Now, func() time.Duration { return time.Since(start) })
}

func newSystem(notBefore time.Time, wall func() time.Time, since func() time.Duration) *System {
	base := wall().Round(0) // without the monotonic reading
	if base.Before(notBefore) {
		base = notBefore.Round(0)
	}
	return &System{base: base, since: since, wall: wall}
}

// Now never goes backwards within the process unless a person sets it, and is
// never earlier than New's notBefore.
func (s *System) Now() time.Time { return s.base.Add(s.since() + time.Duration(s.set.Load())) }

// Jump is how far the machine's clock is ahead of ours (negative: behind): it
// was set, or the machine slept, since the start. Staff are shown it.
func (s *System) Jump() time.Duration { return s.wall().Round(0).Sub(s.Now()) }

// Tolerance is how far the machine's clock may part from ours before the date
// is in doubt.
const Tolerance = 5 * time.Minute

// Doubted says whether the machine's clock differs from ours by more than a
// person confirmed, so that either may be the wrong one.
func (s *System) Doubted() bool {
	jump := s.Jump()
	return jump.Abs() >= Tolerance && (jump-s.Agreed()).Abs() >= Tolerance
}

// Agreed is how far a person knows the machine's clock to be ahead of the time.
func (s *System) Agreed() time.Duration { return time.Duration(s.agreed.Load()) }

// Agree notes how far the machine's clock is known to be ahead.
func (s *System) Agree(ahead time.Duration) { s.agreed.Store(int64(ahead)) }

// Set moves the clock by d, also back, when a person confirmed the time. The
// machine's clock is then known to be off by that much.
func (s *System) Set(d time.Duration) {
	s.set.Add(int64(d))
	s.Agree(s.Jump())
}

// SetBy is the sum of what people set, by which times noted before and after a
// Set can be compared.
func (s *System) SetBy() time.Duration { return time.Duration(s.set.Load()) }

// Doubted says whether a clock's date is in doubt; false for a clock that does
// not know.
func Doubted(c Clock) bool {
	d, tells := c.(interface{ Doubted() bool })
	return tells && d.Doubted()
}

// Jump is how far the machine's clock is ahead of c; zero for a clock that does
// not know.
func Jump(c Clock) time.Duration {
	if j, tells := c.(interface{ Jump() time.Duration }); tells {
		return j.Jump()
	}
	return 0
}

// Fake stands still until it is set. It is safe for several goroutines.
type Fake struct {
	mu   sync.Mutex
	now  time.Time
	jump time.Duration
}

// NewFake returns a clock that shows t.
func NewFake(t time.Time) *Fake { return &Fake{now: t} }

// Now returns the time shown.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Advance moves the time by d and returns it.
func (f *Fake) Advance(d time.Duration) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
	return f.now
}

// Set shows t, which may be earlier: a fake may do what System never does.
func (f *Fake) Set(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t
}

// Jump is how far the machine's clock beside it is ahead.
func (f *Fake) Jump() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.jump
}

// SetJump puts the machine's clock beside it ahead by d.
func (f *Fake) SetJump(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.jump = d
}

// Doubted is System's.
func (f *Fake) Doubted() bool { return f.Jump().Abs() >= Tolerance }
