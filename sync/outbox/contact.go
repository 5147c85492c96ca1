package outbox

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strconv"
	"time"

	"github.com/robfig/cron/v3"

	"kaodian/sync/drop"
)

// lastContact is the setting that says when the member's own drop last answered,
// also in a run that failed by something else.
const lastContact = "sync_last_contact"

// heard notices whether a drop answers.
type heard struct {
	drop.Drop
	answered bool
}

func (h *heard) Put(ctx context.Context, name string, size int64, open func(offset int64) (io.ReadCloser, error)) error {
	return h.note(h.Drop.Put(ctx, name, size, open))
}

func (h *heard) List(ctx context.Context, dir string) ([]drop.Entry, error) {
	entries, err := h.Drop.List(ctx, dir)
	return entries, h.note(err)
}

func (h *heard) Get(ctx context.Context, name string, limit int64) (io.ReadCloser, error) {
	content, err := h.Drop.Get(ctx, name, limit)
	return content, h.note(err)
}

func (h *heard) note(err error) error {
	h.answered = h.answered || err == nil || errors.Is(err, fs.ErrNotExist)
	return err
}

// keepContact writes down that the member's own drop answered.
func (o *Outbox) keepContact(ctx context.Context, at *heard) error {
	if !at.answered || ctx.Err() != nil {
		return nil
	}
	return o.Store.SetSetting(ctx, lastContact, strconv.FormatInt(o.Clock.Now().UnixMilli(), 10))
}

// often is how close together the runs of a schedule are that goes whenever there
// is a line: that there is none at one of them is what it is for.
const often = time.Hour

// waitsForLine says whether the schedule has runs that close together; some have
// them by day only.
func waitsForLine(schedule cron.Schedule, now time.Time) bool {
	at := schedule.Next(now)
	for range 3 {
		following := schedule.Next(at)
		if following.IsZero() {
			return false
		}
		if following.Sub(at) <= often {
			return true
		}
		at = following
	}
	return false
}
