package staff

import (
	"context"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
)

// maxWithout is how many candidates without a room are listed; the search finds
// the others.
const maxWithout = 100

type withoutInput struct {
	Opens  time.Time `query:"opens" doc:"Only of exactly this window"`
	Closes time.Time `query:"closes"`
	Who    string    `query:"who" maxLength:"64" doc:"Part of the name or ticket number"`
}

type withoutOutput struct{ Body withoutBody }

type withoutBody struct {
	Count   int              `json:"count"`
	Orders  []withoutTurn    `json:"orders" doc:"The first of them"`
	Windows []withoutWindows `json:"windows" doc:"Of those that the search finds"`
}

type withoutTurn struct {
	OrderID   string        `json:"order_id"`
	Candidate candidateBody `json:"candidate"`
	Subject   string        `json:"subject"`
	Grade     int           `json:"grade"`
	OpensAt   time.Time     `json:"opens_at"`
	ClosesAt  time.Time     `json:"closes_at"`
}

// withoutWindows is a window and how many of it have no room.
type withoutWindows struct {
	OpensAt  time.Time `json:"opens_at"`
	ClosesAt time.Time `json:"closes_at"`
	Count    int       `json:"count"`
}

func (s *Server) listWithoutTurn(ctx context.Context, in *withoutInput) (*withoutOutput, error) {
	scope, err := s.scopeOf(ScopeInput{Opens: in.Opens, Closes: in.Closes, Who: in.Who})
	if err != nil {
		return nil, err
	}
	orders, err := s.Store.ListWithoutTurn(ctx, scope)
	out := &withoutOutput{Body: withoutBody{Count: len(orders), Orders: []withoutTurn{}, Windows: []withoutWindows{}}}
	for n, one := range orders {
		windows := &out.Body.Windows
		if last := len(*windows) - 1; last >= 0 && (*windows)[last].OpensAt.Equal(one.Window.OpensAt) && (*windows)[last].ClosesAt.Equal(one.Window.ClosesAt) {
			(*windows)[last].Count++
		} else {
			*windows = append(*windows, withoutWindows{one.Window.OpensAt, one.Window.ClosesAt, 1})
		}
		if n < maxWithout {
			out.Body.Orders = append(out.Body.Orders, withoutTurn{one.OrderID, candidateBody{one.Name, one.Ticket}, one.Subject, one.Grade, one.Window.OpensAt, one.Window.ClosesAt})
		}
	}
	return out, err
}

// TurnsChange is what is previewed and saved. It is exported because Huma names
// schemas by their types.
type TurnsChange struct {
	Orders []string  `json:"orders,omitempty" maxItems:"500" doc:"Who is moved, one behind the other"`
	Hall   int       `json:"hall,omitempty" doc:"To which room; 0: to none"`
	Before string    `json:"before,omitempty" maxLength:"64" doc:"Before this order, which waits there; empty: behind all"`
	Share  bool      `json:"share,omitempty" doc:"Instead: give everybody without a room one"`
	Opens  time.Time `json:"opens,omitzero" doc:"Share only those of exactly this window"`
	Closes time.Time `json:"closes,omitzero"`
}

func (s *Server) rearrangementOf(in TurnsChange) (r store.Rearrangement, err error) {
	r = store.Rearrangement{Share: in.Share, Move: exam.Move{Orders: in.Orders, Hall: in.Hall, Before: in.Before}}
	if in.Share {
		r.Scope, err = s.scopeOf(ScopeInput{Opens: in.Opens, Closes: in.Closes})
	}
	return r, err
}

type previewTurnsInput struct{ Body TurnsChange }

type previewTurnsOutput struct{ Body previewTurnsBody }

type previewTurnsBody struct {
	Moved       []movedBody `json:"moved"`
	Fingerprint string      `json:"fingerprint" doc:"To save exactly this"`
}

type movedBody struct {
	OrderID   string        `json:"order_id"`
	Candidate candidateBody `json:"candidate"`
	FromHall  int           `json:"from_hall" doc:"0: none"`
	From      int           `json:"from"`
	ToHall    int           `json:"to_hall" doc:"0: none"`
	To        int           `json:"to"`
}

func (s *Server) previewTurns(ctx context.Context, in *previewTurnsInput) (*previewTurnsOutput, error) {
	change, err := s.rearrangementOf(in.Body)
	if err != nil {
		return nil, err
	}
	preview, err := s.Store.PreviewTurns(ctx, change)
	if err != nil {
		return nil, err
	}
	out := &previewTurnsOutput{Body: previewTurnsBody{Moved: []movedBody{}, Fingerprint: preview.Fingerprint}}
	for _, one := range preview.Moved {
		out.Body.Moved = append(out.Body.Moved, movedBody{
			OrderID: one.OrderID, Candidate: candidateBody{one.Name, one.Ticket}, FromHall: one.FromHall, From: one.From, ToHall: one.ToHall, To: one.ToPlace,
		})
	}
	return out, nil
}

type saveTurnsInput struct {
	Body struct {
		TurnsChange
		Fingerprint string `json:"fingerprint" maxLength:"64" doc:"Of the preview that was shown"`
	}
}

func (s *Server) saveTurns(ctx context.Context, in *saveTurnsInput) (*struct{}, error) {
	change, err := s.rearrangementOf(in.Body.TurnsChange)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.SaveTurns(ctx, change, in.Body.Fingerprint, access.Of(ctx).Staff())
}
