package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// ServiceLog is what the service wrote lately, without anything personal.
type ServiceLog interface {
	// Lines are the newest of that level or worse ("info", "warn", "error"), the
	// newest first.
	Lines(least string) ([]LogLine, error)
}

// LogLine is a line that the service wrote.
type LogLine struct {
	At      time.Time   `json:"at"`
	Level   string      `json:"level" enum:"info,warn,error"`
	Message string      `json:"message" doc:"In the program's English"`
	Details []LogDetail `json:"details,omitempty"`
}

// LogDetail is a number or a word of a line; what may be personal is left out.
type LogDetail struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (s *Server) logRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/log", access.Machine, "What the service wrote lately, without anything personal, newest first", s.listLog),
	}
}

type logInput struct {
	Least string `query:"least" enum:"info,warn,error" default:"info" doc:"Lines of this level, and worse ones"`
}

type logOutput struct {
	Body struct {
		Lines []LogLine `json:"lines"`
	}
}

func (s *Server) listLog(_ context.Context, in *logInput) (*logOutput, error) {
	out := &logOutput{}
	lines, err := s.ServiceLog.Lines(in.Least)
	out.Body.Lines = append([]LogLine{}, lines...)
	return out, err
}
