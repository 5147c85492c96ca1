package outbox

import (
	"context"
	"io"
	"sync"
	"time"

	"kaodian/sync/drop"
)

// Stage is what a run does at the moment.
type Stage string

// The stages of a run, in the order in which each batch goes through them.
const (
	Sealing   Stage = "sealing"
	Sending   Stage = "sending"
	Receiving Stage = "receiving" // receipts
)

// Progress is how far the run under way is with one batch.
type Progress struct {
	Stage    Stage
	Sequence int64 // of the batch; 0 while receipts are read
	Done     int64 // bytes of the batch that are sealed, or handed to the line
	Total    int64 // bytes
	// Remaining is the time for the rest at the speed of the last seconds; 0
	// while that speed is not known.
	Remaining time.Duration
}

// Progress tells how far this process's run is; false without one. It reads no
// database, so a command may ask often.
func (o *Outbox) Progress() (Progress, bool) { return o.meter.read(time.Now()) }

const (
	// speedSpan is over how long the speed is taken: a slow line goes in pushes.
	speedSpan = 30 * time.Second
	// speedLeast is how long a speed must have been seen before it foretells.
	speedLeast = 3 * time.Second
)

// meter counts what a run moves. It is for all goroutines.
type meter struct {
	mu    sync.Mutex
	now   Progress
	moved int64 // bytes since the stage began, without those that lay there already
	marks []mark
	kick  chan struct{} // a stage began
}

// mark is how much had been moved at a moment; its clock is the monotonic one, because
// the time of day may jump.
type mark struct {
	at    time.Time
	moved int64
}

func (m *meter) begin(stage Stage, sequence, total int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = Progress{Stage: stage, Sequence: sequence, Total: total}
	m.moved, m.marks = 0, []mark{{at: time.Now()}}
	select {
	case m.begunLocked() <- struct{}{}:
	default: // nobody heard of the one before yet
	}
}

// begun tells of a stage that began.
func (m *meter) begun() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.begunLocked()
}

func (m *meter) begunLocked() chan struct{} {
	if m.kick == nil {
		m.kick = make(chan struct{}, 1)
	}
	return m.kick
}

func (m *meter) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = Progress{}
}

// at says that the batch is done as far as that byte.
func (m *meter) at(done int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Done = done
}

// skip counts bytes that need not be moved.
func (m *meter) skip(bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Done += bytes
}

func (m *meter) move(bytes int64, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Done += bytes
	m.moved += bytes
	if len(m.marks) == 0 || now.Sub(m.marks[len(m.marks)-1].at) < time.Second {
		return
	}
	m.marks = append(m.marks, mark{at: now, moved: m.moved})
	for len(m.marks) > 1 && now.Sub(m.marks[1].at) >= speedSpan {
		m.marks = m.marks[1:]
	}
}

// read tells how far it is; false while no stage goes on.
func (m *meter) read(now time.Time) (Progress, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.now
	if p.Stage == "" {
		return p, false
	}
	p.Done = min(p.Done, p.Total) // what is read twice, and the records of a batch whose size is not known yet
	first := m.marks[0]
	took, moved := now.Sub(first.at), m.moved-first.moved
	if took >= speedLeast && moved > 0 {
		p.Remaining = time.Duration(float64(p.Total-p.Done) / float64(moved) * float64(took))
	}
	return p, true
}

// reader counts what is read.
func (m *meter) reader(r io.Reader) io.Reader { return &counted{Reader: r, meter: m} }

type counted struct {
	io.Reader
	meter *meter
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.meter.move(int64(n), time.Now())
	return n, err
}

// metered counts what is put at a drop, from where the drop goes on with it.
type metered struct {
	drop.Drop
	meter *meter
	base  int64 // bytes of the batch before this file
}

func (d metered) Put(ctx context.Context, name string, size int64, open func(offset int64) (io.ReadCloser, error)) error {
	err := d.Drop.Put(ctx, name, size, func(offset int64) (io.ReadCloser, error) {
		content, err := open(offset)
		if err != nil {
			return nil, err
		}
		d.meter.at(d.base + offset)
		return struct {
			io.Reader
			io.Closer
		}{d.meter.reader(content), content}, nil
	})
	if err == nil {
		d.meter.at(d.base + size)
	}
	return err
}
