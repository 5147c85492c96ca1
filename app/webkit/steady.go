package webkit

import (
	"errors"
	"net"
	"sync"
	"syscall"
	"time"
)

// Steady wraps a listener so that a temporary error does not end its Accept: out
// of descriptors or memory, or after a caller hung up, it waits a little and goes
// on. Otherwise one busy minute would end the whole exam (I7). told, which may be
// nil, receives the first of consecutive failures.
func Steady(l net.Listener, told func(error)) net.Listener {
	return &steady{Listener: l, told: told, closed: make(chan struct{})}
}

type steady struct {
	net.Listener
	told   func(error)
	once   sync.Once
	closed chan struct{}
}

const (
	minPause = 5 * time.Millisecond
	maxPause = time.Second
)

func (l *steady) Accept() (net.Conn, error) {
	for pause := minPause; ; pause = min(2*pause, maxPause) {
		conn, err := l.Listener.Accept()
		if err == nil || !passes(err) {
			return conn, err
		}
		if pause == minPause && l.told != nil {
			l.told(err)
		}
		select {
		case <-l.closed:
			return nil, net.ErrClosed
		case <-time.After(pause):
		}
	}
}

// Close also ends a pause.
func (l *steady) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// passing are the errors of accept(2) that say nothing about the listener: a
// shortage of the machine, or a fault of one connection.
var passing = []error{
	syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM,
	syscall.ECONNABORTED, syscall.ECONNRESET, syscall.EINTR, syscall.EPROTO, syscall.EPERM,
	syscall.ENETDOWN, syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ETIMEDOUT,
}

func passes(err error) bool {
	for _, known := range passing {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
