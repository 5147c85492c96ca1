package upload

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"kaodian/app/base/refusal"
)

// locks has one lock per upload. A new request asks the current holder to
// release it: the holder is nearly always a request whose phone is gone.
type locks struct {
	mu      sync.Mutex
	held    map[string]*lock
	cancels atomic.Int64 // calls of cancelAttempt
}

type lock struct {
	holder  *hold
	waiting []*hold
}

// hold is one request's place at an upload's lock.
type hold struct {
	id      string
	attempt string // "" until the upload was looked up
	device  string
	cancels int64         // locks.cancels before the upload was looked up
	ready   chan struct{} // closed when the lock is ours
	arrived atomic.Int64  // bytes of the upload that came, safe or not; 0 until some did

	mu        sync.Mutex
	cause     error  // why the request was cancelled; nil while it was not
	interrupt func() // ends a blocked read
}

func newLocks() *locks { return &locks{held: map[string]*lock{}} }

// errTakenOver is the answer to a request whose upload went on in another.
func errTakenOver() error { return refusal.New(Failed, "reason", "taken_over") }

// try takes the lock if it is free.
func (l *locks) try(h *hold) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[h.id] != nil {
		return false
	}
	l.held[h.id] = &lock{holder: h}
	return true
}

// acquire cancels the holder and waits until the lock is free or ctx ends.
func (l *locks) acquire(ctx context.Context, h *hold) error {
	l.mu.Lock()
	current := l.held[h.id]
	if current == nil {
		l.held[h.id] = &lock{holder: h}
		l.mu.Unlock()
		return nil
	}
	h.ready = make(chan struct{})
	current.waiting = append(current.waiting, h)
	current.holder.cancel(errTakenOver())
	l.mu.Unlock()

	select {
	case <-h.ready:
		return nil
	case <-ctx.Done():
		l.giveUp(h)
		return ctx.Err()
	}
}

// giveUp takes h out of the queue; it may have got the lock meanwhile.
func (l *locks) giveUp(h *hold) {
	l.mu.Lock()
	current := l.held[h.id]
	if current != nil && current.holder != h {
		current.waiting = slices.DeleteFunc(current.waiting, func(w *hold) bool { return w == h })
		l.mu.Unlock()
		return
	}
	l.mu.Unlock()
	l.release(h)
}

// arrived is how many bytes of an upload came with the request that holds its
// lock; 0 where none does.
func (l *locks) arrived(id string) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if current := l.held[id]; current != nil {
		return current.holder.arrived.Load()
	}
	return 0
}

// release hands the lock to the first in the queue, and cancels it at once
// if newer requests wait behind it.
func (l *locks) release(h *hold) {
	l.mu.Lock()
	defer l.mu.Unlock()
	current := l.held[h.id]
	if len(current.waiting) == 0 {
		delete(l.held, h.id)
		return
	}
	current.holder, current.waiting = current.waiting[0], current.waiting[1:]
	if len(current.waiting) > 0 {
		current.holder.cancel(errTakenOver())
	}
	close(current.holder.ready)
}

// cancelAttempt cancels the holders of an attempt's uploads.
func (l *locks) cancelAttempt(attempt, exceptDevice string, cause error) {
	l.cancels.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, current := range l.held {
		current.holder.cancelIf(attempt, exceptDevice, cause)
	}
}

func (h *hold) cancelIf(attempt, exceptDevice string, cause error) {
	h.mu.Lock()
	ours := h.attempt == attempt && (exceptDevice == "" || h.device != exceptDevice)
	h.mu.Unlock()
	if ours {
		h.cancel(cause)
	}
}

// cancel asks the request to end; the first cause stays.
func (h *hold) cancel(cause error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cause != nil {
		return
	}
	h.cause = cause
	if h.interrupt != nil {
		h.interrupt()
	}
}

// watch calls interrupt when the request is cancelled, also if it was already.
func (h *hold) watch(attempt, device string, interrupt func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.attempt, h.device, h.interrupt = attempt, device, interrupt
	if h.cause != nil && interrupt != nil {
		interrupt()
	}
}

// err returns why the request should end, or nil.
func (h *hold) err() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cause
}
