package webkit

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// StallTimeout is how long a browser may take nothing of its answer.
const StallTimeout = 30 * time.Second

// A closed socket is read on for so long, at most. What a body of the largest
// list or archive still sends fits in.
const (
	lingerStall = time.Second      // without a byte
	lingerTime  = 30 * time.Second // as a whole
	lingerSize  = 256 << 20        // bytes
)

// Limit wraps a TCP listener so that no address holds more than max sockets
// (0 or nil: no limit) and no write waits longer than StallTimeout. wrap makes of each
// socket what the server is given.
func Limit(l net.Listener, max func() int, wrap func(*Socket) net.Conn) net.Listener {
	return &limited{Listener: l, sockets: Sockets{Max: max}, wrap: wrap}
}

type limited struct {
	net.Listener
	sockets Sockets
	wrap    func(*Socket) net.Conn
}

func (l *limited) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if leave, ok := l.sockets.Admit(conn); ok {
			return l.wrap(&Socket{Conn: conn, leave: leave}), nil
		}
	}
}

// Socket gives every write a deadline of its own: one for the whole answer would
// cut long videos, none would keep dead sockets.
type Socket struct {
	net.Conn
	leave  func()
	moved  atomic.Int64 // when the deadline was set last, in seconds since 1970
	linger atomic.Bool
}

// Linger makes Close wait a moment for a browser that still sends although it
// was refused: closing with unread bytes resets the connection, and the browser
// would never see why.
func (s *Socket) Linger() { s.linger.Store(true) }

// Close makes room for another socket of the address.
func (s *Socket) Close() error {
	if !s.linger.Load() {
		defer s.leave()
		return s.Conn.Close()
	}
	go func() {
		defer s.leave()
		defer s.Conn.Close() // the answer was written; there is nobody to tell
		closeWrite(s.Conn)
		_, _ = io.CopyN(io.Discard, &lingering{Conn: s.Conn, until: time.Now().Add(lingerTime)}, lingerSize) // refused bytes
	}()
	return nil
}

// lingering ends when nothing comes, and at its time.
type lingering struct {
	net.Conn
	until time.Time
}

func (l *lingering) Read(p []byte) (int, error) {
	deadline := time.Now().Add(lingerStall)
	if deadline.After(l.until) {
		deadline = l.until
	}
	if err := l.SetReadDeadline(deadline); err != nil {
		return 0, err
	}
	return l.Conn.Read(p)
}

// NetConn is the socket itself, as tls.Conn has it too.
func (s *Socket) NetConn() net.Conn { return s.Conn }

// Write fails when the browser takes nothing for StallTimeout.
func (s *Socket) Write(p []byte) (int, error) {
	if err := s.move(); err != nil {
		return 0, err
	}
	return s.Conn.Write(p)
}

// ReadFrom is Write for a file's bytes, which the kernel copies.
func (s *Socket) ReadFrom(from io.Reader) (int64, error) { return SendFrom(s.Conn, from, s.move) }

func (s *Socket) move() error {
	now := time.Now()
	if now.Unix() == s.moved.Swap(now.Unix()) {
		return nil
	}
	return s.SetWriteDeadline(now.Add(StallTimeout))
}
