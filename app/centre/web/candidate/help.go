package candidate

import (
	"context"
	"encoding/json"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

// logInPage is the page of which a call concerns no person.
const logInPage = "login"

// HelpPlace is what the page is about. It is exported as shared.HelpState is.
type HelpPlace struct {
	OrderID   string `json:"order_id,omitempty" maxLength:"64"`
	AttemptID string `json:"attempt_id,omitempty" maxLength:"64"`
}

type helpInput struct {
	Body struct {
		shared.HelpState
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
	who := access.Of(ctx)
	open, err := s.Store.FindHelp(ctx, call.Device, call.Person)
	if err != nil && !refusal.Is(err, refusal.NotFound) {
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
	return s.Door.Devices.Keep(ctx, who.Visitor, "")
}

type helpStateInput struct {
	Body struct {
		shared.HelpState
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

func (s *Server) helpCall(ctx context.Context, state shared.HelpState, place HelpPlace) (store.HelpCall, error) {
	who := access.Of(ctx)
	call := store.HelpCall{Device: who.Phone(), Person: who.Session.Subject, Address: who.Address}
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
	orders, err := s.Store.ListOrders(ctx, access.Of(ctx).Session.Subject)
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
	Open    bool                    `json:"open"`
	Reason  string                  `json:"reason,omitempty" enum:"no_sound,not_sending,camera,cannot_do,unwell,log_in,other"`
	AskedAt time.Time               `json:"asked_at,omitzero"`
	Number  string                  `json:"device_number,omitempty" doc:"As the board shows it"`
	Answers []shared.HelpAnswerBody `json:"answers" doc:"Oldest first; also of a call that staff closed"`
}

func (s *Server) getHelp(ctx context.Context, _ *struct{}) (*helpOutput, error) {
	who := access.Of(ctx)
	out := &helpOutput{Body: helpBody{Answers: []shared.HelpAnswerBody{}}}
	if who.Phone() == "" {
		return out, nil
	}
	call, err := s.Store.FindHelp(ctx, who.Phone(), who.Session.Subject)
	if refusal.Is(err, refusal.NotFound) {
		return out, nil
	}
	if call.ClosedAt.IsZero() {
		out.Body.Open, out.Body.Reason, out.Body.AskedAt = true, call.Reason, call.AskedAt
	}
	out.Body.Number, out.Body.Answers = store.DeviceNumber(call.Device), shared.AnswersOf(call)
	return out, err
}

func (s *Server) readHelp(ctx context.Context, _ *struct{}) (*struct{}, error) {
	who := access.Of(ctx)
	return nil, s.Store.ReadHelp(ctx, who.Phone(), who.Session.Subject)
}

func (s *Server) endHelp(ctx context.Context, _ *struct{}) (*struct{}, error) {
	who := access.Of(ctx)
	return nil, s.Store.EndHelp(ctx, who.Phone(), who.Session.Subject)
}
