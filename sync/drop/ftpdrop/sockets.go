package ftpdrop

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"kaodian/sync/drop"
)

// sockets are one FTP connection's: first the control connection, then a
// data connection for every transfer.
type sockets struct {
	server *server
	limit  int64 // bytes of the next data connections; 0: any

	mu      sync.Mutex
	control net.Conn
	data    net.Conn
	closed  bool
}

// dial is called by the library for every connection. With a function of our
// own it leaves data connections plain, so TLS is put on them here.
func (s *sockets) dial(network, address string) (net.Conn, error) {
	if s.first() == nil {
		return s.open(network, address, true)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	control, _, err := net.SplitHostPort(s.first().RemoteAddr().String())
	if err != nil {
		return nil, err
	}
	if host != control {
		return nil, fmt.Errorf("the server sends its data to %s, which is not its own address", host)
	}
	conn, err := s.open(network, address, false)
	if err != nil || s.server.tls == nil {
		return conn, err
	}
	return tls.Client(conn, s.server.tls), nil
}

func (s *sockets) first() net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.control
}

func (s *sockets) open(network, address string, control bool) (net.Conn, error) {
	raw, err := (&net.Dialer{Timeout: s.server.options.Deadline}).Dial(network, address)
	if err != nil {
		return nil, drop.Temporary(err)
	}
	conn := &patient{Conn: raw, deadline: s.server.options.Deadline}
	if !control && s.limit > 0 {
		conn.limited, conn.left = true, s.limit
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.Join(net.ErrClosed, raw.Close())
	}
	if control {
		s.control = conn
	} else {
		s.data = conn
	}
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

// patient gives every read and write its own deadline, and a listing an end.
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

func (p *patient) Write(b []byte) (int, error) {
	if err := p.SetWriteDeadline(time.Now().Add(p.deadline)); err != nil {
		return 0, err
	}
	return p.Conn.Write(b)
}
