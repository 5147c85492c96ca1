// Package ctxio lets a long copy end when its context does. It owns nothing,
// promises nothing after a crash and imports nothing of the house.
package ctxio

import (
	"context"
	"io"
)

// Reader reads from r until ctx is done; from then on it returns the context's
// error. A read that already waits is not woken.
func Reader(ctx context.Context, r io.Reader) io.Reader { return reader{ctx: ctx, r: r} }

type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
