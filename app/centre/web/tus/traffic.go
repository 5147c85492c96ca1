package tus

import (
	"runtime"
	"sync"
	"time"
)

// traffic counts the uploads under way, and holds back work that can wait
// while they are many: renditions are for later, a child's upload is now. Only
// those who are logged in count, so a stranger's sockets hold nothing back.
type traffic struct {
	hold func() (release func())
	many int

	mu      sync.Mutex
	count   int
	release func() // nil while nothing is held back
	calm    int    // counts the moments at which it became quiet, or busy again
}

// calmFor is how long it has to be quiet before the others go on.
const calmFor = 2 * time.Second

// newTraffic takes four uploads for each processor at once for many: as many
// phones in one moment mean that hundreds are at work.
func newTraffic(hold func() (release func())) *traffic {
	return &traffic{hold: hold, many: 4 * runtime.GOMAXPROCS(0)}
}

// during counts an upload until done is called.
func (t *traffic) during() (done func()) {
	if t.hold == nil {
		return func() {}
	}
	t.begin()
	return t.end
}

func (t *traffic) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count++
	if t.count < t.many {
		return
	}
	t.calm++
	if t.release == nil {
		t.release = t.hold()
	}
}

func (t *traffic) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count--
	if t.count == t.many-1 && t.release != nil {
		t.calm++
		mine := t.calm
		time.AfterFunc(calmFor, func() { t.goOn(mine) })
	}
}

func (t *traffic) goOn(mine int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.calm != mine { // it became busy again meanwhile
		return
	}
	t.release()
	t.release = nil
}
