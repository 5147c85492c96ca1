package intake

import (
	"slices"
	"sync"

	"kaodian/app/base/refusal"
)

// shown is a version of a preview. Its lock is of all versions: whoever adds to
// the preview, takes it in or lets it go has it.
type shown interface {
	id() string
	lock() *sync.Mutex
	clear() // removes its files
}

// shelf keeps the latest previews of one kind until they are taken in or let go.
type shelf[P shown] struct {
	mu   sync.Mutex
	kept []P // the latest last
}

// find returns a preview that is still kept.
func (s *shelf[P]) find(id string) (p P, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.kept, func(p P) bool { return p.id() == id })
	if at < 0 {
		return p, refusal.New(PreviewGone)
	}
	return s.kept[at], nil
}

// put keeps a version in place of the former one. Of more than most previews
// the oldest goes.
func (s *shelf[P]) put(p P, most int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.without(p.id()), p)
	for len(s.kept) > most {
		if oldest := s.kept[0]; oldest.lock().TryLock() {
			oldest.clear()
			oldest.lock().Unlock()
		} // else whoever takes it in lets it go
		s.kept = s.kept[1:]
	}
}

func (s *shelf[P]) without(id string) []P {
	return slices.DeleteFunc(s.kept, func(p P) bool { return p.id() == id })
}

// hold keeps a preview for the caller alone; Busy while somebody else adds to
// it or takes it in.
func (s *shelf[P]) hold(id string) (p P, done func(), err error) {
	if p, err = s.find(id); err != nil {
		return p, nil, err
	}
	held := p.lock()
	if !held.TryLock() {
		return p, nil, refusal.New(Busy)
	}
	if p, err = s.find(id); err != nil { // what became of it meanwhile
		held.Unlock()
		return p, nil, err
	}
	return p, held.Unlock, nil
}

// forget lets a preview go that the caller holds.
func (s *shelf[P]) forget(p P) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.clear()
	s.kept = s.without(p.id())
}

// letGo lets a preview go that nobody holds; one that is gone already is no error.
func (s *shelf[P]) letGo(id string) error {
	p, done, err := s.hold(id)
	if refusal.Is(err, PreviewGone) {
		return nil
	}
	if err != nil {
		return err
	}
	defer done()
	s.forget(p)
	return nil
}
