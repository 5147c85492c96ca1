package web

import (
	"context"
	"encoding/json"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// HelpState is what a phone says of itself (R30). What it does not know is
// left out; nothing of it is believed, it is only shown. It is exported
// because Huma fills in embedded structs only when they are.
type HelpState struct {
	Page       string      `json:"page" maxLength:"32" doc:"The page's name"`
	Battery    *int        `json:"battery_percent,omitempty" minimum:"0" maximum:"100"`
	Charging   *bool       `json:"charging,omitempty"`
	Connection string      `json:"connection,omitempty" maxLength:"32" doc:"wifi, cellular, slow-2g, 2g, 3g, 4g, offline"`
	Upload     *HelpUpload `json:"upload,omitempty"`
	LastError  string      `json:"last_error,omitempty" maxLength:"64" doc:"A code of ours"`
	Visible    *bool       `json:"visible,omitempty" doc:"Whether the page is in front"`
}

// HelpUpload is how far a video is.
type HelpUpload struct {
	Item    string `json:"item" maxLength:"64"`
	State   string `json:"state" maxLength:"16"`
	Percent int    `json:"percent" minimum:"0" maximum:"100"`
}

type helpInput struct {
	Body struct {
		HelpState
		OrderID   string `json:"order_id,omitempty" maxLength:"64"`
		AttemptID string `json:"attempt_id,omitempty" maxLength:"64"`
	}
}

// askForHelp puts the candidate on top of the staff's board, and keeps what is
// shown there fresh while the call is open.
func (s *Server) askForHelp(ctx context.Context, in *helpInput) (*struct{}, error) {
	who := callerOf(ctx).session
	order, err := s.orderOfHelp(ctx, in)
	if err != nil {
		return nil, err
	}
	state, err := json.Marshal(in.Body.HelpState)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.AskForHelp(ctx, store.HelpCall{
		Device: who.Device, Person: who.Subject, OrderID: order.ID, AttemptID: in.Body.AttemptID, State: state,
	})
}

// orderOfHelp is the order that the page is about, else the person's first.
func (s *Server) orderOfHelp(ctx context.Context, in *helpInput) (exam.Order, error) {
	switch {
	case in.Body.AttemptID != "":
		return s.ownOrder(ctx, s.Store.FindAttemptOrder, in.Body.AttemptID)
	case in.Body.OrderID != "":
		return s.ownOrder(ctx, s.Store.FindOrder, in.Body.OrderID)
	}
	orders, err := s.Store.ListOrders(ctx, callerOf(ctx).session.Subject)
	if err == nil && len(orders) == 0 {
		err = exam.Refuse(exam.NotFound)
	}
	if err != nil {
		return exam.Order{}, err
	}
	return orders[0], nil
}

type helpOutput struct{ Body helpBody }

type helpBody struct {
	Open    bool       `json:"open"`
	AskedAt *time.Time `json:"asked_at,omitempty"`
	SeenAt  *time.Time `json:"seen_at,omitempty" doc:"Somebody is coming"`
}

func (s *Server) getHelp(ctx context.Context, _ *nothing) (*helpOutput, error) {
	who := callerOf(ctx).session
	call, err := s.Store.FindHelp(ctx, who.Device, who.Subject)
	if isNotFound(err) {
		return &helpOutput{}, nil
	}
	return &helpOutput{Body: helpBody{Open: true, AskedAt: &call.AskedAt, SeenAt: unlessZero(call.SeenAt)}}, err
}

func (s *Server) endHelp(ctx context.Context, _ *nothing) (*struct{}, error) {
	return nil, s.Store.EndHelp(ctx, callerOf(ctx).session.Device)
}

type helpCallBody struct {
	ID        string        `json:"id"`
	Candidate candidateBody `json:"candidate"`
	Subject   string        `json:"subject"`
	Grade     int           `json:"grade"`
	OrderID   string        `json:"order_id"`
	AttemptID string        `json:"attempt_id,omitempty"`
	AskedAt   time.Time     `json:"asked_at"`
	ToldAt    time.Time     `json:"told_at" doc:"When the phone was last heard of"`
	SeenAt    *time.Time    `json:"seen_at,omitempty"`
	SeenBy    string        `json:"seen_by,omitempty"`
	State     HelpState     `json:"state"`
}

type helpCallsOutput struct{ Body []helpCallBody }

func (s *Server) listHelp(ctx context.Context, _ *nothing) (*helpCallsOutput, error) {
	calls, err := s.Store.ListHelp(ctx)
	if err != nil {
		return nil, err
	}
	out := &helpCallsOutput{Body: []helpCallBody{}}
	for _, call := range calls {
		body := helpCallBody{
			ID: call.ID, Candidate: candidateBody{Name: call.Name, Ticket: call.Ticket}, Subject: call.Subject, Grade: call.Grade,
			OrderID: call.OrderID, AttemptID: call.AttemptID, AskedAt: call.AskedAt, ToldAt: call.ToldAt,
			SeenAt: unlessZero(call.SeenAt), SeenBy: call.SeenBy,
		}
		if err := json.Unmarshal(call.State, &body.State); err != nil {
			return nil, err
		}
		out.Body = append(out.Body, body)
	}
	return out, nil
}

func (s *Server) seeHelp(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, s.Store.SeeHelp(ctx, in.ID, callerOf(ctx).session.Subject)
}

func (s *Server) closeHelp(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, s.Store.CloseHelp(ctx, in.ID)
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
