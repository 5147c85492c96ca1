package store

import "sync"

// BoardKey is what to Watch for news of all that the desk's board shows: of every
// order and call for help, and of uploads and closed rows, which have no key.
const BoardKey = "board"

// watchers tell who looks at an order, or at a device's call for help, that it
// changed. They are for pages
// that are open now: nothing that must happen hangs on them.
type watchers struct {
	mu    sync.Mutex
	byKey map[string]map[chan struct{}]bool
}

// Watch returns a channel that gets a value after every committed change of
// the order, or of what another key of this store names, several changes perhaps
// as one, and the function that ends it.
func (s *Store) Watch(key string) (changed <-chan struct{}, stop func()) {
	signal := make(chan struct{}, 1)
	w := &s.watchers
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byKey == nil {
		w.byKey = map[string]map[chan struct{}]bool{}
	}
	if w.byKey[key] == nil {
		w.byKey[key] = map[chan struct{}]bool{}
	}
	w.byKey[key][signal] = true
	return signal, func() { w.stop(key, signal) }
}

func (w *watchers) stop(key string, signal chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.byKey[key], signal)
	if len(w.byKey[key]) == 0 {
		delete(w.byKey, key)
	}
}

func (w *watchers) tell(keys []string) {
	if len(keys) == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, key := range append(keys, BoardKey) {
		for signal := range w.byKey[key] {
			select {
			case signal <- struct{}{}:
			default: // it has one waiting already
			}
		}
	}
}
