// Package clock is the one time of a program: it never runs backwards and
// ignores steps of the machine's clock.
//
// It owns nothing that outlives the process; after a crash the caller hands
// in the last time it had written down. A Mark tells the time to a process
// beside. It is a leaf: it imports nothing of this project.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock, read once and from then on counted by the
// monotonic one.
type System struct {
	base  time.Time            // when elapsed was zero
	since func() time.Duration // monotonic time since then
	wall  func() time.Time     // the machine's clock, which may step
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

// Now never goes backwards within the process and is never earlier than New's
// notBefore.
func (s *System) Now() time.Time { return s.base.Add(s.since()) }

// Jump is how far the machine's clock is ahead of ours (negative: behind): it
// was set, or the machine slept, since the start. Staff are shown it.
func (s *System) Jump() time.Duration { return s.wall().Round(0).Sub(s.Now()) }

// Fake stands still until told otherwise. It is safe for several goroutines.
type Fake struct {
	mu  sync.Mutex
	now time.Time
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
