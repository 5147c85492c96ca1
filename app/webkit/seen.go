package webkit

import (
	"sync"
	"time"
)

// Sight is when and from where a session was last used.
type Sight struct {
	At      time.Time
	Address string
}

// maxSights is more than accounts have sessions.
const maxSights = 4096

// Sights know when sessions were last used, since the server's start: a write to
// the disk for every look at a page would cost more than the knowledge is worth.
type Sights struct {
	mu   sync.Mutex
	list map[string]Sight
}

// Note is told that a session (login.ShortID) was used.
func (s *Sights) Note(session string, sight Sight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.list == nil || len(s.list) >= maxSights {
		s.list = map[string]Sight{}
	}
	s.list[session] = sight
}

// Last is when and from where the session was last used; zero if not since the
// server's start.
func (s *Sights) Last(session string) Sight {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list[session]
}
