package candidate

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// pulse is how often a stream says that it is alive: a phone that hears
// nothing for two of them has lost the centre, and its page says so within 5 s.
const pulse = 2 * time.Second

// events streams the attempt as server-sent events: at once, at every change,
// and when its time is up; and an event «pulse» in between. It ends with the
// session, so that the page learns that nobody is logged in any more.
func (s *Server) events(c *fiber.Ctx) error {
	id := c.Params("id")
	order, err := s.ownOrder(c.UserContext(), s.Store.FindAttemptOrder, id)
	if err != nil {
		return err
	}
	s.follow(c, order.ID, "attempt", func(ctx context.Context) (any, error) {
		order, err := s.Store.FindAttemptOrder(ctx, id)
		if err != nil {
			return nil, err
		}
		return s.attemptOf(ctx, order, id)
	})
	return nil
}

// helpEvents streams what came of the device's call.
func (s *Server) helpEvents(c *fiber.Ctx) error {
	s.follow(c, store.HelpKey(access.Of(c.UserContext()).Phone()), "help", func(ctx context.Context) (any, error) {
		out, err := s.getHelp(ctx, nil)
		if err != nil {
			return nil, err
		}
		return out.Body, nil
	})
	return nil
}

// follow answers with a stream of what is looked at: at once, and whenever
// something of that key changed.
func (s *Server) follow(c *fiber.Ctx, key, event string, look func(context.Context) (any, error)) {
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set(fiber.HeaderCacheControl, "no-store")
	who := access.Of(c.UserContext())
	ctx := webkit.WithCaller(context.Background(), who)
	stopping, left := s.streams.open(who.Session.Subject, c.Context().Done())
	c.Context().SetBodyStreamWriter(webkit.Stream(s.Log, "events", func(w *bufio.Writer) {
		changed, stop := s.Store.Watch(key)
		defer stop()
		defer left()
		alive := time.NewTicker(pulse)
		defer alive.Stop()
		beat := func() bool { return s.sessionHolds(ctx) == nil && sendPulse(w) == nil }
		for s.sendEvent(ctx, w, event, look) == nil {
			if !waitForChange(beat, changed, alive.C, stopping) {
				return
			}
		}
	}))
}

// waitForChange returns false when the phone, its session or the server is
// gone, or this stream was one too many.
func waitForChange(beat func() bool, changed <-chan struct{}, alive <-chan time.Time, stopping <-chan struct{}) bool {
	for {
		select {
		case <-changed:
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

func (s *Server) sendEvent(ctx context.Context, w *bufio.Writer, event string, look func(context.Context) (any, error)) error {
	body, err := look(ctx)
	if err != nil {
		return err
	}
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, data); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return s.sessionHolds(ctx)
}

// sessionHolds ends the stream of a candidate who logged out.
func (s *Server) sessionHolds(ctx context.Context) error {
	who := access.Of(ctx)
	_, err := s.Store.FindSession(ctx, who.Secret, who.Session.Kind)
	if refusal.CodeOf(err) == login.Needed {
		return err
	}
	return nil
}
