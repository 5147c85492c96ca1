package staff

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// ScopeInput chooses orders; what is left out chooses all. It is exported
// because Huma fills in embedded structs only when they are.
type ScopeInput struct {
	Order   string    `query:"order" maxLength:"64" doc:"This one only"`
	Day     string    `query:"day" format:"date" doc:"Orders whose window is open on that day at some time"`
	Opens   time.Time `query:"opens" doc:"Orders of exactly this window"`
	Closes  time.Time `query:"closes"`
	Subject string    `query:"subject" maxLength:"64"`
	Grade   int       `query:"grade" minimum:"0" maximum:"10" doc:"0: all"`
	Who     string    `query:"who" maxLength:"64" doc:"Part of the name or ticket number"`
}

func (s *Server) scopeOf(in ScopeInput) (store.Scope, error) {
	scope := store.Scope{
		OrderID: in.Order,
		Subject: in.Subject,
		Grade:   in.Grade,
		Who:     strings.TrimSpace(norm.NFKC.String(in.Who)), // full-width letters, as Chinese keyboards write them
	}
	if !in.Opens.IsZero() && !in.Closes.IsZero() {
		scope.Window = exam.Window{OpensAt: in.Opens, ClosesAt: in.Closes}
	}
	if in.Day == "" {
		return scope, nil
	}
	var err error
	scope.Day, err = time.ParseInLocation(time.DateOnly, in.Day, s.Store.Rules().Location)
	return scope, err
}

type choicesOutput struct{ Body choicesBody }

type choicesBody struct {
	Today   string         `json:"today" doc:"The centre's date"`
	Windows []windowChoice `json:"windows"`
	Exams   []examChoice   `json:"exams"`
}

type windowChoice struct {
	OpensAt  time.Time `json:"opens_at"`
	ClosesAt time.Time `json:"closes_at"`
	Orders   int       `json:"orders"`
}

type examChoice struct {
	Subject string `json:"subject"`
	Grade   int    `json:"grade"`
	Orders  int    `json:"orders"`
}

func (s *Server) listChoices(ctx context.Context, _ *struct{}) (*choicesOutput, error) {
	choices, err := s.Store.ListScopes(ctx)
	out := &choicesOutput{Body: choicesBody{Today: s.Store.Now().Format(time.DateOnly), Windows: []windowChoice{}, Exams: []examChoice{}}}
	for _, one := range choices.Windows {
		out.Body.Windows = append(out.Body.Windows, windowChoice{one.OpensAt, one.ClosesAt, one.Orders})
	}
	for _, one := range choices.Exams {
		out.Body.Exams = append(out.Body.Exams, examChoice{one.Subject, one.Grade, one.Orders})
	}
	return out, err
}
