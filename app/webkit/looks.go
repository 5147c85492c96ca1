package webkit

import (
	"sync"
	"time"
)

// A player requests a video in many parts. Requests within lookLength of the one
// that was noted belong to the same look.
const lookLength = time.Hour

// maxLooks bounds the memory; a forgotten look is noted once more.
const maxLooks = 10_000

// Looks tell a new look at a video from the continuation of one.
type Looks struct {
	mu    sync.Mutex
	noted map[string]time.Time
}

// Note calls note for a new look of that key (caller and video); the
// continuation of one is not noted again.
func (l *Looks) Note(key string, now time.Time, note func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, known := l.noted[key]; known && now.Sub(at).Abs() < lookLength { // the clock may be set back
		return nil
	}
	if err := note(); err != nil {
		return err
	}
	if l.noted == nil || len(l.noted) >= maxLooks {
		l.noted = map[string]time.Time{}
	}
	l.noted[key] = now
	return nil
}
