package candidate

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
)

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

// follow streams what is looked at to the person's phone.
func (s *Server) follow(c *fiber.Ctx, key, event string, look func(context.Context) (any, error)) {
	s.streams.Follow(c, s.Centre, shared.Followed{Of: access.Of(c.UserContext()).Session.Subject, Key: key, Event: event, Look: look})
}
