package shared

import (
	"context"
	"sync"
	"time"

	"kaodian/app/centre/store"
)

// sessions are the log-ins that held when they were last read: once for all
// streams, since a question for each of them was a quarter of what a room of 210
// phones costs the processor.
type sessions struct {
	mu   sync.Mutex
	at   time.Time
	held map[string]bool
}

// holds tells whether the session held within the last pulse; one that cannot be
// asked about is not ended. It asks under the lock: whoever waits there would ask
// the same.
func (l *sessions) holds(ctx context.Context, s *store.Store, secretHash string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.at) >= pulse {
		held, err := s.HeldSessions(ctx)
		if err != nil {
			return true
		}
		l.held, l.at = held, time.Now()
	}
	return l.held[secretHash]
}
