package ftpdrop

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// A slow line is no dead one: each piece has its own deadline, not the whole
// buffer.
func TestASlowLineIsGoneOnWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		defer there.Close()
		line := &dataConn{Conn: here, deadline: 30 * time.Second}
		ended := make(chan bool)
		go func() {
			defer close(ended)
			for {
				if _, err := io.CopyN(io.Discard, there, 8<<10); err != nil {
					return
				}
				time.Sleep(10 * time.Second)
			}
		}()
		began := time.Now()
		if n, err := line.Write(make([]byte, copyBuffer)); err != nil || n != copyBuffer {
			t.Errorf("%d bytes were written in %s: %v", n, time.Since(began), err)
		}
		if err := here.Close(); err != nil {
			t.Error(err)
		}
		<-ended
	})
}

func TestADeadLineEndsWithItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		defer here.Close()
		defer there.Close()
		line := &dataConn{Conn: here, deadline: 30 * time.Second}
		began := time.Now()
		if _, err := line.Write(make([]byte, copyBuffer)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
		if _, err := line.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
		if took := time.Since(began); took != time.Minute {
			t.Errorf("it took %s", took)
		}
	})
}
