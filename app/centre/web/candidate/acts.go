package candidate

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

// UntilInput is an act that the page waits for no longer than until then: what
// comes later is refused with act_too_late and changes nothing.
type UntilInput struct {
	shared.IDInput
	Until time.Time `header:"Act-Until" timeFormat:"2006-01-02T15:04:05.999999999Z07:00" doc:"By the server's clock: it is not done later. Absent: whenever it comes"`
}

// at is the event, to be done until then.
func (u UntilInput) at(event exam.Event) exam.Event { return exam.Until{Event: event, Moment: u.Until} }

func (s *Server) acknowledge(ctx context.Context, in *shared.IDInput) (*attemptOutput, error) {
	order, err := s.actOnAttempt(ctx, in.ID, exam.Acknowledge{AttemptID: in.ID})
	if err != nil {
		return nil, err
	}
	return s.answerAttempt(ctx, order, in.ID)
}

func (s *Server) takeOver(ctx context.Context, in *UntilInput) (*attemptOutput, error) {
	device := access.Of(ctx).Session.Device
	order, err := s.actOnAttempt(ctx, in.ID, in.at(exam.TakeOver{AttemptID: in.ID, Device: device}))
	if err != nil {
		return nil, err
	}
	s.Engine.Release(in.ID, device)
	return s.answerAttempt(ctx, order, in.ID)
}

func (s *Server) submit(ctx context.Context, in *UntilInput) (*attemptOutput, error) {
	event := in.at(exam.Submit{AttemptID: in.ID, Device: access.Of(ctx).Session.Device})
	return s.end(ctx, in.ID, func(order string) (exam.Order, error) { return s.Store.Apply(ctx, order, event) })
}

func (s *Server) reset(ctx context.Context, in *UntilInput) (*attemptOutput, error) {
	return s.end(ctx, in.ID, func(order string) (exam.Order, error) {
		return s.Store.ResetAttempt(ctx, order, in.ID, func(arriving bool) exam.Event {
			return in.at(exam.ResetAttempt{AttemptID: in.ID, Device: access.Of(ctx).Session.Device, Arriving: arriving})
		})
	})
}

// end does the act at the own attempt's order and stops what it still received.
func (s *Server) end(ctx context.Context, attemptID string, act func(order string) (exam.Order, error)) (*attemptOutput, error) {
	before, err := s.ownOrder(ctx, s.Store.FindAttemptOrder, attemptID)
	if err != nil {
		return nil, err
	}
	order, err := act(before.ID)
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
