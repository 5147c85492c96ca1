package upload

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/base/durable/durabletest"
	"kaodian/app/base/refusal"
	"kaodian/app/exam"
)

// failing is a disk on which one direct write of a file fails half way.
type failing struct {
	*durabletest.Disk
	nth   int32 // which one
	err   error
	calls atomic.Int32
}

type failingHandle struct {
	durable.Handle
	disk *failing
}

func (d *failing) OpenFile(path string, flag int, perm os.FileMode) (durable.Handle, error) {
	f, err := d.Disk.OpenFile(path, flag, perm)
	return failingHandle{f, d}, err
}

func (h failingHandle) WriteDirect(p []byte, offset int64) (int, error) {
	if h.disk.calls.Add(1) != h.disk.nth {
		return h.Handle.WriteDirect(p, offset)
	}
	half := len(p) / 2 / durable.Page * durable.Page
	n, err := h.Handle.WriteDirect(p[:half], offset)
	if err == nil {
		err = h.disk.err
	}
	return n, err
}

// checkSafe cuts the power and compares what was acknowledged.
func (b *bench) checkSafe(u Upload, data []byte) {
	b.t.Helper()
	b.disk.PowerCut(durabletest.LoseAll)
	got := b.content(b.part(u.ID))
	if int64(len(got)) < u.Offset || !bytes.Equal(got[:u.Offset], data[:u.Offset]) {
		b.t.Fatalf("%d bytes were acknowledged, and %d are there or differ", u.Offset, len(got))
	}
}

func newFastBench(t *testing.T) *bench {
	b := newBench(t)
	b.MaxSize, b.SyncEvery = 16<<20, 1<<20
	return b
}

// I1: the body goes on while the write of what came before fails. What is
// acknowledged then is on the disk, and the upload goes on from there.
func TestAWriteThatFailsWhileMoreComesLosesNothingAcknowledged(t *testing.T) {
	for nth := int32(1); nth <= 5; nth++ {
		for _, fault := range []struct {
			err  error
			code refusal.Code
		}{{syscall.ENOSPC, refusal.DiskFull}, {syscall.EIO, refusal.StorageFailed}} {
			t.Run(fmt.Sprintf("write %d, %v", nth, fault.err), func(t *testing.T) {
				b := newFastBench(t)
				b.Disk = durable.Disk{FS: &failing{Disk: b.disk, nth: nth, err: fault.err}}
				pieces := rand.New(rand.NewPCG(uint64(nth), 3))
				data := random(8 << 20)
				id := b.create(int64(len(data))).ID
				u, err := b.Append(t.Context(), candidate, id, 0, fast(data, pieces))
				wantCode(t, err, fault.code)
				if u.Finished || u.Offset >= int64(len(data)) {
					t.Fatalf("offset %d, finished %v", u.Offset, u.Finished)
				}
				u.ID = id
				b.checkSafe(u, data)
				b.restart()
				b.MaxSize, b.SyncEvery = 16<<20, 1<<20
				found, err := b.Find(t.Context(), candidate, id)
				if err != nil || found.Offset != u.Offset {
					t.Fatalf("offset %d after a restart, %d before: %v", found.Offset, u.Offset, err)
				}
				if u, err = b.Append(t.Context(), candidate, id, u.Offset, fast(data[u.Offset:], pieces)); err != nil || !u.Finished {
					t.Fatalf("the upload does not go on: %v", err)
				}
				if !bytes.Equal(b.content(b.clip(id)), data) {
					t.Error("the clip is not the file")
				}
			})
		}
	}
}

// halted calls then when so many bytes were read.
type halted struct {
	io.Reader
	left int
	then func()
}

func (r *halted) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if r.left -= n; r.left <= 0 && r.then != nil {
		r.then()
		r.then = nil
	}
	return n, err
}

// Whatever ends a body while its bytes are being written, what is acknowledged
// is on the disk, and no byte of a body with a wrong checksum counts.
func TestABodyThatEndsWhileItsBytesAreWrittenKeepsWhatWasAcknowledged(t *testing.T) {
	ends := map[string]struct {
		code refusal.Code
		end  func(b *bench, id string)
	}{
		"the deadline":     {exam.UploadLate, func(b *bench, _ string) { b.clock.Advance(2 * time.Hour) }},
		"the attempt ends": {exam.AttemptOver, func(b *bench, _ string) { b.EndAttempt("a1") }},
		"another device":   {exam.OtherDevice, func(b *bench, _ string) { b.Release("a1", "tablet") }},
		"the row is gone":  {Failed, func(b *bench, id string) { _ = b.remove(b.t.Context(), id); go b.Remove(b.t.Context(), b.part(id)) }},
	}
	for name, test := range ends {
		t.Run(name, func(t *testing.T) {
			b := newFastBench(t)
			data := random(8 << 20)
			id := b.create(int64(len(data))).ID
			pieces := rand.New(rand.NewPCG(4, 4))
			body := fast(data, pieces)
			body.Reader = &halted{Reader: body.Reader, left: 4 << 20, then: func() { test.end(b, id) }}
			u, err := b.Append(t.Context(), candidate, id, 0, body)
			if name != "the row is gone" {
				wantCode(t, err, test.code)
				b.checkSafe(u, data)
			}
			if b.Failure() != nil {
				t.Errorf("the disk counts as broken: %v", b.Failure())
			}
		})
	}
	t.Run("a wrong checksum", func(t *testing.T) {
		b := newFastBench(t)
		data := random(8 << 20)
		id := b.create(int64(len(data))).ID
		body := fast(data, rand.New(rand.NewPCG(4, 4)))
		body.Checksum = &Checksum{hash: newHash("crc32"), want: []byte{1, 2, 3, 4}}
		u, err := b.Append(t.Context(), candidate, id, 0, body)
		wantCode(t, err, ChecksumMismatch)
		if u.Offset != 0 {
			t.Errorf("%d bytes count", u.Offset)
		}
	})
}

// Each upload holds a large buffer while it is written and asks for another
// one: with far more uploads than buffers all of them end.
func TestMoreFastUploadsThanBuffersAllEnd(t *testing.T) {
	b := newFastBench(t)
	b.rows.device = "phone"
	data := random(3 << 20)
	var all sync.WaitGroup
	for n := range 24 {
		u, err := b.Create(t.Context(), candidate, File{Attempt: fmt.Sprint("a", n), Item: "1", Size: int64(len(data))})
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			got, err := b.Append(t.Context(), candidate, u.ID, 0, fast(data, rand.New(rand.NewPCG(uint64(n), 5))))
			if err != nil || !got.Finished {
				t.Errorf("upload %d: offset %d, %v", n, got.Offset, err)
			}
		})
	}
	all.Wait()
	b.buffers.mu.Lock()
	defer b.buffers.mu.Unlock()
	if len(b.buffers.places) != 0 || len(b.buffers.free) > cap(b.buffers.places) {
		t.Errorf("%d of %d buffers were not put back", len(b.buffers.places), cap(b.buffers.places))
	}
}
