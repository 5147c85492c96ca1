package staff

import (
	"context"
	"time"

	"kaodian/app/centre/timekeeper"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
)

// Time is what the pages need of the clock's keeper.
type Time interface {
	State() timekeeper.ClockState
	// Confirm sets the clock to the time that somebody says it is, sure of it or not.
	Confirm(ctx context.Context, to time.Time, sure bool, by exam.Actor) error
}

type timeOutput struct{ Body timekeeper.ClockState }

func (s *Server) getTime(context.Context, *struct{}) (*timeOutput, error) {
	state := s.Time.State()
	zone := s.Store.Rules().Location
	for _, t := range []*time.Time{&state.Time, &state.Machine, state.Since, state.ByPhones} {
		if t != nil {
			*t = t.In(zone)
		}
	}
	return &timeOutput{Body: state}, nil
}

type confirmTimeInput struct {
	Body struct {
		Time time.Time `json:"time" doc:"What time it is now. Within five minutes of the machine's clock it means the machine's clock"`
		Sure bool      `json:"sure,omitempty" doc:"Said again, after date_far: a time more than a day from every clock known"`
	}
}

// confirmTime is «the date is right», or another date that staff say.
func (s *Server) confirmTime(ctx context.Context, in *confirmTimeInput) (*timeOutput, error) {
	by := access.Of(ctx).Staff()
	if err := s.Time.Confirm(ctx, in.Body.Time, in.Body.Sure, by); err != nil {
		return nil, err
	}
	return s.getTime(ctx, nil)
}
