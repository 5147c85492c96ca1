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

	mu          sync.Mutex
	moved       time.Time
	interrupted bool
}

// moving wraps a body so that it fails when nothing comes for stallTimeout.
func moving(ctx *fasthttp.RequestCtx, stream io.Reader) *movingReader {
	return &movingReader{ctx: ctx, stream: stream}
}

func (r *movingReader) Read(p []byte) (int, error) {
	if err := r.move(); err != nil {
		return 0, err
	}
	return r.stream.Read(p)
}

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
