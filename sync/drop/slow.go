package drop

import (
	"context"
	"io"

	"golang.org/x/time/rate"
)

const (
	// slowest is the least that sending may be held to, in bytes a second: below
	// it a server would take the line for dead.
	slowest = 16_000
	piece   = 16_000
)

// Slow holds what is put at the drop to so many bytes a second; limit is asked
// before every piece, 0 is no limit.
func Slow(d Drop, limit func() int) Drop { return slow{Drop: d, limit: limit} }

type slow struct {
	Drop
	limit func() int
}

func (s slow) Put(ctx context.Context, name string, size int64, open func(offset int64) (io.ReadCloser, error)) error {
	return s.Drop.Put(ctx, name, size, func(offset int64) (io.ReadCloser, error) {
		content, err := open(offset)
		if err != nil {
			return nil, err
		}
		return &slowReader{ReadCloser: content, ctx: ctx, limit: s.limit, bucket: rate.NewLimiter(slowest, piece)}, nil
	})
}

// slowReader hands out pieces as the bucket fills.
type slowReader struct {
	io.ReadCloser
	ctx    context.Context
	limit  func() int
	bucket *rate.Limiter
}

func (r *slowReader) Read(p []byte) (int, error) {
	limit := r.limit()
	if limit <= 0 {
		return r.ReadCloser.Read(p)
	}
	r.bucket.SetLimit(rate.Limit(max(limit, slowest)))
	n, err := r.ReadCloser.Read(p[:min(len(p), piece)])
	if wait := r.bucket.WaitN(r.ctx, n); wait != nil {
		return 0, wait
	}
	return n, err
}
