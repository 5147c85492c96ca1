package staff

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// checkInRoutes are the page at which candidates check in 签到.
func (s *Server) checkInRoutes() []access.Route {
	const order = "/api/v1/staff/orders/{id}"
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/check-ins", access.Deciders, "The orders that a search at the desk means", s.findForCheckIn),
		webkit.Call(http.MethodGet, "/api/v1/staff/check-ins/today", access.Deciders, "All orders of today, for a desk that loses its line", s.listForCheckIn),
		webkit.Call(http.MethodPost, order+"/check-in", access.Deciders, "Check the candidate in 签到", s.checkIn),
		webkit.Call(http.MethodPost, order+"/check-in/document", access.Deciders, "The candidate was identified by a document (R2, R25)", s.identify),
		webkit.Call(http.MethodPost, order+"/check-in/undo", access.Deciders, "Take a check-in back", s.undoCheckIn),
	}
}

// checkInOrder is an order as the check-in shows it: what tells one candidate
// from another, and no ID number, because a tablet keeps the day's list.
type checkInOrder struct {
	ID             string       `json:"id"`
	Ticket         string       `json:"ticket"`
	Name           string       `json:"name"`
	Subject        string       `json:"subject"`
	Grade          int          `json:"grade"`
	OpensAt        time.Time    `json:"opens_at"`
	ClosesAt       time.Time    `json:"closes_at"`
	From           time.Time    `json:"from" doc:"From when the desk may check in"`
	Status         exam.Status  `json:"status" enum:"submitted,auto_submitted,absent,forfeited,disqualified,running,open,waiting"`
	Photo          bool         `json:"photo" doc:"false: 照片待补, identify by a document (R2)"`
	Consent        string       `json:"face_consent" enum:"none,given,declined"`
	ConsentPaper   bool         `json:"consent_paper" doc:"A consent on paper was entered, with its scan (R25)"`
	DocumentNeeded bool         `json:"document_needed" doc:"No photo, or face comparison declined"`
	CheckIn        *checkInBody `json:"check_in,omitempty" doc:"The one that stands"`
	Refused        *refusedSaid `json:"refused,omitempty" doc:"Why it cannot be checked in now"`
}

type checkInBody struct {
	ID        string        `json:"id"`
	At        time.Time     `json:"at" doc:"When the ticket was read"`
	ArrivedAt time.Time     `json:"arrived_at" doc:"When the centre was told"`
	By        string        `json:"by"`
	Document  exam.Document `json:"document,omitempty" enum:"id_card,household_register,passport,travel_permit,school_card"`
}

// refusedSaid is a refusal that is no answer to an act.
type refusedSaid struct {
	Code refusal.Code   `json:"code"`
	Args map[string]any `json:"args"`
}

func checkInOrderOf(o store.Standing) checkInOrder {
	body := checkInOrder{
		ID: o.OrderID, Ticket: o.Ticket, Name: o.Name, Subject: o.Subject, Grade: o.Grade,
		OpensAt: o.Window.OpensAt, ClosesAt: o.Window.ClosesAt, From: o.CheckInFrom, Status: o.Status,
		Photo: o.Photo, Consent: o.Consent.Name(), ConsentPaper: o.ConsentPaper, DocumentNeeded: !o.Photo || o.Consent == exam.ConsentDeclined,
	}
	if c := o.CheckIn; c != nil {
		body.CheckIn = &checkInBody{ID: c.ID, At: c.At, ArrivedAt: c.ArrivedAt, By: c.By.Name, Document: c.Document}
	}
	if refused := (*refusal.Error)(nil); errors.As(o.CheckInRefused, &refused) {
		body.Refused = &refusedSaid{Code: refused.Code, Args: refused.Args}
		if body.Refused.Args == nil {
			body.Refused.Args = map[string]any{}
		}
	}
	return body
}

type checkInsOutput struct {
	Body struct {
		At     time.Time      `json:"at" doc:"The moment of all this"`
		Orders []checkInOrder `json:"orders"`
	}
}

func (s *Server) checkInsOf(standings []store.Standing) *checkInsOutput {
	out := &checkInsOutput{}
	out.Body.At, out.Body.Orders = s.Store.Now(), []checkInOrder{}
	for _, one := range standings {
		out.Body.Orders = append(out.Body.Orders, checkInOrderOf(one))
	}
	return out
}

type findForCheckInInput struct {
	Who string `query:"who" maxLength:"64" doc:"A ticket number; else part of the name, its pinyin or the ticket number, or the end of the ID number"`
}

func (s *Server) findForCheckIn(ctx context.Context, in *findForCheckInInput) (*checkInsOutput, error) {
	found, err := s.Store.FindForCheckIn(ctx, in.Who)
	return s.checkInsOf(found), err
}

func (s *Server) listForCheckIn(ctx context.Context, _ *struct{}) (*checkInsOutput, error) {
	today, err := s.Store.Reckon(ctx, store.Scope{Day: s.Store.Now()})
	return s.checkInsOf(today), err
}

type checkInOutput struct{ Body checkInOrder }

// checkInApplied applies the event and says how the order stands now.
func (s *Server) checkInApplied(ctx context.Context, orderID string, event exam.Event) (*checkInOutput, error) {
	if _, err := s.Store.Apply(ctx, orderID, event); err != nil {
		return nil, err
	}
	standings, err := s.Store.Reckon(ctx, store.Scope{OrderID: orderID})
	if err != nil {
		return nil, err
	}
	if len(standings) == 0 {
		return nil, refusal.New(refusal.NotFound)
	}
	return &checkInOutput{Body: checkInOrderOf(standings[0])}, nil
}

type checkInInput struct {
	shared.IDInput
	Body struct {
		ID       string        `json:"id" minLength:"8" maxLength:"64" doc:"A name of this act by whoever asks: told twice it counts once"`
		At       time.Time     `json:"at,omitzero" doc:"When the ticket was read, where the device had no line then"`
		Document exam.Document `json:"document,omitempty" maxLength:"32" doc:"By what the candidate was identified"`
	}
}

func (s *Server) checkIn(ctx context.Context, in *checkInInput) (*checkInOutput, error) {
	event := exam.CheckInAt{ID: in.Body.ID, At: in.Body.At.Truncate(time.Millisecond), By: access.Of(ctx).Staff(), Document: in.Body.Document}
	return s.checkInApplied(ctx, in.ID, event)
}

type identifyInput struct {
	shared.IDInput
	Body struct {
		CheckIn  string        `json:"check_in" minLength:"8" maxLength:"64" doc:"The check-in that the page showed"`
		Document exam.Document `json:"document" maxLength:"32" doc:"What was looked at; its number is not kept"`
	}
}

func (s *Server) identify(ctx context.Context, in *identifyInput) (*checkInOutput, error) {
	return s.checkInApplied(ctx, in.ID, exam.IdentifyAt{CheckIn: in.Body.CheckIn, By: access.Of(ctx).Staff(), Document: in.Body.Document})
}

type undoCheckInInput struct {
	shared.IDInput
	Body struct {
		CheckIn string `json:"check_in" minLength:"8" maxLength:"64"`
		Reason  string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Server) undoCheckIn(ctx context.Context, in *undoCheckInInput) (*checkInOutput, error) {
	event := exam.UndoCheckIn{ID: in.Body.CheckIn, By: access.Of(ctx).Staff(), Reason: strings.TrimSpace(in.Body.Reason)}
	return s.checkInApplied(ctx, in.ID, event)
}
