package ftpdrop

import (
	"context"
	"errors"
	"io"

	"github.com/jlaffaye/ftp"
)

// reader ends at the size that the server told, and fails if less came.
type reader struct {
	server   *server
	session  *session
	response *ftp.Response
	left     int64 // bytes
	stop     func() bool
	cause    func() error
	cancel   context.CancelFunc
}

// begin lets the reading end with the context, and in time.
func (r *reader) begin(ctx context.Context) {
	ctx, r.cancel = r.server.within(ctx, r.left)
	r.cause = func() error { return context.Cause(ctx) }
	r.stop = context.AfterFunc(ctx, r.session.sockets.close)
}

func (r *reader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n, err := r.response.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	switch {
	case err == nil || r.left == 0: // TLS may return bytes and EOF together
		return n, nil
	case r.cause() != nil:
		return n, r.cause()
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return n, r.server.classify(err)
}

// Close gives the connection back if the file was read to its end and the
// server confirms it; a reader closed early does not wait for an answer.
func (r *reader) Close() error {
	if r.session == nil {
		return nil
	}
	c := r.session
	r.session = nil
	whole := r.left == 0 && r.response.Close() == nil
	if r.stop() && whole {
		r.server.give(c)
	} else {
		c.sockets.close()
	}
	r.cancel()
	return nil
}
