package shared

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// pulse is how often a stream says that it is alive: a phone that hears
// nothing for two of them has lost the centre, and its page says so within 5 s.
const pulse = 2 * time.Second

// Followed is what an event stream tells of.
type Followed struct {
	Of    string // whose stream it is
	Key   string // what changes (store.Watch)
	Event string
	Pause time.Duration // at least, between two events
	Look  func(context.Context) (any, error)
}

// Follow answers with a stream of what is looked at: at once, and whenever
// something of that key changed; what changes in a pause is told after it. It
// ends with the session.
func (s *Streams) Follow(c *fiber.Ctx, centre *Centre, f Followed) {
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set(fiber.HeaderCacheControl, "no-store")
	ctx := webkit.WithCaller(context.Background(), access.Of(c.UserContext()))
	stopping, left := s.open(f.Of, c.Context().Done())
	c.Context().SetBodyStreamWriter(webkit.Stream(centre.Log, "events", func(w *bufio.Writer) {
		changed, stop := centre.Store.Watch(f.Key)
		defer stop()
		defer left()
		alive := time.NewTicker(pulse)
		defer alive.Stop()
		secret := login.HashSecret(access.Of(ctx).Secret)
		beat := func() bool { return s.sessions.holds(ctx, centre.Store, secret) && sendPulse(w) == nil }
		for centre.sendEvent(ctx, w, f) == nil {
			if !waitFor(time.After(f.Pause), beat, alive.C, stopping) || !waitFor(changed, beat, alive.C, stopping) {
				return
			}
		}
	}))
}

// waitFor returns false when the page, its session or the server is gone, or
// this stream was one too many.
func waitFor[T any](come <-chan T, beat func() bool, alive <-chan time.Time, stopping <-chan struct{}) bool {
	for {
		select {
		case <-come:
			return true
		case <-stopping:
			return false
		case <-alive:
			if !beat() {
				return false
			}
		}
	}
}

// sendPulse is an event and no comment: a page is not told of comments.
func sendPulse(w *bufio.Writer) error {
	if _, err := w.WriteString("event: pulse\ndata:\n\n"); err != nil {
		return err
	}
	return w.Flush()
}

func (c *Centre) sendEvent(ctx context.Context, w *bufio.Writer, f Followed) error {
	body, err := f.Look(ctx)
	if err != nil {
		return err
	}
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", f.Event, data); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return c.sessionHolds(ctx)
}

// sessionHolds ends the stream of somebody who logged out.
func (c *Centre) sessionHolds(ctx context.Context) error {
	who := access.Of(ctx)
	_, err := c.Store.FindSession(ctx, who.Secret, who.Session.Kind)
	if refusal.CodeOf(err) == login.Needed {
		return err
	}
	return nil
}
