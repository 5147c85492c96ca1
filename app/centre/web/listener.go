package web

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// limit wraps a TCP listener so that no address holds more than max sockets
// (0: no limit) and no write waits longer than stallTimeout. TLS goes on top
// of it.
func limit(l net.Listener, max int) net.Listener {
	return &listener{Listener: l, max: max, open: map[netip.Addr]int{}}
}

type listener struct {
	net.Listener
	max int

	mu   sync.Mutex
	open map[netip.Addr]int
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := addressOf(c)
		if l.enter(from) {
			return &conn{Conn: c, leave: sync.OnceFunc(func() { l.leave(from) })}, nil
		}
		go turnAway(c)
	}
}

// addressOf is the phone's address; in IPv6 its network, because a phone has
// as many addresses there as it likes.
func addressOf(c net.Conn) netip.Addr {
	from, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return netip.Addr{} // no TCP: all share one place
	}
	address := from.Addr().Unmap()
	if address.Is6() {
		const network = 64
		return netip.PrefixFrom(address, network).Masked().Addr()
	}
	return address
}

func (l *listener) enter(from netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.max > 0 && l.open[from] >= l.max {
		return false
	}
	l.open[from]++
	return true
}

func (l *listener) leave(from netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from]--; l.open[from] <= 0 {
		delete(l.open, from)
	}
}

// turnAway answers one socket too many and closes it. It has a second: nobody
// may hold these either.
func turnAway(c net.Conn) {
	defer c.Close() // nothing to save
	if c.SetDeadline(time.Now().Add(readOnTime)) != nil {
		return
	}
	problem := webkit.ProblemOf(exam.Refuse(exam.TooManyConnections))
	body, err := json.Marshal(problem)
	if err != nil {
		return
	}
	_, err = fmt.Fprintf(c, "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\n"+
		"Retry-After: 2\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", problem.Status, problem.Title, len(body), body)
	if err == nil {
		drain(c)
	}
}

// conn is a phone's socket.
type conn struct {
	net.Conn
	leave  func()
	linger atomic.Bool // an answer may be under way while the phone still sends
	wrote  atomic.Int64
	reads  atomic.Int64
}

// ours finds the conn below fasthttp's and TLS's view of it, nil if there is none.
func ours(c net.Conn) *conn {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	own, _ := c.(*conn)
	return own
}

func (c *conn) Read(p []byte) (int, error) {
	c.reads.Add(1)
	return c.Conn.Read(p)
}

// await returns nil when the socket has bytes or its end, within its read deadline.
func (c *conn) await() error {
	tcp, ok := c.Conn.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Read(hasBytes)
}

// NetConn is the socket itself, as tls.Conn has it too.
func (c *conn) NetConn() net.Conn { return c.Conn }

// Write fails when the phone takes nothing for stallTimeout. A deadline for
// the whole answer would cut long videos.
func (c *conn) Write(p []byte) (int, error) {
	if err := c.moveWrite(); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// ReadFrom is Write for a file's bytes, which the kernel copies.
func (c *conn) ReadFrom(from io.Reader) (int64, error) {
	return webkit.SendFrom(c.Conn, from, c.moveWrite)
}

func (c *conn) moveWrite() error {
	now := time.Now()
	if now.Unix() == c.wrote.Swap(now.Unix()) {
		return nil
	}
	return c.SetWriteDeadline(now.Add(stallTimeout))
}

// Close waits a moment for a phone that still sends although it was refused:
// closing with unread bytes resets the connection, and the phone would never
// see why.
func (c *conn) Close() error {
	if !c.linger.Load() {
		defer c.leave()
		return c.Conn.Close()
	}
	go func() {
		defer c.leave()
		defer c.Conn.Close() // the answer was written; there is nobody to tell
		if c.SetDeadline(time.Now().Add(readOnTime)) == nil {
			drain(c.Conn)
		}
	}()
	return nil
}

// drain tells the phone that nothing more comes and reads what it still sends.
func drain(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok && half.CloseWrite() != nil {
		return
	}
	_, _ = io.CopyN(io.Discard, c, readOnSize) // its bytes are refused anyway
}
