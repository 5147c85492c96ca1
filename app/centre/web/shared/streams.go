package shared

import (
	"slices"
	"sync"
)

// MaxStreams is how many event streams one person has: a few devices with a
// page or two each.
const MaxStreams = 8

// Streams end a person's oldest event stream when one too many is opened: of a
// phone that was reloaded, the newest is the one that is looked at.
type Streams struct {
	mu       sync.Mutex
	of       map[string][]chan struct{}
	sessions sessions
}

// open counts a stream in. ended is closed when the server stops or the stream
// has to end; left counts it out.
func (s *Streams) open(person string, stopping <-chan struct{}) (ended <-chan struct{}, left func()) {
	mine, gone := make(chan struct{}), make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string][]chan struct{}{}
	}
	if list := s.of[person]; len(list) >= MaxStreams {
		close(list[0])
		s.of[person] = list[1:]
	}
	s.of[person] = append(s.of[person], mine)
	both := make(chan struct{})
	go func() {
		defer close(both)
		select {
		case <-stopping:
		case <-mine:
		case <-gone:
		}
	}()
	return both, sync.OnceFunc(func() {
		close(gone)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.of[person] = slices.DeleteFunc(s.of[person], func(one chan struct{}) bool { return one == mine })
		if len(s.of[person]) == 0 {
			delete(s.of, person)
		}
	})
}
