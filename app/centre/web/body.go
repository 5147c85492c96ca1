package web

import (
	"io"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// movingReader is a request's body whose read deadline is moved along as bytes
// come: a slow phone is welcome, a silent one is not.
type movingReader struct {
	ctx    *fasthttp.RequestCtx
	stream io.Reader
	socket *conn // nil below TLS, where bytes may wait in between
	direct bool  // nothing of the body waits between us and the socket

	mu          sync.Mutex
	moved       time.Time
	interrupted bool
}

// moving wraps a body so that it fails when nothing comes for stallTimeout.
func moving(ctx *fasthttp.RequestCtx, stream io.Reader) *movingReader {
	socket, _ := ctx.Conn().(*conn)
	return &movingReader{ctx: ctx, stream: stream, socket: socket}
}

func (r *movingReader) Read(p []byte) (int, error) {
	if err := r.move(); err != nil {
		return 0, err
	}
	if r.direct || r.socket == nil {
		return r.stream.Read(p)
	}
	before := r.socket.reads.Load()
	n, err := r.stream.Read(p)
	// fasthttp's buffer is passed by when it is empty and p is as large, and
	// from then on it stays empty up to the body's end.
	r.direct = len(p) >= headerSize && r.socket.reads.Load() != before
	return n, err
}

// ready waits until the socket has bytes, without a buffer for them. It is
// for bodies of a declared length.
func (r *movingReader) ready() bool {
	return r.direct && r.move() == nil && r.socket.await() == nil
}

// more says that the socket has bytes at this moment.
func (r *movingReader) more() bool { return r.direct && r.socket.hasMore() }

// move sets the deadline at most once a second: it costs more than a read.
func (r *movingReader) move() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.interrupted {
		return io.ErrUnexpectedEOF
	}
	now := time.Now()
	if now.Sub(r.moved) < time.Second {
		return nil
	}
	r.moved = now
	return r.ctx.SetReadDeadline(now.Add(stallTimeout))
}

// interrupt ends a read under way and every later one. It must not be called
// after the handler has returned.
func (r *movingReader) interrupt() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.interrupted = true
	// A failure means that the connection is closed, which ends the read too.
	_ = r.ctx.SetReadDeadline(time.Unix(1, 0))
}
