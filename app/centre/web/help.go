package web

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
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

// logInPage is the page of which a call concerns no person.
const logInPage = "login"

// HelpPlace is what the page is about. It is exported as HelpState is.
type HelpPlace struct {
	OrderID   string `json:"order_id,omitempty" maxLength:"64"`
	AttemptID string `json:"attempt_id,omitempty" maxLength:"64"`
}

type helpInput struct {
	Body struct {
		HelpState
		HelpPlace
		Reason string `json:"reason" enum:"no_sound,not_sending,camera,cannot_do,unwell,log_in,other"`
	}
}

// askForHelp puts the candidate on top of the staff's board, also from a phone
// at the log-in, or says another reason for the call that is open.
func (s *Server) askForHelp(ctx context.Context, in *helpInput) (*helpOutput, error) {
	call, err := s.helpCall(ctx, in.Body.HelpState, in.Body.HelpPlace)
	if err != nil {
		return nil, err
	}
	call.Reason = in.Body.Reason
	if call.Reason == store.HelpAtLogIn { // whoever cannot log in is not who was logged in here before
		call.Person, call.OrderID, call.AttemptID = "", "", ""
	}
	if err := s.takeCall(ctx, call); err != nil {
		return nil, err
	}
	if err := s.Store.AskForHelp(ctx, call); err != nil {
		return nil, err
	}
	return s.getHelp(ctx, nil)
}

// takeCall bounds how often a device calls; what says nothing new is no call.
func (s *Server) takeCall(ctx context.Context, call store.HelpCall) error {
	who := callerOf(ctx)
	open, err := s.Store.FindHelp(ctx, call.Device, call.Person)
	if err != nil && !isNotFound(err) {
		return err
	}
	if err == nil && open.ClosedAt.IsZero() && open.Reason == call.Reason {
		return nil
	}
	if err := s.calls.Take(call.Device, call.Address, who.Fresh, s.Store.Now()); err != nil {
		return err
	}
	if !who.Fresh {
		return nil
	}
	return s.devices.Keep(ctx, who.Visitor, "")
}

type helpStateInput struct {
	Body struct {
		HelpState
		HelpPlace
	}
}

// tellHelp keeps fresh what the board shows while the call is open.
func (s *Server) tellHelp(ctx context.Context, in *helpStateInput) (*helpOutput, error) {
	call, err := s.helpCall(ctx, in.Body.HelpState, in.Body.HelpPlace)
	if err == nil {
		err = s.Store.TellHelp(ctx, call)
	}
	if err != nil {
		return nil, err
	}
	return s.getHelp(ctx, nil)
}

func (s *Server) helpCall(ctx context.Context, state HelpState, place HelpPlace) (store.HelpCall, error) {
	who := callerOf(ctx)
	call := store.HelpCall{Device: who.phone(), Person: who.session.Subject, Address: who.Address}
	var err error
	if call.State, err = json.Marshal(state); err != nil || call.Person == "" || state.Page == logInPage {
		return call, err
	}
	order, err := s.orderOfHelp(ctx, place)
	call.OrderID, call.AttemptID = order.ID, place.AttemptID
	return call, err
}

// orderOfHelp is the order that the page is about, else the person's first.
func (s *Server) orderOfHelp(ctx context.Context, place HelpPlace) (exam.Order, error) {
	switch {
	case place.AttemptID != "":
		return s.ownOrder(ctx, s.Store.FindAttemptOrder, place.AttemptID)
	case place.OrderID != "":
		return s.ownOrder(ctx, s.Store.FindOrder, place.OrderID)
	}
	orders, err := s.Store.ListOrders(ctx, callerOf(ctx).session.Subject)
	if err == nil && len(orders) == 0 {
		err = refusal.New(refusal.NotFound)
	}
	if err != nil {
		return exam.Order{}, err
	}
	return orders[0], nil
}

type helpOutput struct{ Body helpBody }

type helpBody struct {
	Open    bool             `json:"open"`
	Reason  string           `json:"reason,omitempty" enum:"no_sound,not_sending,camera,cannot_do,unwell,log_in,other"`
	AskedAt *time.Time       `json:"asked_at,omitempty"`
	Number  string           `json:"device_number,omitempty" doc:"As the board shows it"`
	Answers []helpAnswerBody `json:"answers" doc:"Oldest first; also of a call that staff closed"`
}

type helpAnswerBody struct {
	ID     string     `json:"id"`
	Kind   string     `json:"kind" enum:"coming,sound,wait_line,wifi,camera,own_camera,calm,rest,numbers,page,text"`
	Text   string     `json:"text,omitempty"`
	At     time.Time  `json:"at"`
	By     string     `json:"by"`
	ReadAt *time.Time `json:"read_at,omitempty" doc:"When the child said so"`
}

func (s *Server) getHelp(ctx context.Context, _ *nothing) (*helpOutput, error) {
	who := callerOf(ctx)
	out := &helpOutput{Body: helpBody{Answers: []helpAnswerBody{}}}
	if who.phone() == "" {
		return out, nil
	}
	call, err := s.Store.FindHelp(ctx, who.phone(), who.session.Subject)
	if isNotFound(err) {
		return out, nil
	}
	if call.ClosedAt.IsZero() {
		out.Body.Open, out.Body.Reason, out.Body.AskedAt = true, call.Reason, &call.AskedAt
	}
	out.Body.Number, out.Body.Answers = store.DeviceNumber(call.Device), answersOf(call)
	return out, err
}

func answersOf(call store.HelpCall) []helpAnswerBody {
	all := []helpAnswerBody{}
	for _, a := range call.Answers {
		all = append(all, helpAnswerBody{ID: a.ID, Kind: a.Kind, Text: a.Text, At: a.At, By: a.By, ReadAt: maybeTime(a.Read)})
	}
	return all
}

func (s *Server) readHelp(ctx context.Context, _ *nothing) (*struct{}, error) {
	who := callerOf(ctx)
	return nil, s.Store.ReadHelp(ctx, who.phone(), who.session.Subject)
}

func (s *Server) endHelp(ctx context.Context, _ *nothing) (*struct{}, error) {
	who := callerOf(ctx)
	return nil, s.Store.EndHelp(ctx, who.phone(), who.session.Subject)
}

type helpCallBody struct {
	ID        string           `json:"id"`
	Candidate *candidateBody   `json:"candidate,omitempty" doc:"Absent for a phone at the log-in"`
	Subject   string           `json:"subject,omitempty"`
	Grade     int              `json:"grade,omitempty"`
	OrderID   string           `json:"order_id,omitempty"`
	AttemptID string           `json:"attempt_id,omitempty"`
	Number    string           `json:"device_number"`
	Reason    string           `json:"reason" enum:"no_sound,not_sending,camera,cannot_do,unwell,log_in,other"`
	AskedAt   time.Time        `json:"asked_at"`
	Waited    int              `json:"waited_minutes" doc:"Since it asked"`
	ToldAt    time.Time        `json:"told_at" doc:"When the phone was last heard of"`
	State     HelpState        `json:"state"`
	Answers   []helpAnswerBody `json:"answers"`
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
			ID: call.ID, Subject: call.Subject, Grade: call.Grade, OrderID: call.OrderID, AttemptID: call.AttemptID,
			Number: store.DeviceNumber(call.Device), Reason: call.Reason, AskedAt: call.AskedAt,
			Waited: int(s.Store.Now().Sub(call.AskedAt).Minutes()), ToldAt: call.ToldAt, Answers: answersOf(call),
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

// mostAnswer is what fits on a phone's card, in letters.
const mostAnswer = 120

type answerHelpInput struct {
	IDInput
	Body struct {
		Kind string `json:"kind" enum:"coming,sound,wait_line,wifi,camera,own_camera,calm,rest,numbers,page,text"`
		Text string `json:"text,omitempty" maxLength:"120" doc:"Of the kind text: shown to the child as it is"`
	}
}

func (s *Server) answerHelp(ctx context.Context, in *answerHelpInput) (*struct{}, error) {
	answer := store.HelpAnswer{Kind: in.Body.Kind, By: callerOf(ctx).session.Subject}
	if answer.Kind == "text" {
		answer.Text = strings.TrimSpace(in.Body.Text)
		if text.Blank(answer.Text) || utf8.RuneCountInString(answer.Text) > mostAnswer {
			return nil, refusal.New(text.Invalid)
		}
		if err := text.Check(answer.Text); err != nil {
			return nil, err
		}
	}
	return nil, s.Store.AnswerHelp(ctx, in.ID, answer)
}

func (s *Server) closeHelp(ctx context.Context, in *IDInput) (*struct{}, error) {
	return nil, s.Store.CloseHelp(ctx, in.ID, callerOf(ctx).session.Subject)
}
