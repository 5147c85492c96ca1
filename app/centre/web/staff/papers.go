package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// paperRoutes are those of the page that prints.
func (s *Server) paperRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/papers", access.Deciders, "Who is printed on tickets 准考证, day sheets or the list of missing photos; noted (R5)", s.listPapers),
		webkit.Call(http.MethodGet, "/api/v1/staff/poster", access.Deciders, "What the posters say: the Wi-Fi and the centre's address", s.getPoster),
		webkit.Call(http.MethodPost, "/api/v1/staff/poster", access.Deciders, "Write down what the posters say", s.setPoster),
	}
}

type papersInput struct {
	ScopeInput
	Kind string `query:"kind" enum:"tickets,sheets,missing" default:"tickets"`
}

type papersOutput struct{ Body papersBody }

type papersBody struct {
	Centre string     `json:"centre,omitempty"`
	Papers []PaperRow `json:"papers" doc:"By window, then ticket"`
}

// PaperRow is whom a paper is about. It is exported because Huma fills in
// embedded structs only when they are.
type PaperRow struct {
	ID        string      `json:"id"`
	Ticket    string      `json:"ticket"`
	Name      string      `json:"name"`
	Pinyin    string      `json:"pinyin,omitempty"`
	Gender    string      `json:"gender,omitempty" enum:"male,female"`
	BirthDate string      `json:"birth_date,omitempty"`
	IDType    string      `json:"id_type,omitempty"`
	IDNumber  string      `json:"id_number,omitempty" doc:"Masked: to compare, not to log in with"`
	Subject   string      `json:"subject"`
	Grade     int         `json:"grade"`
	OpensAt   time.Time   `json:"opens_at"`
	ClosesAt  time.Time   `json:"closes_at"`
	Minutes   int         `json:"minutes" doc:"Of the countdown (R7)"`
	Items     []PaperItem `json:"items"`
	Photo     bool        `json:"photo"`
	Phone     string      `json:"phone,omitempty" doc:"Of the guardian, on the list of missing photos alone; noted"`
}

// PaperItem is what is recorded, so that each page says it in its language.
type PaperItem struct {
	Name  string `json:"name"`
	Piece string `json:"piece,omitempty" doc:"Of the candidate's own choice"`
}

func (s *Server) listPapers(ctx context.Context, in *papersInput) (*papersOutput, error) {
	scope, err := s.scopeOf(in.ScopeInput)
	if err != nil {
		return nil, err
	}
	orders, err := s.Store.ListRegistered(ctx, scope)
	if err != nil {
		return nil, err
	}
	out := &papersOutput{Body: papersBody{Centre: s.CentreName(), Papers: []PaperRow{}}}
	for _, order := range orders {
		if in.Kind == "missing" && order.Photo != "" {
			continue
		}
		row := s.paperOf(order)
		if in.Kind == "missing" { // a list to telephone by
			row.Phone = order.Phone
			if err := s.Store.Audit(ctx, store.Entry{Action: store.ActionContactViewed, By: access.Of(ctx).Staff(), OrderID: order.ID}); err != nil {
				return nil, err
			}
		}
		out.Body.Papers = append(out.Body.Papers, row)
	}
	return out, s.noteMade(ctx, store.ActionPapersMade, in.ScopeInput, map[string]any{"papers": in.Kind, "orders": len(out.Body.Papers)})
}

func (s *Server) paperOf(o exam.Order) PaperRow {
	body := PaperRow{
		ID:        o.ID,
		Ticket:    o.Ticket,
		Name:      o.Name,
		Pinyin:    o.Pinyin,
		Gender:    o.Gender,
		BirthDate: o.BirthDate.String(),
		IDType:    o.IDType,
		IDNumber:  exam.MaskID(o.IDNumber),
		Subject:   o.Subject,
		Grade:     o.Grade,
		OpensAt:   o.Window.OpensAt,
		ClosesAt:  o.Window.ClosesAt,
		Minutes:   int(s.Store.Rules().Limit(o.Grade).Minutes()),
		Photo:     o.Photo != "",
		Items:     []PaperItem{},
	}
	for _, item := range o.Items {
		body.Items = append(body.Items, PaperItem{Name: item.Name, Piece: item.Piece})
	}
	return body
}

type posterOutput struct{ Body posterBody }

type posterBody struct {
	WifiName     string `json:"wifi_name" maxLength:"32"`
	WifiPassword string `json:"wifi_password" maxLength:"63"`
	Address      string `json:"address" maxLength:"200" doc:"That phones open; empty: the one that the desk itself came to"`
}

func (s *Server) getPoster(ctx context.Context, _ *struct{}) (*posterOutput, error) {
	poster, err := s.Store.FindPoster(ctx)
	body := posterBody(poster)
	if body.Address == "" {
		body.Address = s.Secure.Origin(access.Of(ctx).Origin)
	}
	return &posterOutput{Body: body}, err
}

type setPosterInput struct {
	Body struct {
		WifiName     string      `json:"wifi_name" maxLength:"32"`
		WifiPassword string      `json:"wifi_password" maxLength:"63"`
		Address      string      `json:"address" maxLength:"200" doc:"That phones open; empty: the one that the desk itself came to"`
		Shown        *posterBody `json:"shown,omitempty" doc:"What the form showed; if it is something else now, nothing is changed"`
	}
}

func (s *Server) setPoster(ctx context.Context, in *setPosterInput) (*struct{}, error) {
	poster := store.Poster{WifiName: in.Body.WifiName, WifiPassword: in.Body.WifiPassword, Address: in.Body.Address}
	return nil, s.Store.SetPoster(ctx, poster, (*store.Poster)(in.Body.Shown), access.Of(ctx).Staff())
}
