package rehearsal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/room"
	"kaodian/app/centre/store"
	"kaodian/app/centre/upload"
	"kaodian/app/exam"
)

// The refusals of a rehearsal, beside those of the store (RehearsalRuns …).
const (
	NotRunning refusal.Code = "rehearsal_not_running"
	Full       refusal.Code = "rehearsal_full"
	Elsewhere  refusal.Code = "rehearsal_elsewhere" // another page of this phone sends
	NoRoom     refusal.Code = "rehearsal_no_room"
)

// Config is what a Hall works with. Disk, Folder, Store and Clock are required.
type Config struct {
	Disk   durable.Disk
	Folder string // of the rehearsal alone, on the disk of the clips
	Store  *store.Store
	Clock  clock.Clock
	Free   room.Free // room.Of the folder if nil

	// Check estimates how long the checks of one clip of that size take; nil:
	// nobody knows.
	Check func(bytes int64) time.Duration
	// UntilSync is how long it is until the next sending, 0 where none is planned;
	// nil is the same.
	UntilSync func(ctx context.Context) time.Duration
	// Failed is told what went wrong and was got over; nil for nobody.
	Failed func(error)

	// Look is how often the phones are looked at; 1 s if zero.
	Look time.Duration
	// Least is the sending of which a verdict can be made; 30 s if zero.
	Least time.Duration
	// Wait is how long the first phone may be waited for; 15 min if zero.
	Wait time.Duration
	// Silence is after how long a phone that is not heard counts as gone; 8 s if
	// zero: its page is heard every two.
	Silence time.Duration
}

const (
	defaultLook  = time.Second
	defaultLeast = 30 * time.Second
	defaultWait  = 15 * time.Minute
	defaultQuiet = 8 * time.Second

	maxPhones = 120
	// What a phone sends at once is as large as a clip is expected to be, but no
	// larger than maxPiece, and so that all phones fit in half of the room that
	// is left. Under minPiece the parts would be smaller than an exam's.
	maxPiece = 64 << 20
	minPiece = 4 << 20
)

// Plan is what staff say of a rehearsal.
type Plan struct {
	Length    time.Duration // of the sending, from the first phone on
	Expected  int           // candidates an hour
	Clips     int           // of one candidate
	ClipBytes int64         // expected of one clip
}

// Hall holds the rehearsal that runs, at most one. It is safe for many
// goroutines; one Hall at a time works on a folder.
type Hall struct {
	Config
	Engine *upload.Engine // receives what the phones send

	starting sync.Mutex // one start at a time
	begun    chan *run

	mu  sync.Mutex
	run *run // nil while none runs
}

// run is one rehearsal under way. What is not said to be fixed is guarded by
// the hall's mutex.
type run struct {
	id, word, by string // fixed
	plan         Plan   // fixed
	piece        int64  // bytes that a phone sends as one file; fixed

	until    time.Time // monotonic: the wait's end, then the sending's
	sends    bool      // the first phone began
	over     bool
	phones   []*phone
	byDevice map[string]*phone
	uploads  map[string]*piece // by id
	looked   time.Time
	samples  []Sample
	diskRate float64
	ended    chan struct{} // closed when all is written down
}

// Open makes the hall of a folder, removes what an earlier process left there,
// and closes the record of what it ran.
func Open(ctx context.Context, config Config) (*Hall, error) {
	if config.Look == 0 {
		config.Look = defaultLook
	}
	if config.Least == 0 {
		config.Least = defaultLeast
	}
	if config.Wait == 0 {
		config.Wait = defaultWait
	}
	if config.Silence == 0 {
		config.Silence = defaultQuiet
	}
	if config.Free == nil {
		config.Free = room.Of(config.Folder)
	}
	h := &Hall{Config: config, begun: make(chan *run, 1)}
	var err error
	h.Engine, err = upload.New(upload.Config{
		Disk: config.Disk, Parts: h.folder("parts"), Clips: h.folder("clips"), Store: pieces{h},
		// A failure of the disk is noted by whoever watches the data folder
		// (durable.Watch); what fails here alone must not keep an exam from being served.
		Clock: config.Clock, MaxSize: maxPiece, Free: config.Free,
	})
	if err != nil {
		return nil, fmt.Errorf("make the rehearsal's folder: %w", err)
	}
	// Neither keeps an exam from being served; a start tries both again.
	h.note(h.removeLeft())
	_, err = config.Store.CutOffRehearsal(ctx)
	h.note(err)
	return h, nil
}

func (h *Hall) folder(name string) string { return filepath.Join(h.Folder, name) }

// removeLeft empties the folder. Nobody may receive at that time.
func (h *Hall) removeLeft() error {
	for _, folder := range []string{h.Folder, h.folder("parts"), h.folder("clips")} {
		entries, err := h.Disk.FS.ReadDir(folder)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if !entry.IsDir() {
				err = errors.Join(err, h.Disk.Remove(filepath.Join(folder, entry.Name())))
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Start begins a rehearsal, which waits for the first phone. Refusals:
// store.RehearsalRuns, store.RehearsalAttempts, NoRoom, refusal.StorageFailed.
func (h *Hall) Start(ctx context.Context, plan Plan, by exam.Actor) error {
	h.starting.Lock()
	defer h.starting.Unlock()
	if r := h.current(); r != nil {
		return refusal.New(store.RehearsalRuns, "by", r.by)
	}
	if h.Engine.Failure() != nil {
		return refusal.New(refusal.StorageFailed)
	}
	h.note(h.removeStrays(ctx))
	size, err := h.pieceFor(ctx, plan)
	if err != nil {
		return err
	}
	// None runs here, so one that does in the database could not be closed.
	if _, err := h.Store.CutOffRehearsal(ctx); err != nil {
		return err
	}
	r := &run{
		id: strings.ToLower(rand.Text()), word: newWord(), by: by.Name, plan: plan, piece: size,
		until: time.Now().Add(h.Wait), looked: time.Now(),
		byDevice: map[string]*phone{}, uploads: map[string]*piece{}, ended: make(chan struct{}),
	}
	record := store.Rehearsal{ID: r.id, Length: plan.Length, Expected: plan.Expected, Clips: plan.Clips, ClipBytes: plan.ClipBytes}
	if err := h.Store.StartRehearsal(ctx, record, by); err != nil {
		return err
	}
	h.mu.Lock()
	h.run = r
	h.mu.Unlock()
	h.begun <- r
	return nil
}

// pieceFor is how large what a phone sends may be, so that all that may come
// take half of the room at most (R27).
func (h *Hall) pieceFor(ctx context.Context, plan Plan) (int64, error) {
	left, err := h.left(ctx)
	if err != nil {
		return 0, err
	}
	size := min(left/2/maxPhones, maxPiece)
	if size < minPiece {
		return 0, refusal.New(NoRoom, "free", max(0, left), "needed", int64(2*maxPhones*minPiece))
	}
	return min(size, plan.ClipBytes), nil
}

// left is the room for clips: less the reserve and what is promised (R27).
func (h *Hall) left(ctx context.Context) (int64, error) {
	space, err := h.Free.Ask()
	if err != nil {
		return 0, err
	}
	promised, err := h.Store.Reserved(ctx)
	return space.Left(promised), err
}

func (h *Hall) current() *run {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.run
}

// newWord is the one-time word of an address: short enough to be typed, and
// without letters that look alike.
func newWord() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	word := make([]byte, 8)
	rand.Read(word) // never fails
	for i, b := range word {
		word[i] = letters[int(b)%len(letters)]
	}
	return string(word)
}

// Stop ends the rehearsal that staff see; the verdict is made of what there is.
func (h *Hall) Stop(ctx context.Context, id string, by exam.Actor) error {
	r := h.current()
	if r == nil || r.id != id {
		return refusal.New(NotRunning)
	}
	return h.end(ctx, r, store.RehearsalStopped, by)
}

// Yield ends the rehearsal, if one runs, because a candidate's attempt begins,
// and says whether one ran. What it received is gone when Yield returns, which
// may take a moment; its uploads are ended at once.
func (h *Hall) Yield() bool {
	r := h.current()
	if r == nil {
		return false
	}
	h.note(h.end(context.Background(), r, store.RehearsalYielded, exam.Actor{Role: exam.BySystem}))
	return true
}

// Run looks at the phones of whatever rehearsal runs, until the context ends.
func (h *Hall) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-h.begun:
			h.watch(ctx, r)
		}
	}
}

func (h *Hall) watch(ctx context.Context, r *run) {
	rate, err := probe(h.Disk, h.Folder)
	h.note(err)
	h.mu.Lock()
	r.diskRate = rate
	h.mu.Unlock()
	wake := time.NewTicker(h.Look)
	defer wake.Stop()
	for {
		select {
		case <-ctx.Done():
			h.note(h.end(context.WithoutCancel(ctx), r, store.RehearsalCutOff, exam.Actor{Role: exam.BySystem}))
			return
		case <-r.ended:
			return
		case <-wake.C:
		}
		h.look(r)
		if how := h.due(ctx, r); how != "" {
			h.note(h.end(ctx, r, how, exam.Actor{Role: exam.BySystem}))
			return
		}
	}
}

// due says how the rehearsal ends now, "" while it goes on.
func (h *Hall) due(ctx context.Context, r *run) store.RehearsalState {
	attempts, err := h.Store.CountRunningAttempts(ctx)
	h.note(err)
	if attempts > 0 {
		return store.RehearsalYielded
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Now().Before(r.until) {
		return ""
	}
	return store.RehearsalFinished
}

func (h *Hall) note(err error) {
	if err != nil && h.Failed != nil {
		h.Failed(err)
	}
}

// end ends the run once: what receives is ended, the files are removed, and
// what was measured is judged and written down.
func (h *Hall) end(ctx context.Context, r *run, how store.RehearsalState, by exam.Actor) error {
	ctx = context.WithoutCancel(ctx)
	h.mu.Lock()
	if r.over {
		h.mu.Unlock()
		<-r.ended
		return nil
	}
	h.lookAt(r)
	r.over = true
	h.mu.Unlock()

	h.Engine.EndAttempt(r.id)
	h.note(h.removeStrays(ctx))
	record, err := h.record(ctx, r, how)
	if err == nil {
		err = h.Store.EndRehearsal(ctx, record, by)
	}
	h.note(h.removeStrays(ctx)) // of a request that was let in just before
	h.mu.Lock()
	h.run = nil
	h.mu.Unlock()
	close(r.ended)
	return err
}

// removeStrays removes what lies in the folder while none is let in. Parts are
// removed under their locks: a request that still writes is asked to end first.
func (h *Hall) removeStrays(ctx context.Context) error {
	parts, err := h.Disk.FS.ReadDir(h.Engine.Parts)
	for _, part := range parts {
		err = errors.Join(err, h.Engine.Remove(ctx, filepath.Join(h.Engine.Parts, part.Name())))
	}
	return err
}

// removePart removes the file of an upload that no request writes to; one that
// still does is asked to end first.
func (h *Hall) removePart(ctx context.Context, id string) error {
	return h.Engine.Remove(ctx, filepath.Join(h.Engine.Parts, id+".part"))
}
