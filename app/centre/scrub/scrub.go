// Package scrub reads every stored file of which the records say what its bytes
// are, once a night while nobody is in an exam, and names those that are damaged,
// gone or cannot be read.
//
// It owns the setting «scrub_state»: how far the pass is, when the last whole one
// was, and what was found. After a crash the pass goes on at the file where it
// stopped. It changes no file, and must not import who serves or seals.
package scrub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/app/centre/store"
)

// Store is what the scrub needs of the centre's store.
type Store interface {
	ListStored(ctx context.Context, after string, most int) ([]store.Stored, error)
	FindStored(ctx context.Context, path string) (file store.Stored, found bool, err error)
	KnownStored(ctx context.Context, paths []string) (known []string, err error)
	CountRunningAttempts(ctx context.Context) (attempts int, err error)
	FindSetting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
	Now() time.Time
}

// Wrong says in a word what is wrong with a file.
type Wrong string

// What can be wrong with a file.
const (
	Damaged    Wrong = "damaged"    // its bytes are others than those that came
	Gone       Wrong = "gone"       // it is not there
	Replaced   Wrong = "replaced"   // a folder or a link is in its place, also one that leads to the same bytes
	Unreadable Wrong = "unreadable" // the disk does not give it; it may be whole
)

// Problem is a file that is not as the records say.
type Problem struct {
	Path      string           `json:"path"`
	Kind      store.StoredKind `json:"kind"`
	OrderID   string           `json:"order_id,omitempty"`
	Wrong     Wrong            `json:"wrong"`
	Error     string           `json:"error,omitempty"` // of one that cannot be read as a file
	FoundAt   time.Time        `json:"found_at"`
	Seen      bool             `json:"seen"`           // by the pass that goes on, or the last one
	Since     time.Time        `json:"since,omitzero"` // when the file came, if that is known
	Delivered bool             `json:"delivered,omitempty"`
}

// State is how far the scrub is, and what it found.
type State struct {
	StartedAt time.Time `json:"started_at,omitzero"` // of the pass that goes on; zero between two
	After     string    `json:"after,omitempty"`     // the last file that was read in it
	Files     int64     `json:"files,omitempty"`
	Bytes     int64     `json:"bytes,omitempty"`

	DoneAt    time.Time `json:"done_at,omitzero"` // the end of the last whole pass
	DoneFiles int64     `json:"done_files,omitempty"`
	DoneBytes int64     `json:"done_bytes,omitempty"`

	Problems []Problem `json:"problems,omitempty"`
}

const (
	setting    = "scrub_state"
	page       = 2000 // files that are asked for at once: each question sorts all
	saveEvery  = 5 * time.Second
	readAtOnce = 1 << 20
	// maxProblems keeps a disk that is gone from filling the settings; more files
	// than these are counted by nobody, because one word helps with all of them.
	maxProblems = 500
)

// errBusy ends the reading of a file because somebody is in an exam.
var errBusy = errors.New("somebody is in an exam")

// Config is what a scrub works with.
type Config struct {
	Store  Store
	Folder string // the data folder
	Log    *slog.Logger
	Zone   func() *time.Location       // of the night
	Apart  func(do func() error) error // does it with the lowest priority
	Found  func()                      // something was found, or a pass ended
}

// Scrub reads the files of one centre.
type Scrub struct {
	Config

	wake chan struct{}

	mu    sync.Mutex
	state State
	asked bool
}

// tick is how often it is looked whether a pass is due and may go on.
const tick = 20 * time.Second

// New is a scrub that knows what the last one found.
func New(ctx context.Context, c Config) (*Scrub, error) {
	state, err := Read(ctx, c.Store)
	return &Scrub{Config: c, wake: make(chan struct{}, 1), state: state}, err
}

// Read is what the last scrub found, as it was written down.
func Read(ctx context.Context, from Store) (s State, err error) {
	text, err := from.FindSetting(ctx, setting)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &s)
	}
	return s, err
}

// State is how far it is. It waits for nothing.
func (s *Scrub) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := s.state
	state.Problems = slices.Clone(state.Problems)
	return state
}

// Start has a pass begin as soon as nobody is in an exam.
func (s *Scrub) Start() {
	s.mu.Lock()
	s.asked = true
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Waits says that a pass was asked for or goes on, and is not at its end.
func (s *Scrub) Waits() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked || !s.state.StartedAt.IsZero()
}

// Run makes a pass each night, until the context ends.
func (s *Scrub) Run(ctx context.Context) error {
	again := time.NewTicker(tick)
	defer again.Stop()
	for {
		select { // the start has enough to do
		case <-ctx.Done():
			return nil
		case <-again.C:
		case <-s.wake:
		}
		if err := s.Once(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, errBusy) {
			s.Log.Error("read the stored files", "error", err)
		}
	}
}

// Once forgets what no record names any more, and makes or goes on with the pass
// that is due, if one is and nobody is in an exam.
func (s *Scrub) Once(ctx context.Context) error {
	if err := s.forgetUnknown(ctx); err != nil {
		return err
	}
	if !s.isDue() {
		return nil
	}
	if err := s.mayRead(ctx); err != nil {
		return err
	}
	s.begin()
	saved := time.Now()
	for {
		files, err := s.Store.ListStored(ctx, s.State().After, page)
		if err != nil {
			return err
		}
		if len(files) == 0 {
			return s.finish(ctx)
		}
		for _, file := range files {
			if err := s.readOne(ctx, file); err != nil {
				return errors.Join(err, s.save(context.WithoutCancel(ctx)))
			}
			if time.Since(saved) < saveEvery {
				continue
			}
			if err := s.save(ctx); err != nil {
				return err
			}
			saved = time.Now()
		}
	}
}

// forgetUnknown drops the problems of files that were let go of, as an erasure or a
// receipt's time has it: they are nobody's to see to.
func (s *Scrub) forgetUnknown(ctx context.Context) error {
	var paths []string
	for _, p := range s.State().Problems {
		paths = append(paths, p.Path)
	}
	if len(paths) == 0 {
		return nil
	}
	known, err := s.Store.KnownStored(ctx, paths)
	if err != nil || len(known) == len(paths) {
		return err
	}
	s.mu.Lock()
	s.state.Problems = slices.DeleteFunc(s.state.Problems, func(p Problem) bool {
		return slices.Contains(paths, p.Path) && !slices.Contains(known, p.Path)
	})
	s.mu.Unlock()
	err = s.save(ctx)
	s.Found()
	return err
}

// isDue says that a pass goes on, was asked for, or that a night began since the
// last whole one. A server that is off by night makes up for it when it starts.
func (s *Scrub) isDue() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked || !s.state.StartedAt.IsZero() {
		return true
	}
	now := s.Store.Now()
	return s.state.DoneAt.After(now) || s.state.DoneAt.Before(lastNight(now.In(s.Zone())))
}

// nightHour is when a night's pass begins: after midnight's backups and sendings.
const nightHour = 2

// lastNight is when the last night's pass was to begin.
func lastNight(now time.Time) time.Time {
	night := time.Date(now.Year(), now.Month(), now.Day(), nightHour, 0, 0, 0, now.Location())
	if night.After(now) {
		night = night.AddDate(0, 0, -1)
	}
	return night
}

func (s *Scrub) mayRead(ctx context.Context) error {
	running, err := s.Store.CountRunningAttempts(ctx)
	if err == nil && running > 0 {
		err = errBusy
	}
	return err
}

func (s *Scrub) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = false
	if s.state.StartedAt.IsZero() {
		s.state.StartedAt, s.state.After, s.state.Files, s.state.Bytes = s.Store.Now(), "", 0, 0
		for i := range s.state.Problems {
			s.state.Problems[i].Seen = false
		}
	}
}

// finish dates the whole pass, and forgets problems that it did not find again.
func (s *Scrub) finish(ctx context.Context) error {
	s.mu.Lock()
	s.state.Problems = slices.DeleteFunc(s.state.Problems, func(p Problem) bool { return !p.Seen })
	s.state.DoneAt, s.state.DoneFiles, s.state.DoneBytes = s.Store.Now(), s.state.Files, s.state.Bytes
	s.state.StartedAt, s.state.After = time.Time{}, ""
	s.mu.Unlock()
	err := s.save(ctx)
	s.Found()
	return err
}

func (s *Scrub) save(ctx context.Context) error {
	text, err := json.Marshal(s.State())
	if err != nil {
		return err
	}
	return s.Store.SetSetting(ctx, setting, string(text))
}

// readOne reads one file and notes how it is; errBusy or the context's error if it
// was not read to its end.
func (s *Scrub) readOne(ctx context.Context, file store.Stored) error {
	var size int64
	var wrong Wrong
	var why error
	err := s.Apart(func() error {
		size, wrong, why = s.compare(ctx, file)
		return nil
	})
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(why, errBusy):
		return errBusy
	case wrong != "":
		err = s.note(ctx, file, wrong, why)
	default:
		s.clear(file.Path)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.After = file.Path
	s.state.Files++
	s.state.Bytes += size
	return err
}

// compare reads a file whole.
func (s *Scrub) compare(ctx context.Context, file store.Stored) (size int64, wrong Wrong, why error) {
	from, err := fromDisk(filepath.Join(s.Folder, filepath.FromSlash(file.Path)))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENOTDIR):
		return 0, Gone, err
	case errors.Is(err, errNoFile), errors.Is(err, unix.ELOOP), errors.Is(err, unix.ENXIO):
		return 0, Replaced, err
	case err != nil:
		return 0, Unreadable, err
	}
	defer from.Close()
	sum := sha256.New()
	if size, err = io.CopyBuffer(sum, &yielding{ctx: ctx, from: from, may: s.mayRead}, make([]byte, readAtOnce)); err != nil {
		return size, Unreadable, err
	}
	if hex.EncodeToString(sum.Sum(nil)) != file.SHA256 {
		return size, Damaged, nil
	}
	return size, "", nil
}

// yielding ends with errBusy when somebody begins an exam.
type yielding struct {
	ctx  context.Context
	from io.Reader
	may  func(context.Context) error
	left int // bytes until it is looked again
}

// lookAfter is in bytes: what a disk reads in a fraction of a second.
const lookAfter = 32 << 20

func (y *yielding) Read(p []byte) (int, error) {
	if y.left <= 0 {
		if err := y.may(y.ctx); err != nil {
			return 0, errors.Join(errBusy, err)
		}
		y.left = lookAfter
	}
	n, err := y.from.Read(p)
	y.left -= n
	return n, err
}

// note writes a problem down, unless the file was replaced or let go while it was
// read.
func (s *Scrub) note(ctx context.Context, file store.Stored, wrong Wrong, why error) error {
	now, found, err := s.Store.FindStored(ctx, file.Path)
	if err != nil || !found || now.SHA256 != file.SHA256 {
		return err
	}
	p := Problem{
		Path: file.Path, Kind: file.Kind, OrderID: file.OrderID, Wrong: wrong, FoundAt: s.Store.Now(), Seen: true,
		Since: s.sinceOf(file), Delivered: file.Delivered,
	}
	if why != nil && wrong != Gone {
		p.Error = why.Error()
	}
	if s.add(p) {
		s.Log.Error("a stored file is not as it was", "file", p.Path, "wrong", string(p.Wrong), "error", why)
		err = s.save(ctx)
		s.Found()
	}
	return err
}

// sinceOf is when the file came; zero if neither the records nor the disk know.
func (s *Scrub) sinceOf(file store.Stored) time.Time {
	if !file.Since.IsZero() {
		return file.Since
	}
	info, err := os.Lstat(filepath.Join(s.Folder, filepath.FromSlash(file.Path)))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// add keeps a problem; isNew says that nobody knew of it.
func (s *Scrub) add(p Problem) (isNew bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.state.Problems, func(known Problem) bool { return known.Path == p.Path })
	if i >= 0 {
		known := s.state.Problems[i]
		if known.Wrong == p.Wrong {
			p.FoundAt = known.FoundAt
		}
		s.state.Problems[i] = p
		return known.Wrong != p.Wrong
	}
	if len(s.state.Problems) >= maxProblems {
		return false
	}
	s.state.Problems = append(s.state.Problems, p)
	return true
}

// clear forgets the problem of a file that is whole.
func (s *Scrub) clear(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Problems = slices.DeleteFunc(s.state.Problems, func(p Problem) bool { return p.Path == path })
}

// errNoFile says that something else has a file's name.
var errNoFile = errors.New("it is no file")

// fromDisk opens a file so that it is read from the disk itself, and keeps nothing
// of it in memory that phones' files lie in.
func fromDisk(path string) (*diskFile, error) {
	// What is no file, a pipe for one, must not be waited for: nothing would end it.
	// A link is followed nowhere: no backup holds what it leads to.
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: %w", path, errNoFile)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	forget(file)
	return &diskFile{file}, nil
}

type diskFile struct{ *os.File }

func (d *diskFile) Close() error {
	forget(d.File)
	return d.File.Close()
}

func forget(file *os.File) {
	_ = unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED) // it is only advice
}
