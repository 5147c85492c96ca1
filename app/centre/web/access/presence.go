package access

import (
	"sync"
	"time"
)

// quiet is how long nothing is heard of a phone before it counts as lost: its
// page asks every 20 seconds also where nothing happens.
const quiet = time.Minute

// forgotten is after how long a phone that is not heard is no longer kept.
const forgotten = 24 * time.Hour

// Presence knows when each phone was heard last. It is in memory only: after a
// start every phone has its minute again.
type Presence struct {
	mu    sync.Mutex
	since time.Time            // when it was first asked, soon after the start
	heard map[string]time.Time // by device
	swept time.Time
}

// Hear notes that the device asked for something.
func (p *Presence) Hear(device string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard[device] = now
	if now.Sub(p.swept) < forgotten {
		return
	}
	p.swept = now
	for one, at := range p.heard {
		if now.Sub(at) > forgotten {
			delete(p.heard, one)
		}
	}
}

func (p *Presence) start(now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.since.IsZero() {
		p.since = now
	}
	return p.since
}

// Heard is when the device was heard last, zero if it was not since the start.
func (p *Presence) Heard(device string) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard[device]
}

// LostSince is since when nothing is heard of the device that holds what began
// then, zero while it is not lost.
func (p *Presence) LostSince(device string, began, now time.Time) time.Time {
	last := p.Heard(device)
	for _, other := range []time.Time{began, p.start(now)} {
		if other.After(last) {
			last = other
		}
	}
	if now.Sub(last) < quiet {
		return time.Time{}
	}
	return last
}
