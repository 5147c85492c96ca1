package staff

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

type helpCallBody struct {
	ID        string                  `json:"id"`
	Candidate *candidateBody          `json:"candidate,omitempty" doc:"Absent for a phone at the log-in"`
	Subject   string                  `json:"subject,omitempty"`
	Grade     int                     `json:"grade,omitempty"`
	OrderID   string                  `json:"order_id,omitempty"`
	AttemptID string                  `json:"attempt_id,omitempty"`
	Attempt   exam.AttemptState       `json:"attempt_state,omitempty" enum:"running,submitted,auto_submitted,reset,voided" doc:"Of the attempt, which may be over meanwhile"`
	Number    string                  `json:"device_number"`
	Reason    string                  `json:"reason" enum:"no_sound,not_sending,camera,cannot_do,unwell,log_in,other"`
	AskedAt   time.Time               `json:"asked_at"`
	Waited    int                     `json:"waited_minutes" doc:"Since it asked"`
	ToldAt    time.Time               `json:"told_at" doc:"When the phone was last heard of"`
	State     shared.HelpState        `json:"state"`
	Answers   []shared.HelpAnswerBody `json:"answers"`
}

type helpCallsOutput struct{ Body []helpCallBody }

func (s *Server) listHelp(ctx context.Context, _ *struct{}) (*helpCallsOutput, error) {
	calls, err := s.Store.ListHelp(ctx)
	if err != nil {
		return nil, err
	}
	out := &helpCallsOutput{Body: []helpCallBody{}}
	for _, call := range calls {
		body := helpCallBody{
			ID: call.ID, Subject: call.Subject, Grade: call.Grade, OrderID: call.OrderID, AttemptID: call.AttemptID, Attempt: call.AttemptState,
			Number: store.DeviceNumber(call.Device), Reason: call.Reason, AskedAt: call.AskedAt,
			Waited: int(s.Store.Now().Sub(call.AskedAt).Minutes()), ToldAt: call.ToldAt, Answers: shared.AnswersOf(call),
		}
		if call.Person != "" {
			body.Candidate = &candidateBody{Name: call.Name, Ticket: call.Ticket}
		}
		if err := json.Unmarshal(call.State, &body.State); err != nil {
			return nil, err
		}
		out.Body = append(out.Body, body)
	}
	return out, nil
}

// maxAnswer is what fits on a phone's card, in letters.
const maxAnswer = 120

type answerHelpInput struct {
	shared.IDInput
	Body struct {
		Kind string `json:"kind" enum:"coming,sound,wait_line,wifi,camera,own_camera,calm,rest,numbers,page,text"`
		Text string `json:"text,omitempty" maxLength:"120" doc:"Of the kind text: shown to the child as it is"`
	}
}

func (s *Server) answerHelp(ctx context.Context, in *answerHelpInput) (*struct{}, error) {
	answer := store.HelpAnswer{Kind: in.Body.Kind, By: access.Of(ctx).Session.Subject}
	if answer.Kind == "text" {
		answer.Text = strings.TrimSpace(in.Body.Text)
		if text.Blank(answer.Text) || utf8.RuneCountInString(answer.Text) > maxAnswer {
			return nil, refusal.New(text.Invalid)
		}
		if err := text.Check(answer.Text); err != nil {
			return nil, err
		}
	}
	return nil, s.Store.AnswerHelp(ctx, in.ID, answer)
}

func (s *Server) closeHelp(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.Store.CloseHelp(ctx, in.ID, access.Of(ctx).Session.Subject)
}
