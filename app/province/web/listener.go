package web

import (
	"net"
	"time"
)

// stallTimeout is how long a browser may take nothing of its answer.
const stallTimeout = 30 * time.Second

// impatient gives every write a deadline of its own: one for the whole answer
// would cut long videos, none would keep dead sockets.
type impatient struct{ net.Listener }

func (l impatient) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &hurried{Conn: conn}, nil
}

type hurried struct {
	net.Conn
	moved time.Time
}

func (c *hurried) Write(p []byte) (int, error) {
	if now := time.Now(); now.Sub(c.moved) > time.Second {
		if err := c.SetWriteDeadline(now.Add(stallTimeout)); err != nil {
			return 0, err
		}
		c.moved = now
	}
	return c.Conn.Write(p)
}

// NetConn is the socket itself.
func (c *hurried) NetConn() net.Conn { return c.Conn }
