package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/exam"
)

// Body is what a request brings.
type Body struct {
	io.Reader
	// Length is the declared number of bytes; -1 when the reader's EOF can be
	// trusted. A reader of a cut connection may end early with EOF.
	Length int64
	// Total is the length of the whole file, which a live upload's sender
	// declares with the last bytes (R23); 0 where it is not declared.
	Total int64
	// Checksum is verified before any byte of the body counts; nil for none.
	Checksum *Checksum
	// Interrupt makes a blocked Read, and every later one, fail soon.
	Interrupt func()
	// Ready waits until a Read will not block, and says so. It is false at
	// once where that cannot be known; nil is the same.
	Ready func() bool
	// More says that a Read will not block and bring many bytes at this moment;
	// it goes with Ready.
	More func() bool
	// Gone says that the sender has hung up already. Its bytes count, but the
	// request takes no upload over: it is older than it looks. nil: not known.
	Gone func() bool
}

// Append adds a body at offset, which must be the upload's, and returns the
// offset that is safe on the disk afterwards, also with an error. The last
// byte makes the upload a clip. A cut body counts as far as it came, unless it
// has a checksum.
//
// Refusals: exam.UploadNotFound, exam.OtherDevice (R10), exam.AttemptOver,
// exam.UploadLate (R13), OffsetMismatch, exam.UploadTooLarge, LengthMismatch,
// ChecksumMismatch, refusal.DiskFull, refusal.StorageFailed, and
// Failed when the body was cut or another request took over.
func (e *Engine) Append(ctx context.Context, who Principal, id string, offset int64, body Body) (Upload, error) {
	h := &hold{id: id}
	if !e.locks.try(h) {
		if body.Gone != nil && body.Gone() {
			return Upload{}, refusal.New(Failed, "reason", "cut")
		}
		// A stranger's request must not disturb the holder.
		if u, err := e.findOwn(ctx, who, id); err != nil {
			return u, err
		} else if err := checkPlace(u, who, e.Clock.Now()); err != nil {
			return u, err
		}
		if err := e.acquire(ctx, h); err != nil {
			return Upload{}, err
		}
	}
	defer e.locks.release(h)

	h.cancels = e.locks.cancels.Load()
	u, err := e.findOwn(ctx, who, id)
	if err != nil {
		return u, err
	}
	if err := e.checkAppend(u, who, offset, body); err != nil {
		return u, err
	}
	// What was received counts even if the phone is gone by now.
	return e.receive(context.WithoutCancel(ctx), u, h, body)
}

// checkPlace says whether this device may send bytes at all now.
func checkPlace(u Upload, who Principal, now time.Time) error {
	switch {
	case u.Finished:
		return nil
	case u.Cutoff.IsZero():
		return refusal.New(exam.AttemptOver)
	case !who.holds(u):
		return refusal.New(exam.OtherDevice)
	case !now.Before(u.Cutoff):
		return refusal.New(exam.UploadLate, "deadline", u.Cutoff)
	}
	return nil
}

func (e *Engine) checkAppend(u Upload, who Principal, offset int64, body Body) error {
	if e.Failure() != nil {
		return errBroken()
	}
	if err := checkPlace(u, who, e.Clock.Now()); err != nil {
		return err
	}
	switch {
	case offset != u.Offset:
		return refusal.New(OffsetMismatch, "offset", u.Offset)
	case body.Total > e.MaxSize:
		return refusal.New(exam.UploadTooLarge, "max_clip_bytes", e.MaxSize, "size", body.Total)
	case body.Total > 0 && !u.Live && body.Total != u.Size, body.Total > 0 && body.Total < u.Offset+max(0, body.Length):
		return refusal.New(LengthMismatch, "size", u.Size)
	case body.Length > u.Size-u.Offset:
		return refusal.New(exam.UploadTooLarge, "size", u.Size)
	}
	return e.checkRoom(0)
}

// receive copies the body to the part and finishes a whole upload.
func (e *Engine) receive(ctx context.Context, u Upload, h *hold, body Body) (Upload, error) {
	if u.Finished {
		return u, nil
	}
	if u.Offset == u.Size {
		return u, e.finish(ctx, u)
	}
	r := &reception{engine: e, ctx: ctx, upload: u, hold: h, body: body}
	err := r.run()
	u.Offset, u.ArrivedAt = r.safe.Bytes, r.safe.ArrivedAt
	if err == nil && u.Live && u.Offset == body.Total {
		u, err = e.settle(ctx, u)
	}
	if err == nil && u.Offset == u.Size {
		if err = e.finish(ctx, u); err == nil {
			u.Finished = true
		}
	}
	return u, err
}

// reception is one body on its way into a part.
type reception struct {
	engine *Engine
	ctx    context.Context
	upload Upload
	hold   *hold
	body   Body

	part    durable.Handle
	came    int64      // bytes of the part that came, not all written yet
	written int64      // those that are written, not yet safe; writing's own while that is there
	writing chan error // the write under way, nil without one
	arrived time.Time  // when the last of them came
	started int64      // bytes that the last flush began with
	began   time.Time  // when it did, or the body
	handed  int64      // bytes that the disk was asked to begin writing
	safe    Offset     // what is on the disk and written down
	flush   chan flushed
	cutoff  atomic.Pointer[time.Time] // R13; staff may give extra time meanwhile
}

func (r *reception) run() (err error) {
	r.safe = Offset{ID: r.upload.ID, Bytes: r.upload.Offset, ArrivedAt: r.upload.ArrivedAt}
	r.came, r.written, r.started, r.handed = r.safe.Bytes, r.safe.Bytes, r.safe.Bytes, r.safe.Bytes
	r.began = time.Now()
	if err := r.open(); err != nil {
		return err
	}
	defer func() {
		// The bytes are safe already; a failed close tells nothing more.
		_ = r.part.Close()
	}()
	stop := r.watchCutoff()
	defer stop()
	r.hold.watch(r.upload.Attempt, r.holder(), r.body.Interrupt)
	defer r.hold.watch("", "", nil)
	if err := r.recheck(); err != nil {
		return err
	}

	err = r.copy()
	if writeErr := r.waitWrite(); writeErr != nil {
		err = writeErr
	}
	if r.body.Checksum != nil {
		err = r.verify(err)
		if err != nil {
			r.written = r.safe.Bytes // nothing of this body counts
		}
	}
	if flushErr := r.flushAll(); flushErr != nil {
		return flushErr
	}
	return err
}

// atDesk stands for the device of a file that the desk takes in.
const atDesk = "desk"

// holder is the device that sends; the desk's holds on when a phone takes the
// attempt over.
func (r *reception) holder() string {
	if r.upload.TakenIn != "" {
		return atDesk
	}
	return r.upload.Device
}

// recheck refuses an upload whose attempt ended between the look-up and watch,
// when this request could not be cancelled yet.
func (r *reception) recheck() error {
	e := r.engine
	if e.locks.cancels.Load() == r.hold.cancels {
		return nil
	}
	u, err := e.Store.FindUpload(r.ctx, r.upload.ID)
	if err != nil {
		return err
	}
	return checkPlace(u, Principal{Device: r.upload.Device, Staff: r.upload.TakenIn}, e.Clock.Now())
}

func (r *reception) open() error {
	part, err := r.engine.openPart(r.upload)
	if errors.Is(err, fs.ErrNotExist) {
		return r.engine.fail(fmt.Errorf("part %s is gone, although %d bytes of it were safe: check the disk", r.upload.ID, r.upload.Offset))
	}
	if err != nil {
		return r.engine.writeFault(err)
	}
	r.part = part
	return nil
}

// openPart opens the part of an upload; the name of one of which nothing is
// safe yet may have been lost with the power.
func (e *Engine) openPart(u Upload) (durable.Handle, error) {
	flags := os.O_RDWR
	if u.Offset == 0 {
		flags |= os.O_CREATE
	}
	return e.Disk.FS.OpenFile(e.part(u.ID), flags, 0o600)
}

// copy moves bytes until the body ends, is cut, comes too late, or another
// request takes over.
func (r *reception) copy() error {
	want := r.upload.Size - r.upload.Offset
	if r.body.Total > 0 {
		want = r.body.Total - r.upload.Offset
	}
	if r.body.Length >= 0 {
		want = min(want, r.body.Length)
	}
	for want > 0 {
		n, readErr, err := r.copyOnce(want)
		want -= int64(n)
		if err != nil {
			return err
		}
		if err := r.flushSome(); err != nil {
			return err
		}
		if cause := r.hold.err(); cause != nil && want > 0 {
			return cause
		}
		if readErr == io.EOF && r.body.Length < 0 {
			return nil // a body that tells its end, so EOF is no cut
		}
		if readErr != nil && want > 0 {
			return refusal.New(Failed, "reason", "cut")
		}
	}
	return nil
}

// copyOnce reads once, at most want bytes, and writes them.
func (r *reception) copyOnce(want int64) (n int, readErr, err error) {
	if want > smallBuffer && r.body.Ready != nil && r.body.Ready() {
		return r.copyMany(want)
	}
	pooled := small.Get().(*[smallBuffer]byte)
	defer small.Put(pooled)
	n, readErr = r.body.Read(pooled[:min(want, smallBuffer)])
	if n > 0 {
		err = r.take(pooled[:n])
	}
	if n > 0 && err == nil {
		err = r.put(pooled[:n])
	}
	return n, readErr, err
}

// copyMany reads what is there at this moment. What can go to the disk directly
// is written while the next bytes are read: such a write waits for the disk.
func (r *reception) copyMany(want int64) (n int, readErr, err error) {
	pooled := r.engine.buffers.get()
	// In memory as in the file, so that whole pages can go to the disk directly.
	buffer := pooled[r.came%durable.Page:]
	buffer = buffer[:min(want, int64(len(buffer)))]
	n, readErr = r.gather(buffer)
	if n > 0 {
		err = r.take(buffer[:n])
	}
	if err != nil || n < directSize {
		defer r.engine.buffers.put(pooled)
		if n > 0 && err == nil {
			err = r.put(buffer[:n])
		}
		return n, readErr, err
	}
	done := make(chan error, 1)
	r.writing = done
	go func() {
		err := r.put(buffer[:n])
		r.engine.buffers.put(pooled) // before anybody waits for another one
		done <- err
	}()
	return n, readErr, nil
}

// waitWrite waits for the write under way, if any.
func (r *reception) waitWrite() error {
	if r.writing == nil {
		return nil
	}
	err := <-r.writing
	r.writing = nil
	return err
}

// gather reads what is there at this moment, at least once.
func (r *reception) gather(buffer []byte) (n int, err error) {
	for n < len(buffer) {
		more, err := r.body.Read(buffer[n:])
		n += more
		if err != nil || more == 0 || !r.body.More() {
			return n, err
		}
	}
	return n, nil
}

// take counts bytes that came just now, once those before them are written.
func (r *reception) take(p []byte) error {
	now := r.engine.Clock.Now()
	if err := r.inTime(now); err != nil {
		return err
	}
	if r.body.Checksum != nil {
		r.body.Checksum.hash.Write(p) // never fails
	}
	if err := r.waitWrite(); err != nil {
		return err
	}
	r.came += int64(len(p))
	r.arrived = now
	r.hold.arrived.Store(r.came)
	return nil
}

// put writes the next bytes: the rest of a page that is written already, whole
// pages, a page's beginning.
func (r *reception) put(p []byte) error {
	head := int(-r.written & (durable.Page - 1))
	if whole := (len(p) - head) &^ (durable.Page - 1); whole >= directSize {
		if err := r.write(p[:head]); err != nil {
			return err
		}
		if err := r.writeWhole(p[head : head+whole]); err != nil {
			return err
		}
		p = p[head+whole:]
	}
	return r.write(p)
}

// write leaves bytes to the page cache.
func (r *reception) write(p []byte) error {
	for len(p) > 0 {
		piece := min(len(p), int(writeSize-r.written%writeSize)) // up to an aligned offset
		n, err := r.part.WriteAt(p[:piece], r.written)
		r.written += int64(n)
		if err != nil {
			return r.engine.writeFault(err)
		}
		p = p[n:]
	}
	return nil
}

// writeWhole sends whole pages to the disk.
func (r *reception) writeWhole(p []byte) error {
	n, err := r.part.WriteDirect(p, r.written)
	r.written += int64(n)
	if err != nil {
		return r.engine.writeFault(err)
	}
	return nil
}

// verify checks a body that came whole; one that did not cannot be checked.
func (r *reception) verify(copyErr error) error {
	if copyErr != nil {
		return copyErr
	}
	return r.body.Checksum.check()
}

// inTime refuses bytes that came at or after the cutoff (R13). What looks too
// late is looked up once more: extra time may have been given (R22).
func (r *reception) inTime(now time.Time) error {
	if now.Before(*r.cutoff.Load()) {
		return nil
	}
	cutoff, err := r.engine.cutoff(r.ctx, r.upload.ID)
	if err != nil {
		return err
	}
	r.cutoff.Store(&cutoff)
	if !now.Before(cutoff) {
		return refusal.New(exam.UploadLate, "deadline", cutoff)
	}
	return nil
}

// cutoff looks up the cutoff as it is now.
func (e *Engine) cutoff(ctx context.Context, id string) (time.Time, error) {
	u, err := e.Store.FindUpload(ctx, id)
	if err == nil && u.Cutoff.IsZero() {
		err = refusal.New(exam.AttemptOver)
	}
	return u.Cutoff, err
}

// watchCutoff wakes a silent body at the cutoff, so that the phone learns it
// then and not at its next byte. What counts is decided by inTime alone.
func (r *reception) watchCutoff() (stop func()) {
	r.cutoff.Store(&r.upload.Cutoff)
	var timer *time.Timer
	wake := make(chan struct{})
	timer = time.AfterFunc(r.untilCutoff(), func() {
		<-wake // timer is set
		if err := r.inTime(r.engine.Clock.Now()); err != nil {
			r.hold.cancel(err)
			return
		}
		timer.Reset(r.untilCutoff())
	})
	close(wake)
	return func() { timer.Stop() }
}

func (r *reception) untilCutoff() time.Duration {
	return max(time.Millisecond, r.cutoff.Load().Sub(r.engine.Clock.Now()))
}

// writeFault tells a full disk, which heals, from a broken one.
func (e *Engine) writeFault(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return refusal.New(refusal.DiskFull)
	}
	return e.openFault(err)
}

// openFault tells a want of descriptors, which passes, from a broken disk.
func (e *Engine) openFault(err error) error {
	if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return errBusy()
	}
	return e.fail(err)
}
