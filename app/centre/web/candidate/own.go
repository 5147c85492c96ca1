package candidate

import (
	"context"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
)

// ownOrder returns the order if it is the caller's; another's is as if absent.
func (s *Server) ownOrder(ctx context.Context, find func(context.Context, string) (exam.Order, error), id string) (exam.Order, error) {
	order, err := find(ctx, id)
	if err != nil {
		return exam.Order{}, err
	}
	if order.PersonKey() != access.Of(ctx).Session.Subject {
		return exam.Order{}, refusal.New(refusal.NotFound)
	}
	return order, nil
}

// actOnAttempt applies an event at the caller's own attempt.
func (s *Server) actOnAttempt(ctx context.Context, attemptID string, event exam.Event) (exam.Order, error) {
	order, err := s.ownOrder(ctx, s.Store.FindAttemptOrder, attemptID)
	if err != nil {
		return exam.Order{}, err
	}
	return s.Store.Apply(ctx, order.ID, event)
}

// actOnClip applies an event at the caller's own clip.
func (s *Server) actOnClip(ctx context.Context, clipID string, event exam.Event) (exam.Order, error) {
	order, err := s.ownOrder(ctx, s.Store.FindClipOrder, clipID)
	if err != nil {
		return exam.Order{}, err
	}
	return s.Store.Apply(ctx, order.ID, event)
}
