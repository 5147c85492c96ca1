package webkit

import (
	"sync"
	"time"
)

// A look at a video comes in many requests for parts of it. One within
// lookLength of the one that was noted belongs to the same look.
const lookLength = time.Hour

// maxLooks bounds what is remembered; what is forgotten is noted once more.
const maxLooks = 10_000

// Looks tell new looks at videos from more of the same.
type Looks struct {
	mu    sync.Mutex
	noted map[string]time.Time
}

// Note calls note for a new look of that key (who, at what); more of a look
// that was noted within the hour is not noted again.
func (l *Looks) Note(key string, now time.Time, note func() error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, known := l.noted[key]; known && now.Sub(at) < lookLength {
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
