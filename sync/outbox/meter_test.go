package outbox

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"kaodian/sync/drop"
)

func TestTheRestIsForetoldFromTheLastHalfMinute(t *testing.T) {
	var m meter
	if _, moves := m.read(time.Now()); moves {
		t.Error("a run goes on before one began")
	}
	m.begin(Sending, 1, 1000)
	start := m.marks[0].at
	m.at(100) // lies at the drop already, and says nothing of the line
	told := func(after time.Duration) time.Duration {
		p, _ := m.read(start.Add(after))
		return p.Remaining
	}
	m.move(10, start.Add(time.Second))
	if got := told(time.Second); got != 0 {
		t.Errorf("after a second it foretells %v", got)
	}
	for second := 2; second <= 10; second++ {
		m.move(10, start.Add(time.Duration(second)*time.Second))
	}
	if got := told(10 * time.Second); got != 80*time.Second {
		t.Errorf("800 bytes at 10 a second are %v", got)
	}
	for second := 11; second <= 60; second++ { // the line became slow
		m.move(1, start.Add(time.Duration(second)*time.Second))
	}
	if got := told(60 * time.Second); got != 750*time.Second {
		t.Errorf("750 bytes at 1 a second are %v", got)
	}
	if got := told(120 * time.Second); got <= 750*time.Second {
		t.Errorf("a line that stands still foretells %v", got)
	}
	m.end()
	if _, moves := m.read(start); moves {
		t.Error("it goes on after its end")
	}
}

// resuming is a drop that has the first bytes of each file already.
type resuming struct {
	drop.Drop
	has int64
}

func (d resuming) Put(_ context.Context, _ string, _ int64, open func(int64) (io.ReadCloser, error)) error {
	content, err := open(d.has)
	if err == nil {
		_, err = io.ReadAll(content)
	}
	return err
}

func TestWhatLiesAtTheDropCountsAsDone(t *testing.T) {
	content := strings.Repeat("x", 100)
	var m meter
	m.begin(Sending, 1, 1000)
	put := func(has int64) int64 {
		at := metered{Drop: resuming{has: has}, meter: &m, base: 500}
		err := at.Put(t.Context(), "a", 100, func(offset int64) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(content[offset:])), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return m.now.Done
	}
	if after := put(40); after != 600 || m.moved != 60 {
		t.Errorf("resumed at 540 it is %d, of which %d were moved; want 600 and 60", after, m.moved)
	}
	if after := put(100); after != 600 || m.moved != 60 {
		t.Errorf("with all of it there it is %d, of which %d were moved; want 600 and 60", after, m.moved)
	}
	if after := put(10); after != 600 {
		t.Errorf("sent once more from its beginning it is %d, want 600", after)
	}
}
