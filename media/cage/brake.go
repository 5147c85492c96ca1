package cage

import (
	"context"
	"fmt"
	"sync"
	"syscall"
	"time"
)

// Brake stops children (SIGSTOP) while anybody holds it and continues them after
// the last release: work that can wait leaves the processor to people at once,
// and loses nothing. The zero Brake is ready; it is safe for many goroutines.
type Brake struct {
	mu      sync.Mutex
	held    int
	changed chan struct{} // closed when held begins or ends
}

// Hold stops the children until release is called; further calls of release do
// nothing.
func (b *Brake) Hold() (release func()) {
	b.add(1)
	return sync.OnceFunc(func() { b.add(-1) })
}

func (b *Brake) add(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.held > 0
	b.held += n
	if is := b.held > 0; is != was && b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}

// state is whether it is held, and a channel that is closed when that changes.
func (b *Brake) state() (held bool, changed <-chan struct{}) {
	if b == nil {
		return false, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.changed == nil {
		b.changed = make(chan struct{})
	}
	return b.held > 0, b.changed
}

// awaitBraked is Await under a brake: the deadline does not run while the child
// is stopped.
func awaitBraked(ctx context.Context, p *Process, within time.Duration, brake *Brake) error {
	rest, stopped := within, false
	for {
		held, changed := brake.state()
		if held != stopped {
			if held {
				p.signal(syscall.SIGSTOP)
			} else {
				p.signal(syscall.SIGCONT)
			}
			stopped = held
		}
		began := time.Now()
		var deadline <-chan time.Time
		stop := func() {}
		if !held {
			deadline, stop = timer(rest)
		}
		select {
		case <-changed:
			stop()
			if !held && within > 0 {
				rest = max(time.Millisecond, rest-time.Since(began))
			}
			continue
		case <-p.Ended():
			stop()
			return p.Wait()
		case <-deadline:
			p.Kill()
			<-p.Ended()
			return p.fault(Deadline, fmt.Errorf("took longer than %s", within))
		case <-ctx.Done():
			stop()
			p.Kill()
			<-p.Ended()
			return ctx.Err()
		}
	}
}
