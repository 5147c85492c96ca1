package backup

import (
	"io"
	"sync"
)

// Stage is what a run does just now.
type Stage string

// The stages, in their order.
const (
	Reading  Stage = "reading"  // what the data folder holds
	Writing  Stage = "writing"  // what is not there yet
	Checking Stage = "checking" // that all of it comes back
)

// Progress is how far a run is in its stage, in bytes in the clear.
type Progress struct {
	Stage Stage `json:"stage"`
	Done  int64 `json:"done"`
	Total int64 `json:"total"`
}

// Meter tells how far a run is while it goes on. A nil one tells nothing.
type Meter struct {
	mu  sync.Mutex
	now Progress
}

// Progress is how far the run is; its stage is "" before the first.
func (m *Meter) Progress() Progress {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// begin enters a stage, or adds to the one that goes on: a second look at the
// folder finds what came in meanwhile.
func (m *Meter) begin(stage Stage, total int64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now.Stage != stage {
		m.now = Progress{Stage: stage}
	}
	m.now.Total += total
}

func (m *Meter) add(n int64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now.Done = min(m.now.Done+n, m.now.Total) // what is read again counts once
}

// reader counts what is read.
func (m *Meter) reader(in io.Reader) io.Reader { return metered{in, m} }

type metered struct {
	io.Reader
	meter *Meter
}

func (m metered) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	m.meter.add(int64(n))
	return n, err
}
