package staff

import (
	"context"
	"net/http"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

func (s *Server) windowRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodPost, "/api/v1/staff/windows", access.Deciders, "Move the upload window of one order, of those chosen, or of all (R22)", s.moveWindows),
	}
}

type windowsInput struct {
	Body struct {
		OrderID   string `json:"order_id,omitempty" maxLength:"64" doc:"One order; else those that the fields below choose, all without them"`
		Who       string `json:"who,omitempty" maxLength:"64"`
		Subject   string `json:"subject,omitempty" maxLength:"64"`
		Grade     int    `json:"grade,omitempty" minimum:"0" maximum:"10"`
		Status    string `json:"status,omitempty" pattern:"^[a-z_]*$" maxLength:"32"`
		NoPhoto   bool   `json:"no_photo,omitempty"`
		Emergency bool   `json:"emergency,omitempty"`
		Day       string `json:"day,omitempty" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"`
		Opens     string `json:"opens" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$" doc:"By the centre's clock"`
		Closes    string `json:"closes" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$" doc:"By the centre's clock"`
		Reason    string `json:"reason" minLength:"1" maxLength:"500"`
		Try       bool   `json:"try,omitempty" doc:"Only say what would become of each"`
	}
}

type windowsOutput struct{ Body windowsBody }

type windowsBody struct {
	Moved    int             `json:"moved"`
	Already  int             `json:"already" doc:"They have that window"`
	Refused  int             `json:"refused"`
	First    []windowRefused `json:"first_refused" doc:"As many of them as are told one by one"`
	OpensAt  time.Time       `json:"opens_at"`
	ClosesAt time.Time       `json:"closes_at"`
	Unsent   int             `json:"unsent" doc:"Of the moved: absent or forfeited when the window closes, if nothing more is sent until then (R17)"`
	Former   []formerWindow  `json:"former" doc:"The windows that the moved had: as many as are told"`
}

type formerWindow struct {
	OpensAt  time.Time `json:"opens_at"`
	ClosesAt time.Time `json:"closes_at"`
	Orders   int       `json:"orders"`
}

type windowRefused struct {
	OrderID   string        `json:"order_id"`
	Candidate candidateBody `json:"candidate"`
	Code      refusal.Code  `json:"code"`
}

// moveWindows moves many at once; to undo it they are moved again.
func (s *Server) moveWindows(ctx context.Context, in *windowsInput) (*windowsOutput, error) {
	window, err := s.windowOf(in.Body.Opens, in.Body.Closes)
	if err != nil {
		return nil, err
	}
	ids := []string{in.Body.OrderID}
	if in.Body.OrderID == "" {
		b := in.Body
		filter, err := OrderFilter{Who: b.Who, Subject: b.Subject, Grade: b.Grade, Status: b.Status, NoPhoto: b.NoPhoto, Emergency: b.Emergency, Day: b.Day}.chosen()
		if err != nil {
			return nil, err
		}
		if ids, err = s.Store.ListOrderIDs(ctx, filter); err != nil {
			return nil, err
		}
	}
	event := exam.MoveWindow{Window: window, By: access.Of(ctx).Staff(), Reason: strings.TrimSpace(in.Body.Reason)}
	done, err := s.Store.MoveWindows(ctx, ids, event, in.Body.Try)
	if err != nil {
		return nil, err
	}
	return &windowsOutput{Body: windowsOf(done, window)}, nil
}

// windowOf reads two moments as the centre's clock shows them.
func (s *Server) windowOf(opens, closes string) (exam.Window, error) {
	const form = "2006-01-02T15:04"
	zone := s.Store.Rules().Location
	from, errFrom := time.ParseInLocation(form, opens, zone)
	to, errTo := time.ParseInLocation(form, closes, zone)
	if errFrom != nil || errTo != nil || !from.Before(to) {
		return exam.Window{}, refusal.New(exam.WindowInvalid)
	}
	return exam.Window{OpensAt: from, ClosesAt: to}, nil
}

func windowsOf(done store.WindowsMoved, window exam.Window) windowsBody {
	const told = 50
	body := windowsBody{Moved: done.Moved, Already: done.Already, Refused: len(done.Refused), First: []windowRefused{}, OpensAt: window.OpensAt, ClosesAt: window.ClosesAt, Unsent: done.Unsent, Former: []formerWindow{}}
	for _, r := range done.Refused[:min(told, len(done.Refused))] {
		body.First = append(body.First, windowRefused{OrderID: r.OrderID, Candidate: candidateBody{Name: r.Name, Ticket: r.Ticket}, Code: r.Code})
	}
	for _, f := range done.Former[:min(told, len(done.Former))] {
		body.Former = append(body.Former, formerWindow{OpensAt: f.OpensAt, ClosesAt: f.ClosesAt, Orders: f.Orders})
	}
	return body
}
