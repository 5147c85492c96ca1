package upload

import (
	"context"
	"sync"
)

// recorder gathers offsets that are due at the same time into one
// transaction: under 200 phones one fsync of the database serves them all.
type recorder struct {
	store Store

	mu      sync.Mutex
	pending []pendingOffset
	busy    bool // a transaction is under way; what comes now goes into the next
}

type pendingOffset struct {
	offset Offset
	done   chan error
}

// record returns when the offset is written down.
func (r *recorder) record(ctx context.Context, offset Offset) error {
	mine := pendingOffset{offset: offset, done: make(chan error, 1)}
	r.mu.Lock()
	r.pending = append(r.pending, mine)
	leader := !r.busy
	r.busy = true
	r.mu.Unlock()
	if leader {
		r.writeOnce(ctx)
	}
	return <-mine.done
}

// writeOnce writes what is pending, then leaves the rest to a goroutine: the
// leader's own request must not wait for those that came after it.
func (r *recorder) writeOnce(ctx context.Context) {
	r.mu.Lock()
	batch := r.pending
	r.pending = nil
	r.mu.Unlock()

	offsets := make([]Offset, len(batch))
	for i, p := range batch {
		offsets[i] = p.offset
	}
	err := r.store.RecordOffsets(ctx, offsets)
	for _, p := range batch {
		p.done <- err
	}

	r.mu.Lock()
	r.busy = len(r.pending) > 0
	more := r.busy
	r.mu.Unlock()
	if more {
		go r.writeOnce(ctx)
	}
}
