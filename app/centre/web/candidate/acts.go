package candidate

import (
	"context"
	"net/http"

	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

func (s *Server) acknowledge(ctx context.Context, in *shared.IDInput) (*attemptOutput, error) {
	order, err := s.actOnAttempt(ctx, in.ID, exam.Acknowledge{AttemptID: in.ID})
	if err != nil {
		return nil, err
	}
	return s.answerAttempt(ctx, order, in.ID)
}

func (s *Server) takeOver(ctx context.Context, in *shared.IDInput) (*attemptOutput, error) {
	device := access.Of(ctx).Session.Device
	order, err := s.actOnAttempt(ctx, in.ID, exam.TakeOver{AttemptID: in.ID, Device: device})
	if err != nil {
		return nil, err
	}
	s.Engine.Release(in.ID, device)
	return s.answerAttempt(ctx, order, in.ID)
}

func (s *Server) submit(ctx context.Context, in *shared.IDInput) (*attemptOutput, error) {
	return s.end(ctx, in.ID, exam.Submit{AttemptID: in.ID, Device: access.Of(ctx).Session.Device})
}

func (s *Server) reset(ctx context.Context, in *shared.IDInput) (*attemptOutput, error) {
	return s.end(ctx, in.ID, exam.ResetAttempt{AttemptID: in.ID, Device: access.Of(ctx).Session.Device})
}

// end applies the event and stops what the attempt still received.
func (s *Server) end(ctx context.Context, attemptID string, event exam.Event) (*attemptOutput, error) {
	before, err := s.Store.FindAttemptOrder(ctx, attemptID)
	if err != nil {
		return nil, err
	}
	order, err := s.actOnAttempt(ctx, attemptID, event)
	if err != nil {
		return nil, err
	}
	s.Engine.EndAttempt(attemptID)
	if order.FindAttempt(attemptID) == nil { // a practice run that was reset is gone (R26)
		return s.answerErased(ctx, before, attemptID), nil
	}
	return s.answerAttempt(ctx, order, attemptID)
}

func (s *Server) answerErased(ctx context.Context, before exam.Order, attemptID string) *attemptOutput {
	attempt := *before.FindAttempt(attemptID)
	attempt.State, attempt.EndedAt = exam.Reset, s.Store.Now()
	return &attemptOutput{Status: http.StatusOK, Body: s.attemptBody(ctx, before, attempt)}
}
