package web

import (
	"io"
	"net"
	"time"

	"kaodian/app/webkit"
)

// stallTimeout is how long a browser may take nothing of its answer.
const stallTimeout = 30 * time.Second

// impatient lets no address hold too many sockets, and gives every write a
// deadline of its own: one for the whole answer would cut long videos, none
// would keep dead sockets.
type impatient struct {
	net.Listener
	sockets webkit.Sockets
}

func (l *impatient) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if leave, ok := l.sockets.Admit(conn); ok {
			return &hurried{Conn: conn, leave: leave}, nil
		}
	}
}

type hurried struct {
	net.Conn
	leave func()
	moved time.Time
}

func (c *hurried) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

func (c *hurried) Write(p []byte) (int, error) {
	if err := c.move(); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// NetConn is the socket itself.
func (c *hurried) NetConn() net.Conn { return c.Conn }

// ReadFrom is Write for a file's bytes, which the kernel copies.
func (c *hurried) ReadFrom(from io.Reader) (int64, error) {
	return webkit.SendFrom(c.Conn, from, c.move)
}

func (c *hurried) move() error {
	now := time.Now()
	if now.Sub(c.moved) <= time.Second {
		return nil
	}
	c.moved = now
	return c.SetWriteDeadline(now.Add(stallTimeout))
}
