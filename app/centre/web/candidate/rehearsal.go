package candidate

import (
	"context"
	"net/http"

	"kaodian/app/centre/rehearsal"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// rehearsalRoutes are for the phones of a rehearsal: nobody logs in on them, and
// they reach nothing but the rehearsal.
func (s *Server) rehearsalRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodPost, "/api/v1/rehearsal/join", access.Public, "Take part in the rehearsal of that word", s.joinRehearsal),
		webkit.Call(http.MethodPost, "/api/v1/rehearsal/state", access.Public, "The phone is still there; how long it goes on", s.tellRehearsal),
	}
}

type rehearsalJoinInput struct {
	Agent string `header:"User-Agent"`
	Body  struct {
		Word string `json:"word" maxLength:"32"`
	}
}

type rehearsalJoinOutput struct{ Body rehearsalJoined }

type rehearsalJoined struct {
	Number     int    `json:"number" doc:"By which the desk names this phone"`
	Token      string `json:"token" doc:"The page names itself by it: in its uploads as attempt, and in its state"`
	PieceBytes int64  `json:"piece_bytes" doc:"To be sent as one file, again and again"`
}

func (s *Server) joinRehearsal(ctx context.Context, in *rehearsalJoinInput) (*rehearsalJoinOutput, error) {
	who := access.Of(ctx)
	joined, err := s.Rehearsal.Join(ctx, in.Body.Word, who.Device, rehearsal.Browser(in.Agent))
	if err != nil {
		return nil, err
	}
	return &rehearsalJoinOutput{Body: rehearsalJoined{Number: joined.Number, Token: joined.Token, PieceBytes: joined.Piece}}, s.Door.Devices.Keep(ctx, who.Visitor, "")
}

type rehearsalTellInput struct {
	Body struct {
		Word    string `json:"word" maxLength:"32"`
		Token   string `json:"token" maxLength:"64"`
		Retries int    `json:"retries" minimum:"0" maximum:"100000" doc:"Requests that broke off and were tried again"`
	}
}

type rehearsalTellOutput struct{ Body rehearsalTold }

type rehearsalTold struct {
	Over    bool    `json:"over"`
	Sends   bool    `json:"sends" doc:"The first phone began: the time runs"`
	Seconds float64 `json:"seconds" doc:"That are left"`
}

func (s *Server) tellRehearsal(ctx context.Context, in *rehearsalTellInput) (*rehearsalTellOutput, error) {
	told, err := s.Rehearsal.Tell(in.Body.Word, access.Of(ctx).Device, in.Body.Token, in.Body.Retries)
	return &rehearsalTellOutput{Body: rehearsalTold{Over: told.Over, Sends: told.Sends, Seconds: told.Left.Seconds()}}, err
}
