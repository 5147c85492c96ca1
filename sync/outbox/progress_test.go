package outbox_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"kaodian/sync/drop"
	"kaodian/sync/drop/open"
	"kaodian/sync/outbox"
)

// watched is a drop that looks at the status after each file that it opened.
type watched struct {
	drop.Drop
	look func(name string)
}

func (d watched) Put(ctx context.Context, name string, size int64, open func(int64) (io.ReadCloser, error)) error {
	return d.Drop.Put(ctx, name, size, func(offset int64) (io.ReadCloser, error) {
		content, err := open(offset)
		if err == nil {
			d.look(name)
		}
		return content, err
	})
}

func (d watched) Get(ctx context.Context, name string, limit int64) (io.ReadCloser, error) {
	d.look(name)
	return d.Drop.Get(ctx, name, limit)
}

// watch gathers the progress at each file that goes or is asked for.
func (c *centre) watch() map[string]outbox.Progress {
	seen := map[string]outbox.Progress{}
	c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
		d, err := open.Open(place, noted)
		return watched{d, func(name string) {
			status, err := c.Status(context.Background())
			c.must(err)
			if status.Progress != nil {
				seen[name[strings.LastIndex(name, "/")+1:]] = *status.Progress
			}
		}}, err
	}
	return seen
}

func TestTheStatusTellsHowFarARunIs(t *testing.T) {
	c := newCentre(t)
	c.must(c.RequestEnrolment(t.Context()))
	c.submit("T1", strings.Repeat("a video ", 10_000))
	seen := c.watch()
	c.must(c.Send(t.Context()))

	folder, m := c.batchOnStick(1)
	if folder == "" || len(m.Files) != 2 {
		t.Fatalf("the batch has %d files", len(m.Files))
	}
	total := m.Files[0].Size + m.Files[1].Size
	done := int64(0)
	for _, file := range m.Files {
		name := file.Name[strings.LastIndex(file.Name, "/")+1:]
		if got, want := seen[name], (outbox.Progress{Stage: outbox.Sending, Sequence: 1, Done: done, Total: total}); got != want {
			t.Errorf("when %s begins it is %+v, want %+v", name, got, want)
		}
		done += file.Size
	}
	if got := seen["manifest.json.minisig"]; got.Done != total {
		t.Errorf("at the signature it is %+v, want %d bytes", got, total)
	}
	status, err := c.Status(t.Context())
	c.must(err)
	if status.Progress != nil {
		t.Errorf("after the run it is %+v", *status.Progress)
	}
	if got := seen["00000001.json"]; got != (outbox.Progress{Stage: outbox.Receiving}) {
		t.Errorf("at the receipt it is %+v", got)
	}
}
