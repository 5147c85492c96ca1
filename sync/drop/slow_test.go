package drop_test

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"kaodian/sync/drop"
)

// sink reads what is put at it.
type sink struct {
	drop.Drop
	got []byte
}

func (s *sink) Put(_ context.Context, _ string, _ int64, open func(int64) (io.ReadCloser, error)) error {
	content, err := open(0)
	if err != nil {
		return err
	}
	s.got, err = io.ReadAll(content)
	return err
}

func TestSendingKeepsToItsShareOfTheLine(t *testing.T) {
	sent := bytes.Repeat([]byte("kaodian "), 12_000) // 96,000 bytes
	put := func(ctx context.Context, limit int) (took time.Duration, err error) {
		to, began := &sink{}, time.Now()
		err = drop.Slow(to, func() int { return limit }).Put(ctx, "a", int64(len(sent)), func(int64) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(sent)), nil
		})
		if err == nil && !bytes.Equal(to.got, sent) {
			t.Error("other bytes came than were sent")
		}
		return time.Since(began), err
	}
	if took, err := put(t.Context(), 80_000); err != nil || took < 950*time.Millisecond {
		t.Errorf("at 80 KB a second 96 KB, of which 16 at once, took %s, %v", took, err)
	}
	if _, err := put(t.Context(), 0); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := put(ended, 16_000); err == nil {
		t.Error("it waited although nobody waits for it")
	}
}
