package staff

import (
	"context"
	"net/http"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// Ending is how the desk ends the program.
type Ending interface {
	// Begin ends it once what is under way was answered; it does not wait for that.
	Begin()
	// Supervised says that a service manager started it, and knows to leave it off.
	Supervised() bool
}

type shutDownBody struct {
	Running    int  `json:"running" doc:"Attempts that run: their time goes on while the program is off"`
	Preparing  int  `json:"preparing" doc:"Who answered the consent in the last minutes and has not started yet"`
	Supervised bool `json:"supervised" doc:"The service manager leaves it off until the machine is started again"`
}

type shutDownOutput struct{ Body shutDownBody }

type shutDownInput struct {
	Body struct {
		Reason    string `json:"reason" maxLength:"500"`
		Running   int    `json:"running" doc:"As it was shown; where more run now, it is refused"`
		Preparing int    `json:"preparing" doc:"The same"`
	}
}

func (s *Server) shutDownRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/shut-down", access.Machine, "Whom the end of the program would disturb", s.getShutDown),
		webkit.Call(http.MethodPost, "/api/v1/staff/shut-down", access.Machine, "End the program; noted", s.shutDown),
	}
}

func (s *Server) getShutDown(ctx context.Context, _ *struct{}) (*shutDownOutput, error) {
	d, err := s.Store.FindDisturbed(ctx)
	return &shutDownOutput{Body: shutDownBody{d.Running, d.Preparing, s.Ending.Supervised()}}, err
}

func (s *Server) shutDown(ctx context.Context, in *shutDownInput) (*struct{}, error) {
	shown := store.Disturbed{Running: in.Body.Running, Preparing: in.Body.Preparing}
	if err := s.Store.ShutDown(ctx, in.Body.Reason, shown, access.Of(ctx).Staff()); err != nil {
		return nil, err
	}
	s.Ending.Begin()
	return nil, nil
}
