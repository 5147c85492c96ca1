package outbox_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/robfig/cron/v3"

	"kaodian/sync/drop"
	"kaodian/sync/drop/open"
	"kaodian/sync/outbox"
)

// another is the outbox of another process on the same data folder.
func (c *centre) another() *outbox.Outbox {
	return &outbox.Outbox{Store: c.Store, Folder: c.folder, Clock: c.clock, Schedule: c.Schedule, Host: c.host}
}

func TestAnotherProcessTellsHowFarARunIs(t *testing.T) {
	c := newCentre(t)
	other := c.another()
	told := func() outbox.Status {
		status, err := other.Status(context.Background())
		c.must(err)
		return status
	}
	if status := told(); status.Sending || status.Progress != nil {
		t.Errorf("before any run: %+v", status)
	}
	c.submit("T1", strings.Repeat("a video ", 10_000))
	seen, looked := outbox.Status{}, false
	c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
		d, err := open.Open(place, noted)
		return watched{d, func(name string) {
			if !strings.HasPrefix(name, "jinan/") || looked {
				return
			}
			looked = true
			for range 6000 { // a minute, however busy the machine is
				if seen = told(); seen.Progress != nil && seen.Progress.Stage == outbox.Sending {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
		}}, err
	}
	c.must(c.Send(t.Context()))
	if p := seen.Progress; !seen.Sending || p == nil || p.Stage != outbox.Sending || p.Sequence != 1 || p.Total < 80_000 {
		t.Errorf("in the run the other says %+v of %+v", seen.Sending, seen.Progress)
	}
	if status := told(); status.Sending || status.Progress != nil {
		t.Errorf("after the run it says %v, %+v", status.Sending, status.Progress)
	}
}

// What a killed process left is nobody's run.
func TestWhatAKilledRunLeftIsNotTold(t *testing.T) {
	c := newCentre(t)
	left := `{"Stage":"sending","Sequence":1,"Done":5,"Total":10}`
	c.must(os.WriteFile(filepath.Join(c.folder, "sync.progress"), []byte(left), 0o600))
	if status := c.status(); status.Sending || status.Progress != nil {
		t.Errorf("it says %v, %+v", status.Sending, status.Progress)
	}
	c.submit("T1", "a video")
	c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
		if status, err := c.another().Status(context.Background()); err != nil || !status.Sending || status.Progress != nil {
			t.Errorf("of the run that begins it says %v, %+v, %v", status.Sending, status.Progress, err)
		}
		return open.Open(place, noted)
	}
	c.must(c.Send(t.Context()))
}

// A reader, however slow, keeps no run back.
func TestWhoLooksAtTheStatusHoldsNoRunUp(t *testing.T) {
	c := newCentre(t)
	c.must(c.Send(t.Context()))
	reader := flock.New(filepath.Join(c.folder, "sync.progress"))
	c.must(reader.RLock())
	defer reader.Close()
	c.must(c.Send(t.Context()))
}

// schedule sends by another one.
func (c *centre) schedule(text string) {
	c.t.Helper()
	schedule, err := cron.ParseStandard(text)
	c.must(err)
	c.Schedule = schedule
}

// dropping is a drop whose line breaks once a file of a batch goes.
type dropping struct{ drop.Drop }

func (d dropping) Put(ctx context.Context, name string, size int64, open func(int64) (io.ReadCloser, error)) error {
	if strings.HasPrefix(name, "jinan/") {
		return errAway
	}
	return d.Drop.Put(ctx, name, size, open)
}

func TestNoLineIsNoFailureWhereSendingWaitsForOne(t *testing.T) {
	for text, waits := range map[string]bool{"*/10 * * * *": true, "*/10 8-20 * * *": true, "0 20 * * *": false} {
		c := newCentre(t)
		c.schedule(text)
		back := c.leave()
		_ = c.Send(t.Context())
		if s := c.status(); s.LastErrorCode != outbox.Trouble(drop.Unreachable) || s.NoLine || !s.LastContact.IsZero() {
			t.Errorf("%s: a drop that never answered is no failure: %+v", text, s)
		}
		back()
		c.must(c.Send(t.Context()))
		there := c.Clock.Now()
		c.clock.Advance(20 * time.Minute)
		c.leave()
		_ = c.Send(t.Context())
		if s := c.status(); s.NoLine != waits || !s.LastContact.Equal(there) {
			t.Errorf("%s: without a line it says %v, last there %s, want %v, %s", text, s.NoLine, s.LastContact, waits, there)
		}
		// A run in which it breaks heard the drop, though it did not succeed.
		c.submit("T1", "a video")
		c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
			d, err := open.Open(place, noted)
			return dropping{d}, err
		}
		_ = c.Send(t.Context())
		if s := c.status(); !s.LastContact.Equal(c.Clock.Now()) || !s.LastSuccess.Equal(there) || s.NoLine != waits {
			t.Errorf("%s: after a run that broke it says %v, last there %s, success %s", text, s.NoLine, s.LastContact, s.LastSuccess)
		}
	}
}
