package upload

import (
	"fmt"
	"time"

	"kaodian/app/base/refusal"
)

// flushed is the end of one flush.
type flushed struct {
	safe Offset
	err  error
}

// writeback is after how many bytes the disk is asked to begin writing, so
// that the sync at the end of a chunk finds most of the work done.
const writeback = 1 << 20

// flushSome starts a flush when SyncEvery bytes came since the last one, and it
// began SyncApart ago. Each holds up the whole disk for a while: of an upload of
// 1 GB a second one per 8 MiB took a twentieth of its speed. Reading goes on
// meanwhile, but never more than one flush ahead.
func (r *reception) flushSome() error {
	if !r.flushIsDue() {
		r.startWriteback()
		return nil
	}
	if err := r.waitWrite(); err != nil {
		return err
	}
	if err := r.waitFlush(); err != nil {
		return err
	}
	r.startFlush()
	return nil
}

func (r *reception) flushIsDue() bool {
	return r.came-r.started >= r.engine.SyncEvery && r.body.Checksum == nil && time.Since(r.began) >= r.engine.SyncApart
}

func (r *reception) startWriteback() {
	if r.writing != nil {
		return // past the page cache
	}
	if n := r.written - r.handed; n >= writeback {
		r.part.StartWriteback(r.handed, n)
		r.handed = r.written
	}
}

// flushAll makes everything written safe.
func (r *reception) flushAll() error {
	if err := r.waitFlush(); err != nil {
		return err
	}
	if r.written <= r.safe.Bytes {
		return nil
	}
	due, first := r.nextFlush()
	if err := r.makeSafe(due, first); err != nil {
		return err
	}
	r.safe = due
	return nil
}

// nextFlush is what a flush that begins now makes safe, and whether it is the
// upload's first.
func (r *reception) nextFlush() (due Offset, first bool) {
	r.started, r.handed, r.began = r.written, r.written, time.Now()
	return Offset{ID: r.upload.ID, Bytes: r.written, ArrivedAt: r.arrived}, r.safe.Bytes == 0
}

func (r *reception) startFlush() {
	due, first := r.nextFlush()
	done := make(chan flushed, 1)
	r.flush = done
	go func() { done <- flushed{safe: due, err: r.makeSafe(due, first)} }()
}

// waitFlush waits for the flush under way, if any.
func (r *reception) waitFlush() error {
	if r.flush == nil {
		return nil
	}
	end := <-r.flush
	r.flush = nil
	if end.err == nil {
		r.safe = end.safe
	}
	return end.err
}

// makeSafe syncs the part, then writes the offset down: this order is the
// promise (I1). The first time the part's name is synced too.
func (r *reception) makeSafe(due Offset, first bool) error {
	if r.engine.Failure() != nil {
		return errBroken()
	}
	if err := r.part.Datasync(); err != nil {
		return r.engine.fail(fmt.Errorf("sync part %s: %w; restart, and check the disk", due.ID, err))
	}
	if first {
		if err := r.engine.Disk.SyncDir(r.engine.Parts); err != nil {
			return r.engine.openFault(fmt.Errorf("sync the name of part %s: %w; restart, and check the disk", due.ID, err))
		}
	}
	if r.engine.Failure() != nil {
		return errBroken()
	}
	if err := r.engine.recorder.record(r.ctx, due); err != nil {
		return r.engine.storeFault(err)
	}
	return nil
}

// storeFault passes refusals on; any other error of the store may be a failed
// fsync, after which nothing is acknowledged.
func (e *Engine) storeFault(err error) error {
	switch refusal.CodeOf(err) {
	case "":
		return e.fail(err)
	case refusal.StorageFailed:
		if e.Failure() != nil {
			return errBroken()
		}
		return errBusy()
	}
	return err
}
