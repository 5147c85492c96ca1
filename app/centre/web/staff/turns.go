package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

func (s *Server) turnRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodPost, "/api/v1/staff/halls", access.Deciders, "Open a room 考场", s.addHall),
		webkit.Call(http.MethodPost, "/api/v1/staff/halls/{number}/name", access.Deciders, "Name a room beside its number", s.renameHall),
		webkit.Call(http.MethodDelete, "/api/v1/staff/halls/{number}", access.Deciders, "Close a room in which nobody waits", s.closeHall),
		webkit.Call(http.MethodGet, "/api/v1/staff/turns", access.Deciders, "Today's rooms and the order of turns in each", s.listTurns),
		webkit.Call(http.MethodGet, "/api/v1/staff/turns/without", access.Deciders, "Who can begin today and has no room, by window, then list", s.listWithoutTurn),
		webkit.Call(http.MethodPost, "/api/v1/staff/turns/preview", access.Deciders, "Whom a change of the order of turns would move", s.previewTurns),
		webkit.Call(http.MethodPost, "/api/v1/staff/turns/save", access.Deciders, "Make the change that was previewed", s.saveTurns),
		webkit.Call(http.MethodPost, "/api/v1/staff/turns/{id}/call", access.Deciders, "Call a candidate 叫号, also a second and third time", s.callTurn),
		webkit.Call(http.MethodPost, "/api/v1/staff/turns/{id}/came", access.Deciders, "The candidate is here", s.noteCame),
		webkit.Call(http.MethodPost, "/api/v1/staff/turns/{id}/missed", access.Deciders, "Nobody came 过号, after three calls at least 30 s apart", s.noteMissed),
		webkit.Call(http.MethodPost, "/api/v1/staff/turns/{id}/undo", access.Deciders, "Take the last act at a turn back", s.undoTurn),
		webkit.Call(http.MethodGet, "/api/v1/staff/screen", access.Deciders, "What the call screen shows: no whole name or ticket", s.getScreen),
		webkit.Native(http.MethodGet, "/api/v1/staff/screen/events", access.Deciders, "The same whenever something changes", s.screenEvents),
	}
}

type hallBody struct {
	Number int    `json:"number"`
	Name   string `json:"name,omitempty"`
}

type hallOutput struct{ Body hallBody }

type newHallInput struct {
	Body struct {
		Name string `json:"name,omitempty" maxLength:"40"`
	}
}

func (s *Server) addHall(ctx context.Context, in *newHallInput) (*hallOutput, error) {
	number, err := s.Store.AddHall(ctx, in.Body.Name, access.Of(ctx).Staff())
	return &hallOutput{Body: hallBody{Number: number, Name: in.Body.Name}}, err
}

// HallInput is the path's number. It is exported because Huma fills in embedded
// structs only when they are.
type HallInput struct {
	Number int `path:"number"`
}

type hallNameInput struct {
	HallInput
	Body struct {
		Name string `json:"name" maxLength:"40"`
	}
}

func (s *Server) renameHall(ctx context.Context, in *hallNameInput) (*struct{}, error) {
	return nil, s.Store.RenameHall(ctx, in.Number, in.Body.Name, access.Of(ctx).Staff())
}

func (s *Server) closeHall(ctx context.Context, in *HallInput) (*struct{}, error) {
	return nil, s.Store.CloseHall(ctx, in.Number, access.Of(ctx).Staff())
}

type turnsOutput struct{ Body turnsBody }

type turnsBody struct {
	At    time.Time  `json:"at"`
	Halls []hallBody `json:"halls" doc:"That are open, by number"`
	Turns []turnBody `json:"turns" doc:"By room and place"`
}

type turnBody struct {
	OrderID   string         `json:"order_id"`
	Candidate candidateBody  `json:"candidate"`
	Tail      string         `json:"tail" doc:"The end of the ticket by which it is called"`
	Subject   string         `json:"subject"`
	Grade     int            `json:"grade"`
	OpensAt   time.Time      `json:"opens_at"`
	ClosesAt  time.Time      `json:"closes_at"`
	Hall      int            `json:"hall"`
	Place     int            `json:"place"`
	State     exam.TurnState `json:"state" enum:"waiting,called,came,missed"`
	Status    exam.Status    `json:"status" enum:"waiting,open,running,submitted,auto_submitted,absent,forfeited,disqualified"`
	Begun     bool           `json:"begun" doc:"The exam runs or is over"`
	CheckedIn time.Time      `json:"checked_in_at,omitzero" doc:"When the desk saw the candidate; without it nobody knows of them in the house"`
	Known     int64          `json:"known" doc:"What acts at this turn have to name"`
	LastAt    time.Time      `json:"last_at,omitzero"`
	LastBy    string         `json:"last_by,omitempty"`
	Calls     int            `json:"calls"`
	Counted   int            `json:"counted" doc:"Of the calls: those at least 30 s apart"`
	CountsAt  time.Time      `json:"counts_at,omitzero" doc:"From then on another call counts"`
}

func (s *Server) listTurns(ctx context.Context, _ *struct{}) (*turnsOutput, error) {
	day, err := s.Store.ListTurns(ctx)
	if err != nil {
		return nil, err
	}
	out := &turnsOutput{Body: turnsBody{At: day.At, Halls: hallsOf(day), Turns: []turnBody{}}}
	tails := tailsOf(day)
	for _, turn := range day.Turns {
		out.Body.Turns = append(out.Body.Turns, turnOf(turn, tails))
	}
	return out, nil
}

func hallsOf(day store.TurnsOfDay) []hallBody {
	halls := []hallBody{}
	for _, hall := range day.Halls {
		halls = append(halls, hallBody(hall))
	}
	return halls
}

func tailsOf(day store.TurnsOfDay) map[string]string {
	tickets := make([]string, 0, len(day.Turns))
	for _, turn := range day.Turns {
		tickets = append(tickets, turn.Ticket)
	}
	return exam.TicketTails(tickets)
}

func turnOf(t store.TurnOfDay, tails map[string]string) turnBody {
	body := turnBody{
		OrderID: t.Turn.OrderID, Candidate: candidateBody{Name: t.Name, Ticket: t.Ticket}, Tail: tails[t.Ticket],
		Subject: t.Subject, Grade: t.Grade, OpensAt: t.Window.OpensAt, ClosesAt: t.Window.ClosesAt,
		Hall: t.Hall, Place: t.Place, State: t.State, Status: t.Status, Begun: t.Begun, Known: t.Last(), Calls: len(t.Calls()),
	}
	if n := len(t.Acts); n > 0 {
		body.LastAt, body.LastBy = t.Acts[n-1].At, t.Acts[n-1].By
	}
	if t.CheckIn != nil {
		body.CheckedIn = t.CheckIn.At
	}
	body.Counted, body.CountsAt = exam.CountCalls(t.Calls())
	return body
}

type stepInput struct {
	shared.IDInput
	Body struct {
		Known int64 `json:"known" doc:"As the page shows the turn: of two helpers one wins"`
	}
}

func (in *stepInput) step(ctx context.Context) store.TurnStep {
	return store.TurnStep{Order: in.ID, Known: in.Body.Known, By: access.Of(ctx).Staff()}
}

func (s *Server) callTurn(ctx context.Context, in *stepInput) (*struct{}, error) {
	return nil, s.Store.CallTurn(ctx, in.step(ctx))
}

func (s *Server) noteCame(ctx context.Context, in *stepInput) (*struct{}, error) {
	return nil, s.Store.NoteCame(ctx, in.step(ctx))
}

func (s *Server) noteMissed(ctx context.Context, in *stepInput) (*struct{}, error) {
	return nil, s.Store.NoteMissed(ctx, in.step(ctx))
}

func (s *Server) undoTurn(ctx context.Context, in *stepInput) (*struct{}, error) {
	return nil, s.Store.UndoTurn(ctx, in.step(ctx))
}
