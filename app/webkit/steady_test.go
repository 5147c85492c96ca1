package webkit

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// short fails a few times before it accepts.
type short struct {
	net.Listener
	errs []error
}

func (s *short) Accept() (net.Conn, error) {
	if len(s.errs) > 0 {
		err := s.errs[0]
		s.errs = s.errs[1:]
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", err)}
	}
	return s.Listener.Accept()
}

// I7: a want that passes does not end the server; what does not pass does.
func TestI7AcceptWaitsOutWhatPasses(t *testing.T) {
	for _, c := range []struct {
		name string
		errs []error
		goes bool
	}{
		{"out of descriptors, then not", []error{syscall.EMFILE, syscall.EMFILE}, true},
		{"the whole machine is out of them", []error{syscall.ENFILE}, true},
		{"no buffers", []error{syscall.ENOBUFS, syscall.ENOMEM}, true},
		{"the caller hung up while it waited", []error{syscall.ECONNABORTED}, true},
		{"the socket is no listener", []error{syscall.EINVAL}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			told := 0
			s := Steady(&short{Listener: l, errs: c.errs}, func(error) { told++ })
			defer s.Close()
			dialled, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer dialled.Close()
			conn, err := s.Accept()
			if (err == nil) != c.goes {
				t.Fatalf("accepted: %v", err)
			}
			if err == nil {
				conn.Close()
			}
			if c.goes && told != 1 {
				t.Errorf("told %d times", told)
			}
		})
	}
}

func TestAPauseEndsWhenTheListenerIsClosed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endless := make([]error, 1000)
	for i := range endless {
		endless[i] = syscall.EMFILE
	}
	waits := make(chan struct{})
	s := Steady(&short{Listener: l, errs: endless}, func(error) { close(waits) })
	ended := make(chan error, 1)
	go func() {
		_, err := s.Accept()
		ended <- err
	}()
	<-waits
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, net.ErrClosed) && err != nil {
			t.Error(fmt.Errorf("it ended with %w", err))
		}
	case <-time.After(30 * time.Second):
		t.Error("it goes on although it is closed")
	}
}
