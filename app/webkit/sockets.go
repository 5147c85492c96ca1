package webkit

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"kaodian/app/base/refusal"
)

// Sockets lets no address hold more than Max at once (0 or nil: no
// limit); what it is may change.
type Sockets struct {
	Max func() int

	mu   sync.Mutex
	open map[netip.Addr]int
}

// Admit counts a socket; release, which may be called more than once, uncounts it.
// A socket too many is answered and closed here; admitted is false then.
func (s *Sockets) Admit(c net.Conn) (release func(), admitted bool) {
	from := addressOf(c)
	if !s.enter(from) {
		go reject(c)
		return nil, false
	}
	return sync.OnceFunc(func() { s.release(from) }), true
}

// addressOf is the peer's address; in IPv6 its network, because a phone can
// choose any address within it.
func addressOf(c net.Conn) netip.Addr {
	from, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{} // no TCP: all share one place
	}
	return Network(from.Addr())
}

func (s *Sockets) enter(from netip.Addr) bool {
	most := 0
	if s.Max != nil {
		most = s.Max()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if most > 0 && s.open[from] >= most {
		return false
	}
	if s.open == nil {
		s.open = map[netip.Addr]int{}
	}
	s.open[from]++
	return true
}

func (s *Sockets) release(from netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[from]--; s.open[from] <= 0 {
		delete(s.open, from)
	}
}

const rejectTime = time.Second // for the answer to one socket too many

const rejectSize = 256 << 10 // is read of what it sends

// reject answers one socket too many and closes it within rejectTime.
func reject(c net.Conn) {
	defer c.Close() // nothing to save
	if c.SetDeadline(time.Now().Add(rejectTime)) != nil {
		return
	}
	problem := ProblemOf(refusal.New(TooManyConnections))
	body, err := json.Marshal(problem)
	if err != nil {
		return
	}
	_, err = fmt.Fprintf(c, "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\n"+
		"Retry-After: 2\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", problem.Status, problem.Title, len(body), body)
	if err == nil {
		closeWrite(c)
		_, _ = io.CopyN(io.Discard, c, rejectSize) // its bytes are refused anyway
	}
}

// closeWrite tells the other side that nothing more comes. A failure means that
// it is gone, which the next read finds too.
func closeWrite(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
