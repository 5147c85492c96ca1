package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/base/accounts"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/webkit"
)

// accountRoutes are those of the accounts and of where they are logged in.
func (s *Server) accountRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/people", access.Administrators, "The accounts, and where each is logged in", s.listPeople),
		webkit.Call(http.MethodPost, "/api/v1/staff/people/lock", access.Administrators, "Keep an account from logging in; it is logged out", s.lockAccount),
		webkit.Call(http.MethodPost, "/api/v1/staff/people/unlock", access.Administrators, "Let a locked account log in again", s.unlockAccount),
		webkit.Call(http.MethodPost, "/api/v1/staff/people/remove", access.Administrators, "Take an account away; an administrator's is proposed", s.removeAccount),
		webkit.Call(http.MethodPost, "/api/v1/staff/people/role", access.Administrators, "Give an account another role; an administrator's is proposed", s.setRole),
		webkit.Call(http.MethodPost, "/api/v1/staff/people/sessions/end", access.Administrators, "Log an account out everywhere but here", s.endSessions),
		webkit.Call(http.MethodDelete, "/api/v1/staff/people/sessions/{id}", access.Administrators, "Log one browser out", s.endSession),
		webkit.Call(http.MethodGet, "/api/v1/staff/me/sessions", access.Staff, "Where one is logged in oneself", s.listOwnSessions),
		webkit.Call(http.MethodDelete, "/api/v1/staff/me/sessions/{id}", access.Staff, "Log one's own browser out elsewhere", s.endOwnSession),
		webkit.Call(http.MethodPost, "/api/v1/staff/me/sessions/end", access.Staff, "Log out everywhere but here", s.endOwnSessions),
		webkit.Call(http.MethodPost, "/api/v1/staff/me/password", access.Staff, "Change one's own password; it is logged out elsewhere", s.changePassword),
	}
}

// accountsBy are the accounts as the caller changes them.
func (s *Server) accountsBy(ctx context.Context) accounts.Accounts {
	return s.Store.AccountsBy(access.Of(ctx).Staff())
}

type accountBody struct {
	Name      string               `json:"name"`
	Role      login.Role           `json:"role" enum:"administrator,invigilator,examiner,technician"`
	CreatedAt time.Time            `json:"created_at"`
	LastLogin time.Time            `json:"last_login_at,omitzero"`
	LockedAt  time.Time            `json:"locked_at,omitzero"`
	Sessions  []webkit.SessionBody `json:"sessions"`
}

type peopleOutput struct{ Body []accountBody }

func (s *Server) listPeople(ctx context.Context, _ *struct{}) (*peopleOutput, error) {
	users, err := s.Store.ListUsers(ctx)
	if err != nil {
		return nil, err
	}
	sessions, err := s.Store.ListSessions(ctx, s.Store.Now())
	out := &peopleOutput{Body: []accountBody{}}
	for _, u := range users {
		out.Body = append(out.Body, accountBody{
			Name: u.Name, Role: u.Role, CreatedAt: u.CreatedAt, LastLogin: u.LastLoginAt, LockedAt: u.LockedAt,
			Sessions: s.Door.Seen.SessionsOf(sessions, u.Name, access.Of(ctx).Secret),
		})
	}
	return out, err
}

func (s *Server) lockAccount(ctx context.Context, in *accountInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).LockUser(ctx, in.Body.Name)
}

func (s *Server) unlockAccount(ctx context.Context, in *accountInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).UnlockUser(ctx, in.Body.Name)
}

func (s *Server) removeAccount(ctx context.Context, in *accountInput) (*struct{}, error) {
	return nil, s.Store.RemoveStaff(ctx, in.Body.Name, access.Of(ctx).Staff())
}

func (s *Server) setRole(ctx context.Context, in *inviteInput) (*struct{}, error) {
	return nil, s.Store.SetStaffRole(ctx, in.Body.Name, in.Body.Role, access.Of(ctx).Staff())
}

func (s *Server) endSessions(ctx context.Context, in *accountInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).EndOtherSessions(ctx, in.Body.Name, access.Of(ctx).Secret)
}

func (s *Server) endSession(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).EndSession(ctx, in.ID, "")
}

type sessionsOutput struct{ Body []webkit.SessionBody }

func (s *Server) listOwnSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	all, err := s.Store.ListSessions(ctx, s.Store.Now())
	return &sessionsOutput{Body: s.Door.Seen.SessionsOf(all, access.Of(ctx).Session.Subject, access.Of(ctx).Secret)}, err
}

func (s *Server) endOwnSession(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).EndSession(ctx, in.ID, access.Of(ctx).Session.Subject)
}

func (s *Server) endOwnSessions(ctx context.Context, _ *struct{}) (*struct{}, error) {
	who := access.Of(ctx)
	return nil, s.accountsBy(ctx).EndOtherSessions(ctx, who.Session.Subject, who.Secret)
}

type passwordInput struct {
	Body struct {
		Present string `json:"present" minLength:"1" maxLength:"256"`
		New     string `json:"new" minLength:"1" maxLength:"256"`
	}
}

// changePassword logs the account out everywhere, and in again here.
func (s *Server) changePassword(ctx context.Context, in *passwordInput) (*struct{}, error) {
	name := access.Of(ctx).Session.Subject
	hash, err := webkit.NewPassword(name, in.Body.New)
	if err != nil {
		return nil, err
	}
	if _, err := s.Door.CheckStaff(ctx, name, in.Body.Present); err != nil {
		if refusal.Is(err, login.Wrong) {
			err = refusal.New(webkit.PresentWrong)
		}
		return nil, err
	}
	if err := s.accountsBy(ctx).SetPassword(ctx, name, hash); err != nil {
		return nil, err
	}
	return nil, s.Door.Open(ctx, s.Door.NewStaffSession(ctx, name), "")
}
