package transport

import (
	"crypto/tls"
	"net"
	"sync/atomic"

	"kaodian/app/webkit"
)

// Limit wraps a TCP listener so that no address holds more than max sockets
// (0 or nil: no limit) and no write waits longer than stallTimeout. TLS goes on top
// of it.
func Limit(l net.Listener, max func() int) net.Listener {
	return webkit.Limit(l, max, func(s *webkit.Socket) net.Conn { return &conn{Socket: s} })
}

// conn is a phone's socket.
type conn struct {
	*webkit.Socket
	reads atomic.Int64
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
