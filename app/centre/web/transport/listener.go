package transport

import (
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"time"

	"kaodian/app/webkit"
)

// Limit wraps a TCP listener so that no address holds more than max sockets
// (0: no limit) and no write waits longer than stallTimeout. TLS goes on top
// of it.
func Limit(l net.Listener, max int) net.Listener {
	return &listener{Listener: l, sockets: webkit.Sockets{Max: max}}
}

type listener struct {
	net.Listener
	sockets webkit.Sockets
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if leave, ok := l.sockets.Admit(c); ok {
			return &conn{Conn: c, leave: leave}, nil
		}
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

// hasMore says whether the socket has so many bytes now that reading them is
// worth a call; the end of what was sent is none.
func (c *conn) hasMore() (more bool) {
	tcp, ok := c.Conn.(*net.TCPConn)
	if !ok {
		return false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return false
	}
	err = raw.Control(func(fd uintptr) { more = waiting(fd) >= worthReading })
	return more && err == nil
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
			webkit.Drain(c.Conn)
		}
	}()
	return nil
}
