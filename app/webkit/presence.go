package webkit

import (
	"context"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

// looking is how often a long call checks whether its caller is still there.
const looking = 200 * time.Millisecond

// WhileThere is a context that ends when the caller hangs up, for calls that
// change nothing, and for log-ins. stop must be called after the answer.
func WhileThere(c *fiber.Ctx) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(c.UserContext())
	conn := c.Context().Conn()
	ended := make(chan struct{})
	look := time.AfterFunc(looking, func() {
		for {
			if Gone(conn) {
				cancel()
			}
			select {
			case <-ctx.Done():
				return
			case <-ended:
				return
			case <-time.After(looking):
			}
		}
	})
	return ctx, func() {
		look.Stop()
		close(ended)
		cancel()
	}
}

// Gone says whether the peer of a TCP connection, or of TLS over one, has closed
// its direction, also while bytes are unread. It is false for other connections.
func Gone(conn net.Conn) bool {
	for {
		outer, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		conn = outer.NetConn()
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return true
	}
	closed := false
	err = raw.Control(func(fd uintptr) { closed = hungUp(fd) })
	return closed || err != nil
}
