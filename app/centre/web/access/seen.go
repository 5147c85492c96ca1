package access

import (
	"sync"
	"time"
)

// Sight is when and from where a session was last used.
type Sight struct {
	At      time.Time
	Address string
}

// maxSights is more than staff have sessions.
const maxSights = 4096

// seen knows when sessions were last used, since the server's start: a write to
// the disk for every look at a page would cost more than the knowledge is worth.
type seen struct {
	mu   sync.Mutex
	list map[string]Sight
}

func (s *seen) note(session string, sight Sight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.list == nil || len(s.list) >= maxSights {
		s.list = map[string]Sight{}
	}
	s.list[session] = sight
}

// LastSeen is when and from where the session of that name was last used; zero
// if not since the server's start.
func (d *Door) LastSeen(session string) Sight {
	d.seen.mu.Lock()
	defer d.seen.mu.Unlock()
	return d.seen.list[session]
}
