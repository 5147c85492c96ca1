package store

import "sync"

// watchers tell who looks at an order that it changed. They are for pages
// that are open now: nothing that must happen hangs on them.
type watchers struct {
	mu    sync.Mutex
	byKey map[string]map[chan struct{}]bool
}

// Watch returns a channel that gets a value after every committed change of
// the order, several changes perhaps as one, and the function that ends it.
func (s *Store) Watch(orderID string) (changed <-chan struct{}, stop func()) {
	signal := make(chan struct{}, 1)
	w := &s.watchers
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byKey == nil {
		w.byKey = map[string]map[chan struct{}]bool{}
	}
	if w.byKey[orderID] == nil {
		w.byKey[orderID] = map[chan struct{}]bool{}
	}
	w.byKey[orderID][signal] = true
	return signal, func() { w.stop(orderID, signal) }
}

func (w *watchers) stop(orderID string, signal chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.byKey[orderID], signal)
	if len(w.byKey[orderID]) == 0 {
		delete(w.byKey, orderID)
	}
}

func (w *watchers) tell(orderIDs []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range orderIDs {
		for signal := range w.byKey[id] {
			select {
			case signal <- struct{}{}:
			default: // it has one waiting already
			}
		}
	}
}
