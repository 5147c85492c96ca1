package upload

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/room"
	"kaodian/app/exam"
)

// Config is what an Engine works with. Disk, Parts, Clips, Store, Clock and
// MaxSize are required.
type Config struct {
	Disk    durable.Disk
	Parts   string // folder of what is being received
	Clips   string // folder of originals, on the same file system
	Store   Store
	Clock   clock.Clock
	MaxSize int64 // bytes of one clip (R11)

	// Kept is how long an unfinished upload is kept; 24 h if zero.
	Kept time.Duration
	// SyncEvery is after how many bytes a part is synced and its offset
	// recorded; 8 MiB if zero.
	SyncEvery int64
	// SyncApart is how long two such syncs are apart at least; 1 s if zero. A
	// power cut takes no more of a fast upload than is sent again in that time.
	SyncApart time.Duration
	// Free tells the disk's free bytes and its size; FreeSpace of Parts if nil.
	Free func() (free, total int64, err error)
	// Fault is where failures of the disk are noted, the store's too; one of its
	// own if nil.
	Fault *durable.Fault
	// TakeOver is how long a new request waits for the holder of an upload to
	// release it; 3 s if zero.
	TakeOver time.Duration
}

// Engine receives uploads. It is safe for many goroutines; one Engine at a
// time works on a folder.
type Engine struct {
	Config
	locks    *locks
	recorder *recorder
	buffers  *bufferPool
}

const (
	defaultKept      = 24 * time.Hour
	defaultSyncEvery = 8 << 20
	defaultSyncApart = time.Second
	defaultTakeOver  = 3 * time.Second
)

// New makes the folders. Recover must run before anything is served.
func New(config Config) (*Engine, error) {
	if config.Kept == 0 {
		config.Kept = defaultKept
	}
	if config.SyncEvery == 0 {
		config.SyncEvery = defaultSyncEvery
	}
	if config.SyncApart == 0 {
		config.SyncApart = defaultSyncApart
	}
	if config.TakeOver == 0 {
		config.TakeOver = defaultTakeOver
	}
	if config.Fault == nil {
		config.Fault = new(durable.Fault)
	}
	if config.Free == nil {
		config.Free = room.Of(config.Parts)
	}
	for _, folder := range []string{config.Parts, config.Clips} {
		if err := config.Disk.MkdirAll(folder, 0o700); err != nil {
			return nil, fmt.Errorf("make the upload folders: %w", err)
		}
	}
	return &Engine{Config: config, locks: newLocks(), recorder: &recorder{store: config.Store}, buffers: newBufferPool()}, nil
}

// File is what a phone declares when it begins an upload.
type File struct {
	Attempt  string
	Item     string
	Filename string
	Filetype string
	Metadata string // the Upload-Metadata header as it came
	Size     int64  // bytes
	Live     bool   // Size is not known yet, and not read (R23)
}

// Create begins an upload. Refusals: exam.UploadTooLarge and exam.UploadEmpty
// before the first byte (R11), refusal.DiskFull, refusal.StorageFailed, and what
// the attempt does not allow (Store.CreateUpload).
func (e *Engine) Create(ctx context.Context, who Principal, file File) (Upload, error) {
	if file.Live {
		file.Size = e.MaxSize // the most that it can become
	}
	space, err := e.checkNew(file.Size)
	if err != nil {
		return Upload{}, err
	}
	now := e.Clock.Now()
	u := Upload{
		ID: strings.ToLower(rand.Text()), Owner: who.Owner, Device: who.Device, TakenIn: who.Staff,
		Attempt: file.Attempt, Item: file.Item,
		Filename: file.Filename, Filetype: file.Filetype, Metadata: file.Metadata,
		Size: file.Size, Live: file.Live, CreatedAt: now, ExpiresAt: now.Add(e.Kept),
	}
	replaced, err := e.Store.CreateUpload(ctx, u, space.Check)
	if err != nil {
		return Upload{}, err
	}
	for _, id := range replaced {
		// Its room is wanted back now; if its request does not end in time,
		// the room comes back with the trash.
		_ = e.Remove(ctx, e.part(id))
	}
	if err := e.makePart(u); err != nil {
		return Upload{}, errors.Join(err, e.remove(ctx, u.ID))
	}
	return u, nil
}

// makePart makes the part with the room for the whole file (R27), so what is
// free afterwards is free for others. Its name is synced with its first bytes.
func (e *Engine) makePart(u Upload) error {
	part, err := e.Disk.FS.OpenFile(e.part(u.ID), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return e.writeFault(err)
	}
	defer part.Close()
	if err := part.Allocate(u.Size); err != nil {
		return e.writeFault(err)
	}
	return nil
}

func (e *Engine) checkNew(size int64) (space room.Space, err error) {
	switch {
	case e.Failure() != nil:
		return space, errBroken()
	case size <= 0:
		return space, refusal.New(exam.UploadEmpty)
	case size > e.MaxSize:
		return space, refusal.New(exam.UploadTooLarge, "max_clip_bytes", e.MaxSize, "size", size)
	}
	if space, err = room.Free(e.Free).Ask(); err != nil {
		return space, err
	}
	return space, space.Check(size)
}

// checkRoom refuses with refusal.DiskFull when need bytes do not fit (R27).
func (e *Engine) checkRoom(need int64) error {
	space, err := room.Free(e.Free).Ask()
	if err != nil {
		return err
	}
	return space.Check(need)
}

// Find returns an upload with its true offset: a request that still receives
// is cancelled first, but not for a device that does not hold the attempt
// (R10). Other people's uploads are exam.UploadNotFound.
func (e *Engine) Find(ctx context.Context, who Principal, id string) (Upload, error) {
	if e.Failure() != nil {
		return Upload{}, errBroken()
	}
	u, err := e.findOwn(ctx, who, id)
	if err != nil || !who.holds(u) {
		return u, err
	}
	h := &hold{id: id}
	if err := e.acquire(ctx, h); err != nil {
		return Upload{}, err
	}
	defer e.locks.release(h)
	if u, err = e.findOwn(ctx, who, id); err != nil || u.Finished || u.Offset < u.Size {
		return u, err
	}
	return u, e.finish(context.WithoutCancel(ctx), u) // it was whole, but its clip could not be made
}

// Arrived is how many bytes of an upload have come, also those that are not
// safe yet, while a request brings them; else 0. It disturbs nobody: a phone
// that waits for an answer learns by it whether its bytes get through.
func (e *Engine) Arrived(id string) int64 {
	if e.locks == nil { // of an engine that only describes the API
		return 0
	}
	return e.locks.arrived(id)
}

func (e *Engine) findOwn(ctx context.Context, who Principal, id string) (Upload, error) {
	u, err := e.Store.FindUpload(ctx, id)
	if err != nil {
		return Upload{}, err
	}
	if !who.owns(u) {
		return Upload{}, refusal.New(exam.UploadNotFound)
	}
	return u, nil
}

// acquire waits for the lock for as long as a take-over may last.
func (e *Engine) acquire(ctx context.Context, h *hold) error {
	wait, cancel := context.WithTimeout(ctx, e.TakeOver)
	defer cancel()
	if err := e.locks.acquire(wait, h); err != nil {
		return errBusy()
	}
	return nil
}

// Terminate removes an unfinished upload. A finished one is a clip, which is
// deleted as such (R12); here it is exam.UploadNotFound.
func (e *Engine) Terminate(ctx context.Context, who Principal, id string) error {
	u, err := e.findOwn(ctx, who, id)
	switch {
	case err != nil:
		return err
	case u.Finished:
		return refusal.New(exam.UploadNotFound)
	case !who.holds(u):
		return refusal.New(exam.OtherDevice)
	}
	return e.remove(ctx, id)
}

// remove deletes the row, and with it names the files for the trash.
func (e *Engine) remove(ctx context.Context, id string) error {
	return e.Store.RemoveUpload(context.WithoutCancel(ctx), id)
}

// Remove deletes a file that no row needs any more. While requests are served
// nothing else deletes. It takes the lock of the upload that the file is named
// after, so a request that still writes to it is cancelled first; Failed says
// that it has not ended yet.
func (e *Engine) Remove(ctx context.Context, path string) error {
	h := &hold{id: strings.TrimSuffix(filepath.Base(path), partSuffix)}
	if err := e.acquire(ctx, h); err != nil {
		return err
	}
	defer e.locks.release(h)
	return e.Disk.Remove(path)
}

// EndAttempt ends what an attempt still receives, after a submit, a reset or
// a void was written down and took the rows of its uploads away. Requests
// under way are answered exam.AttemptOver.
func (e *Engine) EndAttempt(attempt string) {
	e.locks.cancelAttempt(attempt, "", refusal.New(exam.AttemptOver))
}

// Release ends the requests of other devices after device took the attempt
// over (R10); they are answered exam.OtherDevice. Their bytes stay.
func (e *Engine) Release(attempt, device string) {
	e.locks.cancelAttempt(attempt, device, refusal.New(exam.OtherDevice))
}

// Failure is the fault after which nothing is acknowledged any more, or nil.
// Only a new process can know what is on the disk.
func (e *Engine) Failure() error {
	if e.Fault == nil { // of an engine that only describes the API
		return nil
	}
	return e.Fault.Err()
}

// fail notes the first fault and returns the refusal for the phone.
func (e *Engine) fail(err error) error {
	e.Fault.Note(err)
	return errBroken()
}

func errBroken() error { return refusal.New(refusal.StorageFailed) }

// errBusy says that nothing was lost or promised, and to try again.
func errBusy() error { return refusal.New(Failed, "reason", "busy") }

func (e *Engine) part(id string) string { return filepath.Join(e.Parts, id+partSuffix) }
func (e *Engine) clip(id string) string { return filepath.Join(e.Clips, id) }

const partSuffix = ".part"
