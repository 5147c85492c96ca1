package candidate

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/webkit"
)

type passInput struct {
	Body struct {
		Token   string `json:"token" minLength:"1" maxLength:"128" doc:"What stands after # in the code's address"`
		Browser string `json:"browser,omitempty" minLength:"22" maxLength:"64" doc:"A secret that this browser made at random and keeps: only it may ask again when the answer was lost"`
		Device  string `json:"device,omitempty" enum:"phone,tablet,desktop" doc:"What the page runs on"`
		Clock   string `json:"clock,omitempty" maxLength:"40" doc:"What the phone's own clock shows, RFC 3339"`
	}
}

type passOutput struct{ Body entryBody }

type entryBody struct {
	Name    string `json:"name"`
	OrderID string `json:"order_id"`
}

// pass logs in by a QR code (R4). Guessing is not slowed down: a token has
// more than 128 random bits. A log-in that is refused uses nothing up.
func (s *Server) pass(ctx context.Context, in *passInput) (*passOutput, error) {
	person, err := s.Store.FindPass(ctx, in.Body.Token, in.Body.Browser)
	if err != nil {
		return nil, err
	}
	s.notePhone(ctx, in.Body.Clock)
	if err := s.Door.People.Enter("person:" + person); err != nil {
		return nil, err
	}
	session, secret := s.Door.NewSession(ctx, store.CandidateSession, person, in.Body.Device), webkit.NewSecret()
	order, err := s.Store.UsePass(ctx, in.Body.Token, in.Body.Browser, secret, session)
	if err != nil {
		return nil, err
	}
	if err := s.Door.Give(ctx, session.Kind, secret, ""); err != nil {
		return nil, err
	}
	name, err := s.nameOf(ctx, person)
	return &passOutput{Body: entryBody{Name: name, OrderID: order}}, err
}

type newPassInput struct {
	shared.IDInput
	Body struct {
		Kind string `json:"kind" enum:"phone,ticket"`
	}
}

type newPassOutput struct {
	Status int
	Body   newPassBody
}

type newPassBody struct {
	URL       string    `json:"url" doc:"What the QR code says"`
	Kind      string    `json:"kind" enum:"phone,ticket"`
	ExpiresAt time.Time `json:"expires_at"`
}

// createPass makes a QR code's address. Its token stands after #, so that no
// server and no log sees it, and a link that is only looked at is not used up.
func (s *Server) createPass(ctx context.Context, in *newPassInput) (*newPassOutput, error) {
	order, err := s.ownOrder(ctx, s.Store.FindOrder, in.ID)
	if err != nil {
		return nil, err
	}
	token := webkit.NewSecret()
	expires, err := s.Store.CreatePass(ctx, order.ID, store.PassKind(in.Body.Kind), token)
	if err != nil {
		return nil, err
	}
	body := newPassBody{URL: s.Secure.Origin(access.Of(ctx).Origin) + "/in#" + token, Kind: in.Body.Kind, ExpiresAt: expires}
	return &newPassOutput{Status: http.StatusCreated, Body: body}, nil
}
