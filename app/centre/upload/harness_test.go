package upload

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/durable/durabletest"
	"kaodian/app/base/refusal"
	"kaodian/app/exam"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// rows is a Store in memory for tests that need a hand on the attempt; what it
// was told counts as safe at once. The real one is tested in web.
type rows struct {
	mu      sync.Mutex
	uploads map[string]Upload
	clips   map[string]time.Time // id → arrival
	cutoff  time.Time
	device  string
	refuse  error // what FinishUpload answers
	fault   error // what RecordOffsets answers
	records int   // calls of RecordOffsets
	trash   []string
	looked  func() // after FindUpload read
	slow    chan struct{}
	held    bool // nothing may be erased by its age
}

func (s *rows) Erases(context.Context) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.held, nil
}

func newRows() *rows {
	return &rows{uploads: map[string]Upload{}, clips: map[string]time.Time{}, cutoff: noon.Add(time.Hour), device: "phone"}
}

func (s *rows) change(f func(*rows)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

func (s *rows) CreateUpload(_ context.Context, u Upload, _ func(int64) error) (replaced []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, other := range s.uploads {
		if other.Attempt == u.Attempt && other.Item == u.Item && !other.Finished {
			delete(s.uploads, id)
			s.trash = append(s.trash, id)
			replaced = append(replaced, id)
		}
	}
	s.uploads[u.ID] = u
	return replaced, nil
}

func (s *rows) FindUpload(_ context.Context, id string) (Upload, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.looked != nil {
		defer s.looked()
	}
	u, ok := s.uploads[id]
	if !ok {
		return Upload{}, refusal.New(exam.UploadNotFound)
	}
	u.Cutoff, u.Device = s.cutoff, s.device
	return u, nil
}

func (s *rows) RecordOffsets(_ context.Context, offsets []Offset) error {
	if s.slow != nil {
		<-s.slow
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records++
	if s.fault != nil {
		return s.fault
	}
	for _, o := range offsets {
		if u, ok := s.uploads[o.ID]; ok && o.Bytes > u.Offset {
			u.Offset, u.ArrivedAt = o.Bytes, o.ArrivedAt
			s.uploads[o.ID] = u
		}
	}
	return nil
}

func (s *rows) SettleUpload(_ context.Context, id string, size int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.uploads[id]; ok && u.Live && u.Offset <= size {
		u.Size, u.Live = size, false
		s.uploads[id] = u
	}
	return nil
}

func (s *rows) FinishUpload(_ context.Context, id string, arrived time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return s.refuse
	}
	u, ok := s.uploads[id]
	if !ok {
		return refusal.New(exam.UploadNotFound)
	}
	u.Finished = true
	s.uploads[id], s.clips[id] = u, arrived
	return nil
}

func (s *rows) RemoveUpload(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.uploads[id]; ok && !u.Finished {
		delete(s.uploads, id)
		s.trash = append(s.trash, id)
	}
	return nil
}

func (s *rows) ListUploads(_ context.Context, attempt string) (list []Upload, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.uploads {
		if !u.Finished && (attempt == "" || u.Attempt == attempt) {
			u.Cutoff, u.Device = s.cutoff, s.device
			list = append(list, u)
		}
	}
	slices.SortFunc(list, func(a, b Upload) int { return cmp.Compare(a.ID, b.ID) })
	return list, nil
}

// bench is an engine on a disk that forgets.
type bench struct {
	*Engine
	t     *testing.T
	disk  *durabletest.Disk
	rows  *rows
	clock *clock.Fake
	free  int64
}

var candidate = Principal{Owner: "li", Device: "phone"}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, disk: durabletest.New("/data"), rows: newRows(), clock: clock.NewFake(noon), free: 100 << 30}
	b.restart()
	return b
}

// restart is a new process on the same disk and rows.
func (b *bench) restart() Recovery {
	b.t.Helper()
	b.disk.Heal()
	engine, err := New(Config{
		Disk: b.disk.Disk(), Parts: "/data/uploads", Clips: "/data/vault/clips", Store: b.rows, Clock: b.clock,
		MaxSize: 1 << 20, SyncEvery: 1 << 10, SyncApart: 1, TakeOver: 2 * time.Second,
		Free: func() (int64, int64, error) { return b.free, 100 << 30, nil },
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.Engine = engine
	found, err := engine.Recover(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

// sweep empties the trash, as upkeep does every second.
func (b *bench) sweep() {
	b.t.Helper()
	for _, id := range b.rows.trash {
		for _, path := range []string{b.part(id), b.clip(id)} {
			if err := b.Remove(b.t.Context(), path); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	b.rows.trash = nil
}

func (b *bench) create(size int64) Upload {
	b.t.Helper()
	u, err := b.Create(b.t.Context(), candidate, File{Attempt: "a1", Item: "1", Size: size})
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

func (b *bench) send(id string, offset int64, data []byte) (Upload, error) {
	return b.Append(b.t.Context(), candidate, id, offset, whole(data))
}

func (b *bench) mustSend(id string, offset int64, data []byte) Upload {
	b.t.Helper()
	u, err := b.send(id, offset, data)
	if err != nil {
		b.t.Fatal(err)
	}
	return u
}

func (b *bench) content(path string) []byte {
	f, err := b.disk.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return nil
	}
	data, _ := io.ReadAll(f)
	return data
}

func whole(data []byte) Body {
	return Body{Reader: bytes.NewReader(data), Length: int64(len(data))}
}

// cutAt is a body that declares all of data and ends after n bytes, as a cut
// connection does under fasthttp.
func cutAt(data []byte, n int) Body {
	return Body{Reader: bytes.NewReader(data[:n]), Length: int64(len(data))}
}

func random(n int) []byte {
	source := rand.New(rand.NewPCG(1, uint64(n)))
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(source.Uint32())
	}
	return data
}

func wantCode(t *testing.T, err error, code refusal.Code) {
	t.Helper()
	if got := refusal.CodeOf(err); got != code || err == nil {
		t.Errorf("error %v, want %s", err, code)
	}
}

var errBrokenDisk = errors.New("disk I/O error")
