package web

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/accounts"
	"kaodian/app/base/login"
	"kaodian/app/webkit"
)

// peopleRoutes are those of the links by which people get an account.
func (s *Server) peopleRoutes() []route {
	return []route{
		webkit.Call(http.MethodGet, "/api/v1/invitations", heads, "Invitations that are open, and those of the last week, newest first", s.listInvitations),
		webkit.Call(http.MethodPost, "/api/v1/invitations", heads, "Invite a person; the link is told once", s.invite),
		webkit.Call(http.MethodPost, "/api/v1/invitations/password", heads, "Make a link to a new password of an account; it is told once", s.inviteNewPassword),
		webkit.Call(http.MethodDelete, "/api/v1/invitations/{id}", heads, "Withdraw an open invitation", s.withdrawInvitation),
		webkit.Call(http.MethodPost, "/api/v1/invitation", public, "Whom a link invites; it is not used up", s.readInvitation),
		webkit.Call(http.MethodPost, "/api/v1/invitation/use", public, "Set one's own password by a link, and log in", s.useInvitation),
	}
}

type invitationBody struct {
	ID        string                   `json:"id"`
	Kind      accounts.InvitationKind  `json:"kind" enum:"account,password"`
	Name      string                   `json:"name"`
	Role      login.Role               `json:"role" enum:"administrator,reviewer,viewer"`
	Centres   []string                 `json:"centres" doc:"The only ones that the account may see; empty: all"`
	State     accounts.InvitationState `json:"state" enum:"open,used,expired,withdrawn"`
	CreatedAt time.Time                `json:"created_at"`
	CreatedBy string                   `json:"created_by"`
	ExpiresAt time.Time                `json:"expires_at"`
	UsedAt    time.Time                `json:"used_at,omitzero"`
	URL       string                   `json:"url,omitempty" doc:"The link, in the answer to its making only"`
}

func (s *Server) invitationBody(i accounts.Invitation) invitationBody {
	return invitationBody{
		ID: i.ID, Kind: i.Kind, Name: i.Name, Role: i.Role, Centres: i.Centres.Names(), State: i.StateAt(s.Store.Now()),
		CreatedAt: i.CreatedAt, CreatedBy: i.CreatedBy, ExpiresAt: i.ExpiresAt, UsedAt: i.UsedAt,
	}
}

type invitationsOutput struct{ Body []invitationBody }

func (s *Server) listInvitations(ctx context.Context, _ *struct{}) (*invitationsOutput, error) {
	list, err := s.Store.ListInvitations(ctx, s.Store.Now())
	out := &invitationsOutput{Body: []invitationBody{}}
	for _, one := range list {
		out.Body = append(out.Body, s.invitationBody(one))
	}
	return out, err
}

type inviteInput struct {
	Body struct {
		Name    string     `json:"name" minLength:"1" maxLength:"64"`
		Role    login.Role `json:"role" enum:"administrator,reviewer,viewer"`
		Centres []string   `json:"centres,omitempty" maxItems:"200" doc:"The only ones that the account may see; empty: all"`
	}
}

type invitedOutput struct{ Body invitationBody }

// accountsBy are the accounts as the caller changes them.
func (s *Server) accountsBy(ctx context.Context) accounts.Accounts {
	return s.Store.AccountsBy(callerOf(ctx).user.Name)
}

func (s *Server) invite(ctx context.Context, in *inviteInput) (*invitedOutput, error) {
	if err := webkit.CheckAccountName(in.Body.Name); err != nil {
		return nil, err
	}
	centres, err := limitTo(in.Body.Centres)
	if err != nil {
		return nil, err
	}
	user := login.User{Name: in.Body.Name, Role: in.Body.Role, Centres: centres}
	if err := s.Store.CheckCentres(ctx, user.Centres); err != nil {
		return nil, err
	}
	return s.invited(ctx, func(secret string) (accounts.Invitation, error) { return s.accountsBy(ctx).Invite(ctx, user, secret) })
}

type accountInput struct {
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"64"`
	}
}

func (s *Server) inviteNewPassword(ctx context.Context, in *accountInput) (*invitedOutput, error) {
	return s.invited(ctx, func(secret string) (accounts.Invitation, error) {
		return s.accountsBy(ctx).InviteNewPassword(ctx, in.Body.Name, secret)
	})
}

// invited answers with a new link, whose secret is kept nowhere: it stands after
// #, so that no server and no log sees it.
func (s *Server) invited(ctx context.Context, invite func(secret string) (accounts.Invitation, error)) (*invitedOutput, error) {
	secret := webkit.NewSecret()
	made, err := invite(secret)
	if err != nil {
		return nil, err
	}
	body := s.invitationBody(made)
	body.URL = callerOf(ctx).origin + "/in#" + secret
	return &invitedOutput{Body: body}, nil
}

// originOf is the scheme and the host that the request came to.
func originOf(c *fiber.Ctx) string { return c.Protocol() + "://" + string(c.Request().Host()) }

type idInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) withdrawInvitation(ctx context.Context, in *idInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).WithdrawInvitation(ctx, in.ID)
}

type readInvitationInput struct {
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"128" doc:"What stands after # in the link"`
	}
}

func (s *Server) readInvitation(ctx context.Context, in *readInvitationInput) (*invitedOutput, error) {
	found, err := s.Store.FindInvitation(ctx, in.Body.Token, s.Store.Now())
	return &invitedOutput{Body: s.invitationBody(found)}, err
}

type useInvitationInput struct {
	Body struct {
		Token    string `json:"token" minLength:"1" maxLength:"128" doc:"What stands after # in the link"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

// useInvitation makes the account and logs in. Guessing is not slowed down: a
// link has more than 128 random bits, and only a good one costs a password's hash.
func (s *Server) useInvitation(ctx context.Context, in *useInvitationInput) (*meOutput, error) {
	found, err := s.Store.FindInvitation(ctx, in.Body.Token, s.Store.Now())
	if err != nil {
		return nil, err
	}
	hash, err := webkit.NewPassword(found.Name, in.Body.Password)
	if err != nil {
		return nil, err
	}
	session := newSession(ctx)
	user, err := s.Store.EnterByInvitation(ctx, in.Body.Token, hash, session)
	if err != nil {
		return nil, err
	}
	return &meOutput{Body: meOf(user)}, s.give(ctx, session.Secret, user.Name)
}
