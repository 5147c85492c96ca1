package ftpdrop

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// writeBuffer is the socket's send buffer. Linux lets it grow to megabytes,
// which a slow line needs minutes to drain after the last write.
const writeBuffer = 512 << 10

// sockets are those of one FTP session: first the control connection, then a
// data connection for every transfer.
type sockets struct {
	deadline time.Duration
	tls      *tls.Config // nil: plain
	limit    int64       // bytes of the next data connections; 0: any

	mu      sync.Mutex
	connect func(network, address string) (net.Conn, error)
	control net.Conn
	data    net.Conn
	closed  bool
}

// within makes dialling end with the context.
func (s *sockets) within(ctx context.Context) {
	dialer := net.Dialer{Timeout: s.deadline}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connect = func(network, address string) (net.Conn, error) { return dialer.DialContext(ctx, network, address) }
}

// dial is called by the library for every connection. With a function of our
// own it leaves data connections plain, so TLS is put on them here.
func (s *sockets) dial(network, address string) (net.Conn, error) {
	s.mu.Lock()
	connect, control := s.connect, s.control
	s.mu.Unlock()
	if control != nil {
		if err := sameHost(address, control.RemoteAddr()); err != nil {
			return nil, dataError{err}
		}
	}
	raw, err := connect(network, address)
	if err != nil && control != nil {
		err = dataError{err}
	}
	if err != nil {
		return nil, err
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(writeBuffer) // a hint only
	}
	if control == nil {
		return s.keep(&s.control, newControlConn(raw, s.deadline))
	}
	conn, err := s.keep(&s.data, &dataConn{Conn: raw, deadline: s.deadline, limited: s.limit > 0, left: s.limit})
	if err != nil || s.tls == nil {
		return conn, err
	}
	return tls.Client(conn, s.tls), nil
}

// sameHost refuses a data address on another machine than the server.
func sameHost(address string, server net.Addr) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	own, _, err := net.SplitHostPort(server.String())
	if err != nil {
		return err
	}
	if host != own {
		return fmt.Errorf("the server sends its data to %s, which is not its own address", host)
	}
	return nil
}

func (s *sockets) keep(place *net.Conn, conn net.Conn) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.Join(net.ErrClosed, conn.Close())
	}
	*place = conn
	return conn, nil
}

// close closes both connections at once, which ends any wait on them.
func (s *sockets) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, conn := range []net.Conn{s.data, s.control} {
		if conn != nil {
			_ = conn.Close() // it is being thrown away
		}
	}
}

// controlConn is the control connection. The whole answer to a command has one
// deadline and one size limit: a server may drip, or answer without end.
type controlConn struct {
	net.Conn
	deadline time.Duration
	left     int
}

const maxAnswer = 1 << 20

var errAnswer = errors.New("the server's answer does not end")

func newControlConn(conn net.Conn, deadline time.Duration) *controlConn {
	_ = conn.SetDeadline(time.Now().Add(deadline)) // for the greeting; a socket that is closed says so when it is read
	return &controlConn{Conn: conn, deadline: deadline, left: maxAnswer}
}

func (t *controlConn) Write(b []byte) (int, error) {
	t.left = maxAnswer
	if err := t.SetDeadline(time.Now().Add(t.deadline)); err != nil {
		return 0, err
	}
	return t.Conn.Write(b)
}

func (t *controlConn) Read(b []byte) (int, error) {
	if t.left <= 0 {
		return 0, errAnswer
	}
	n, err := t.Conn.Read(b)
	t.left -= n
	return n, err
}

// dataConn is a data connection. Every piece read or written has its own
// deadline, and a listing has a size limit.
type dataConn struct {
	net.Conn
	deadline time.Duration
	limited  bool
	left     int64
}

var errListing = errors.New("the server's listing does not end")

func (p *dataConn) Read(b []byte) (int, error) {
	if p.limited && p.left <= 0 {
		return 0, errListing
	}
	if err := p.SetReadDeadline(time.Now().Add(p.deadline)); err != nil {
		return 0, err
	}
	n, err := p.Conn.Read(b)
	p.left -= int64(n)
	return n, err
}

// Write goes piece by piece: on a slow line a whole buffer takes longer than
// any deadline, though the line lives.
func (p *dataConn) Write(b []byte) (int, error) {
	const piece = 16 << 10
	written := 0
	for {
		if err := p.SetWriteDeadline(time.Now().Add(p.deadline)); err != nil {
			return written, err
		}
		n, err := p.Conn.Write(b[written:min(written+piece, len(b))])
		written += n
		if err != nil || written == len(b) {
			return written, err
		}
	}
}
