package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/base/accounts"
	"kaodian/app/base/login"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/webkit"
)

// peopleRoutes are those of the page of the accounts, and of the links by which
// people get one.
func (s *Server) peopleRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/invitations", access.Administrators, "Invitations that are open, and those of the last week, newest first", s.listInvitations),
		webkit.Call(http.MethodPost, "/api/v1/staff/invitations", access.Administrators, "Invite a person; the link is told once", s.invite),
		webkit.Call(http.MethodPost, "/api/v1/staff/invitations/password", access.Administrators, "Make a link to a new password of an account; it is told once", s.inviteNewPassword),
		webkit.Call(http.MethodDelete, "/api/v1/staff/invitations/{id}", access.Administrators, "Withdraw an open invitation", s.withdrawInvitation),
		webkit.Call(http.MethodPost, "/api/v1/staff/invitation", access.Public, "Whom a link invites; it is not used up", s.readInvitation),
		webkit.Call(http.MethodPost, "/api/v1/staff/invitation/use", access.Public, "Set one's own password by a link, and log in", s.useInvitation),
	}
}

type invitationBody struct {
	ID        string                   `json:"id"`
	Kind      accounts.InvitationKind  `json:"kind" enum:"account,password,first"`
	Name      string                   `json:"name,omitempty" doc:"Missing where the person chooses it"`
	Role      login.Role               `json:"role" enum:"administrator,invigilator,examiner,technician"`
	State     accounts.InvitationState `json:"state" enum:"open,used,expired,withdrawn"`
	CreatedAt time.Time                `json:"created_at"`
	CreatedBy string                   `json:"created_by,omitempty" doc:"Missing where the server made it"`
	ExpiresAt time.Time                `json:"expires_at"`
	UsedAt    time.Time                `json:"used_at,omitzero"`
	URL       string                   `json:"url,omitempty" doc:"The link, in the answer to its making only"`
}

func (s *Server) invitationBody(i accounts.Invitation) invitationBody {
	return invitationBody{
		ID: i.ID, Kind: i.Kind, Name: i.Name, Role: i.Role, State: i.StateAt(s.Store.Now()),
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
		Name string     `json:"name" minLength:"1" maxLength:"64"`
		Role login.Role `json:"role" enum:"administrator,invigilator,examiner,technician"`
	}
}

type invitedOutput struct{ Body invitationBody }

func (s *Server) invite(ctx context.Context, in *inviteInput) (*invitedOutput, error) {
	if err := webkit.CheckAccountName(in.Body.Name); err != nil {
		return nil, err
	}
	return s.invited(ctx, func(secret string) (accounts.Invitation, error) {
		return s.accountsBy(ctx).Invite(ctx, login.User{Name: in.Body.Name, Role: in.Body.Role}, secret)
	})
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

// invited answers with a new link, whose secret is kept nowhere.
func (s *Server) invited(ctx context.Context, invite func(secret string) (accounts.Invitation, error)) (*invitedOutput, error) {
	secret := webkit.NewSecret()
	made, err := invite(secret)
	if err != nil {
		return nil, err
	}
	body := s.invitationBody(made)
	body.URL = InvitationURL(s.Secure.Origin(access.Of(ctx).Origin), secret)
	return &invitedOutput{Body: body}, nil
}

// InvitationURL is the link of an invitation at that origin. The secret stands
// after #, so that no server and no log sees it, and a link that is only looked
// at is not used up.
func InvitationURL(origin, secret string) string { return origin + "/staff/in#" + secret }

func (s *Server) withdrawInvitation(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).WithdrawInvitation(ctx, in.ID)
}

type readInvitationInput struct {
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"128" doc:"What stands after # in the link"`
	}
}

type readInvitationOutput struct{ Body invitationBody }

func (s *Server) readInvitation(ctx context.Context, in *readInvitationInput) (*readInvitationOutput, error) {
	found, err := s.Store.FindInvitation(ctx, in.Body.Token, s.Store.Now())
	return &readInvitationOutput{Body: s.invitationBody(found)}, err
}

type useInvitationInput struct {
	Body struct {
		Token    string `json:"token" minLength:"1" maxLength:"128" doc:"What stands after # in the link"`
		Name     string `json:"name,omitempty" maxLength:"64" doc:"Of the first administrator, who chooses it"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

// useInvitation makes the account and logs in. Guessing is not slowed down: a
// link has more than 128 random bits, and only a good one costs a password's hash.
func (s *Server) useInvitation(ctx context.Context, in *useInvitationInput) (*staffMeOutput, error) {
	found, err := s.Store.FindInvitation(ctx, in.Body.Token, s.Store.Now())
	if err != nil {
		return nil, err
	}
	name := found.Name
	if found.Kind == accounts.FirstInvitation {
		name = in.Body.Name
	}
	hash, err := webkit.NewPassword(name, in.Body.Password)
	if err != nil {
		return nil, err
	}
	secret, session := webkit.NewSecret(), s.Door.NewStaffSession(ctx, name)
	user, err := s.Store.EnterByInvitation(ctx, in.Body.Token, name, hash, secret, session)
	if err != nil {
		return nil, err
	}
	err = s.Door.Give(ctx, store.StaffSession, secret, store.StaffAccount(user.Name))
	return &staffMeOutput{Body: staffMeBody{Name: user.Name, Role: user.Role}}, err
}
