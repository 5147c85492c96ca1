package web

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

// expectedRoutes tell what published lists make a centre owe, and what came of it.
func (s *Server) expectedRoutes() []route {
	return []route{
		webkit.Call(http.MethodGet, "/api/v1/expected", users, "For each day of each centre, how many orders were published and how many came; those with something late first", s.listExpected),
		webkit.Call(http.MethodGet, "/api/v1/expected/missing", users, "What did not come of one day of a centre, by ticket", s.listMissing),
	}
}

type expectedInput struct {
	Centre string `query:"centre" maxLength:"32" doc:"Of this centre only"`
}

type expectedDay struct {
	Centre   string `json:"centre"`
	Day      string `json:"day" doc:"The window's last, as 2026-07-01 in the zone of the list"`
	Expected int64  `json:"expected"`
	Received int64  `json:"received"`
	Late     int64  `json:"late" doc:"Did not come, although the window closed late_after_hours ago"`
}

type expectedOutput struct {
	Body struct {
		LateAfterHours int           `json:"late_after_hours"`
		Days           []expectedDay `json:"days"`
	}
}

// shownDays is how many rows the list holds.
const shownDays = 300

func (s *Server) listExpected(ctx context.Context, in *expectedInput) (*expectedOutput, error) {
	days, err := s.Store.ListExpected(ctx, limit(ctx), in.Centre, shownDays)
	out := &expectedOutput{}
	out.Body.LateAfterHours = int(store.LateAfter / time.Hour)
	out.Body.Days = []expectedDay{}
	for _, day := range days {
		out.Body.Days = append(out.Body.Days, expectedDay(day))
	}
	return out, err
}

type missingInput struct {
	Centre string `query:"centre" required:"true" minLength:"1" maxLength:"32"`
	Day    string `query:"day" required:"true" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
	After  string `query:"after" maxLength:"200" doc:"The last ticket of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"100"`
}

type missingOrder struct {
	Ticket   string    `json:"ticket"`
	Subject  string    `json:"subject"`
	Grade    int64     `json:"grade"`
	OpensAt  time.Time `json:"opens_at"`
	ClosesAt time.Time `json:"closes_at"`
}

type missingOutput struct {
	Body struct {
		Orders []missingOrder `json:"orders"`
		Next   string         `json:"next,omitempty"`
	}
}

func (s *Server) listMissing(ctx context.Context, in *missingInput) (*missingOutput, error) {
	out := &missingOutput{}
	out.Body.Orders = []missingOrder{}
	if !limit(ctx).Has(in.Centre) {
		return out, nil
	}
	list, err := s.Store.ListMissing(ctx, in.Centre, in.Day, in.After, in.Limit+1)
	if len(list) > in.Limit {
		list = list[:in.Limit]
		out.Body.Next = list[in.Limit-1].Ticket
	}
	for _, one := range list {
		out.Body.Orders = append(out.Body.Orders, missingOrder{Ticket: one.Ticket, Subject: one.Subject, Grade: one.Grade, OpensAt: one.OpensAt, ClosesAt: one.ClosesAt})
	}
	return out, err
}
