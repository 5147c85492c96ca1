package ctxio

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestACopyEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := Reader(ctx, strings.NewReader("0123456789"))
	piece := make([]byte, 4)
	if n, err := r.Read(piece); n != 4 || err != nil {
		t.Fatalf("%d bytes, %v", n, err)
	}
	cancel()
	if n, err := io.Copy(io.Discard, r); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %d bytes, %v", n, err)
	}
}
