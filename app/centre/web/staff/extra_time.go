package staff

import (
	"context"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

// ExtraTime is what staff give (R22). It is exported because Huma fills in
// embedded structs only when they are.
type ExtraTime struct {
	Grant   string `json:"grant" minLength:"8" maxLength:"64" doc:"A name of this act by whoever asks: told twice it counts once"`
	Minutes int    `json:"minutes" minimum:"1" maximum:"240"`
	Reason  string `json:"reason" minLength:"1" maxLength:"500"`
}

func (e ExtraTime) event(ctx context.Context, attempt string) exam.GiveExtraTime {
	return exam.GiveExtraTime{
		ID: e.Grant, AttemptID: attempt, By: access.Of(ctx).Staff(),
		Duration: time.Duration(e.Minutes) * time.Minute, Reason: e.Reason,
	}
}

type extraTimeInput struct {
	shared.IDInput
	Body struct {
		ExtraTime
		Seen         exam.AttemptState `json:"seen,omitempty" enum:"running,auto_submitted" doc:"The state that the page showed: refused where it is another"`
		SeenDeadline time.Time         `json:"seen_deadline,omitzero" doc:"The deadline that the page showed"`
	}
}

// giveExtraTime gives one attempt extra time; one that timed out and is not
// final runs again.
func (s *Server) giveExtraTime(ctx context.Context, in *extraTimeInput) (*struct{}, error) {
	order, err := s.Store.FindAttemptOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	event := in.Body.event(ctx, in.ID)
	event.Seen, event.SeenDeadline = in.Body.Seen, in.Body.SeenDeadline
	_, err = s.Store.GiveExtraTime(ctx, order.ID, event)
	return nil, err
}

type extraTimeForAllInput struct {
	Body struct {
		ExtraTime
		RanAt string `json:"ran_at,omitempty" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" doc:"Hours and minutes by the centre's clock, today or yesterday, at which they ran; now without it"`
	}
}

type extraTimeOutput struct{ Body extraTimeBody }

type extraTimeBody struct {
	Given   int                  `json:"given"`
	Refused []extraTimeRefusedTo `json:"refused"`
}

type extraTimeRefusedTo struct {
	AttemptID string        `json:"attempt_id"`
	Candidate candidateBody `json:"candidate"`
	Code      refusal.Code  `json:"code"`
}

// giveAllExtraTime gives it to all that run, or ran at a moment: a power cut, a
// lost Wi-Fi. One that may have none keeps it from nobody else; told again,
// nobody gets it twice.
func (s *Server) giveAllExtraTime(ctx context.Context, in *extraTimeForAllInput) (*extraTimeOutput, error) {
	given, err := s.Store.GiveAllExtraTime(ctx, in.Body.RanAt, in.Body.event(ctx, ""))
	if err != nil {
		return nil, err
	}
	out := &extraTimeOutput{Body: extraTimeBody{Given: given.Given, Refused: []extraTimeRefusedTo{}}}
	for _, r := range given.Refused {
		out.Body.Refused = append(out.Body.Refused, extraTimeRefusedTo{
			AttemptID: r.AttemptID, Candidate: candidateBody{Name: r.Order.Name, Ticket: r.Order.Ticket}, Code: r.Code,
		})
	}
	return out, nil
}
