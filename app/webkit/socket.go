package webkit

import (
	"errors"
	"io"
	"net"
	"os"
)

// SendFrom copies from to the socket, in the kernel if from is a file (or a
// LimitedReader over one). Before each try it calls move, which sets a new write
// deadline: a try that ended by its deadline after bytes moved is repeated, so
// that only a reader who takes nothing is given up. It returns the bytes sent.
func SendFrom(socket net.Conn, from io.Reader, move func() error) (sent int64, err error) {
	for {
		if err := move(); err != nil {
			return sent, err
		}
		n, err := io.Copy(socket, from)
		sent += n
		if n == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return sent, err
		}
	}
}
