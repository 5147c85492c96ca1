package web

import (
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// traffic counts the requests under way, and holds back work that can wait
// while they are many: renditions are for later, a child's upload is now.
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

// newTraffic takes more than four requests for each processor at once for
// many: as many phones in one moment mean that hundreds are at work.
func newTraffic(hold func() (release func())) *traffic {
	return &traffic{hold: hold, many: 4 * runtime.GOMAXPROCS(0)}
}

func (t *traffic) handle(c *fiber.Ctx) error {
	if t.hold == nil || strings.HasSuffix(c.Path(), "/events") { // a stream of news is always under way
		return c.Next()
	}
	t.begin()
	defer t.end()
	return c.Next()
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
