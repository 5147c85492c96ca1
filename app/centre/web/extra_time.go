package web

import (
	"context"
	"time"

	"kaodian/app/base/refusal"
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
		ID: e.Grant, AttemptID: attempt, By: exam.Actor{Role: exam.ByStaff, Name: callerOf(ctx).session.Subject},
		Duration: time.Duration(e.Minutes) * time.Minute, Reason: e.Reason,
	}
}

type extraTimeInput struct {
	IDInput
	Body ExtraTime
}

// giveExtraTime gives one attempt extra time; one that timed out and is not
// final runs again.
func (s *Server) giveExtraTime(ctx context.Context, in *extraTimeInput) (*struct{}, error) {
	order, err := s.Store.FindAttemptOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	_, err = s.Store.GiveExtraTime(ctx, order.ID, in.Body.event(ctx, in.ID))
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
	ran, err := s.Store.ListThatRan(ctx, s.latest(in.Body.RanAt))
	if err != nil {
		return nil, err
	}
	out := &extraTimeOutput{Body: extraTimeBody{Refused: []extraTimeRefusedTo{}}}
	for _, entry := range ran {
		_, err := s.Store.GiveExtraTime(ctx, entry.Order.ID, in.Body.event(ctx, entry.AttemptID))
		switch code := refusal.CodeOf(err); {
		case err == nil:
			out.Body.Given++
		case code == "" || code == refusal.DiskFull || code == refusal.StorageFailed:
			return nil, err // nobody after this one would fare better; told again it goes on here
		default:
			out.Body.Refused = append(out.Body.Refused, extraTimeRefusedTo{
				AttemptID: entry.AttemptID, Candidate: candidateBody{Name: entry.Order.Name, Ticket: entry.Order.Ticket}, Code: code,
			})
		}
	}
	return out, nil
}

// latest is when the centre's clock last showed that time of day; now for "".
func (s *Server) latest(clock string) time.Time {
	now := s.Store.Now().In(s.Store.Rules().Location)
	of, err := time.Parse("15:04", clock)
	if err != nil { // "": Huma has refused all else
		return now
	}
	moment := time.Date(now.Year(), now.Month(), now.Day(), of.Hour(), of.Minute(), 0, 0, now.Location())
	if moment.After(now) {
		moment = moment.AddDate(0, 0, -1)
	}
	return moment
}
