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

// writeBuffer is what may wait in our socket. Linux lets it grow to
// megabytes, which a slow line needs minutes to drain after the last write.
const writeBuffer = 512 << 10

// sockets are one FTP connection's: first the control connection, then a
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

// within lets connecting end with the context.
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
		_ = tcp.SetWriteBuffer(writeBuffer) // a wish
	}
	if control == nil {
		return s.keep(&s.control, newTalk(raw, s.deadline))
	}
	conn, err := s.keep(&s.data, &patient{Conn: raw, deadline: s.deadline, limited: s.limit > 0, left: s.limit})
	if err != nil || s.tls == nil {
		return conn, err
	}
	return tls.Client(conn, s.tls), nil
}

// sameHost refuses every other machine, whatever the server names.
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

// close ends both connections at once, whatever waits on them.
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

// talk is the control connection. The whole answer to a command has one
// deadline and one size: a server may drip, or answer without end.
type talk struct {
	net.Conn
	deadline time.Duration
	left     int
}

const maxAnswer = 1 << 20

var errTalk = errors.New("the server's answer does not end")

func newTalk(conn net.Conn, deadline time.Duration) *talk {
	_ = conn.SetDeadline(time.Now().Add(deadline)) // for the greeting; a socket that is closed says so when it is read
	return &talk{Conn: conn, deadline: deadline, left: maxAnswer}
}

func (t *talk) Write(b []byte) (int, error) {
	t.left = maxAnswer
	if err := t.SetDeadline(time.Now().Add(t.deadline)); err != nil {
		return 0, err
	}
	return t.Conn.Write(b)
}

func (t *talk) Read(b []byte) (int, error) {
	if t.left <= 0 {
		return 0, errTalk
	}
	n, err := t.Conn.Read(b)
	t.left -= n
	return n, err
}

// patient is a data connection. Every piece read or written has its own
// deadline, and a listing has an end.
type patient struct {
	net.Conn
	deadline time.Duration
	limited  bool
	left     int64
}

var errListing = errors.New("the server's listing does not end")

func (p *patient) Read(b []byte) (int, error) {
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
func (p *patient) Write(b []byte) (int, error) {
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
