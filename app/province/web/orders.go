package web

import (
	"context"
	"time"

	"kaodian/app/province/store"
)

type ordersInput struct {
	Centre   string `query:"centre" maxLength:"32" doc:"Of this centre only"`
	Install  string `query:"install" maxLength:"16" doc:"Of this install only"`
	Sequence int64  `query:"sequence" minimum:"0" doc:"Of this batch only"`
	Status   string `query:"status" enum:"submitted,auto_submitted,absent,forfeited,disqualified" doc:"In this state only"`
	Who      string `query:"who" maxLength:"64" doc:"Whose name or ticket number holds this"`
	Before   string `query:"before" maxLength:"80" doc:"What next said of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type ordersOutput struct {
	Body struct {
		Orders []orderBody `json:"orders"`
		Next   string      `json:"next,omitempty"`
	}
}

type orderBody struct {
	ID        string        `json:"id"`
	Centre    string        `json:"centre"`
	Install   string        `json:"install"`
	Sequence  int64         `json:"sequence" doc:"Of the batch that brought it"`
	Candidate candidateBody `json:"candidate"`
	Subject   string        `json:"subject"`
	Grade     int64         `json:"grade"`
	OpensAt   time.Time     `json:"opens_at"`
	ClosesAt  time.Time     `json:"closes_at"`
	Status    string        `json:"status" enum:"submitted,auto_submitted,absent,forfeited,disqualified" doc:"When it was sealed"`
	FinalAt   time.Time     `json:"final_at"`
	Clips     int64         `json:"clips" doc:"Videos that came with it"`
	ErasedAt  *time.Time    `json:"erased_at,omitempty" doc:"When its centre erased the person; nothing of the person is here any more"`
}

// listOrders is the only place where an order without a video is seen.
func (s *Server) listOrders(ctx context.Context, in *ordersInput) (*ordersOutput, error) {
	page, err := s.Store.ListOrders(ctx, store.OrderFilter{
		Within: limit(ctx),
		Centre: in.Centre, Install: in.Install, Sequence: in.Sequence, Status: in.Status, Who: in.Who, Before: in.Before, Limit: in.Limit,
	})
	out := &ordersOutput{}
	out.Body.Orders = []orderBody{}
	out.Body.Next = page.Next
	for _, o := range page.Orders {
		var erased *time.Time
		if !o.ErasedAt.IsZero() {
			erased = &o.ErasedAt
		}
		out.Body.Orders = append(out.Body.Orders, orderBody{
			ID: o.ID, Centre: o.Ref.Centre, Install: o.Ref.Install, Sequence: o.Ref.Sequence,
			Candidate: candidateBody{Name: o.Candidate, Ticket: o.Ticket}, Subject: o.Subject, Grade: o.Grade,
			OpensAt: o.OpensAt, ClosesAt: o.ClosesAt, Status: o.Status, FinalAt: o.FinalAt, Clips: o.Clips, ErasedAt: erased,
		})
	}
	return out, err
}
