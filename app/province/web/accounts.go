package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

// accountRoutes are those of the accounts and of where they are logged in.
func (s *Server) accountRoutes() []route {
	return []route{
		webkit.Call(http.MethodGet, "/api/v1/people", heads, "The accounts, and where each is logged in", s.listPeople),
		webkit.Call(http.MethodPost, "/api/v1/people/lock", heads, "Keep an account from logging in; it is logged out", s.lockAccount),
		webkit.Call(http.MethodPost, "/api/v1/people/unlock", heads, "Let a locked account log in again", s.unlockAccount),
		webkit.Call(http.MethodPost, "/api/v1/people/remove", heads, "Take an account away", s.removeAccount),
		webkit.Call(http.MethodPost, "/api/v1/people/role", heads, "Give an account another role; it is logged out", s.setRole),
		webkit.Call(http.MethodPost, "/api/v1/people/centres", heads, "Limit an account to centres, or to none; it is logged out", s.setCentres),
		webkit.Call(http.MethodPost, "/api/v1/people/sessions/end", heads, "Log an account out everywhere but here", s.endSessions),
		webkit.Call(http.MethodDelete, "/api/v1/people/sessions/{id}", heads, "Log one browser out", s.endSession),
		webkit.Call(http.MethodGet, "/api/v1/me/sessions", users, "Where one is logged in oneself", s.listOwnSessions),
		webkit.Call(http.MethodDelete, "/api/v1/me/sessions/{id}", users, "Log one's own browser out elsewhere", s.endOwnSession),
		webkit.Call(http.MethodPost, "/api/v1/me/sessions/end", users, "Log out everywhere but here", s.endOwnSessions),
		webkit.Call(http.MethodPost, "/api/v1/me/password", users, "Change one's own password; it is logged out elsewhere", s.changePassword),
	}
}

type accountBody struct {
	Name      string               `json:"name"`
	Role      login.Role           `json:"role" enum:"administrator,reviewer,viewer"`
	Centres   []string             `json:"centres" doc:"The only ones that the account may see; empty: all"`
	CreatedAt time.Time            `json:"created_at"`
	LastLogin time.Time            `json:"last_login_at,omitzero"`
	LockedAt  time.Time            `json:"locked_at,omitzero"`
	Sessions  []webkit.SessionBody `json:"sessions"`
}

type peopleOutput struct{ Body []accountBody }

func (s *Server) listPeople(ctx context.Context, _ *struct{}) (*peopleOutput, error) {
	list, err := s.Store.ListUsers(ctx)
	if err != nil {
		return nil, err
	}
	sessions, err := s.Store.ListSessions(ctx, s.Store.Now())
	out := &peopleOutput{Body: []accountBody{}}
	for _, u := range list {
		out.Body = append(out.Body, accountBody{
			Name: u.Name, Role: u.Role, Centres: u.Centres.Names(), CreatedAt: u.CreatedAt, LastLogin: u.LastLoginAt, LockedAt: u.LockedAt,
			Sessions: s.seen.SessionsOf(sessions, u.Name, callerOf(ctx).Secret),
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
	return nil, s.accountsBy(ctx).RemoveUser(ctx, in.Body.Name)
}

type roleInput struct {
	Body struct {
		Name string     `json:"name" minLength:"1" maxLength:"64"`
		Role login.Role `json:"role" enum:"administrator,reviewer,viewer"`
	}
}

func (s *Server) setRole(ctx context.Context, in *roleInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).SetRole(ctx, in.Body.Name, in.Body.Role)
}

type limitInput struct {
	Body struct {
		Name    string   `json:"name" minLength:"1" maxLength:"64"`
		Centres []string `json:"centres" maxItems:"200" doc:"The only ones that the account may see; empty: all"`
	}
}

func (s *Server) setCentres(ctx context.Context, in *limitInput) (*struct{}, error) {
	centres, err := limitTo(in.Body.Centres)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.SetCentres(ctx, in.Body.Name, centres, callerOf(ctx).user.Name)
}

// limitTo is the limit to these centres. A name that is empty, or two in one, is no
// centre's: taken as it is it would lift the limit, or move it.
func limitTo(names []string) (login.Centres, error) {
	for _, name := range names {
		if text.Blank(name) || strings.Contains(name, ",") {
			return "", refusal.New(store.CentreUnknown, "centre", name)
		}
	}
	return login.JoinCentres(names), nil
}

func (s *Server) endSessions(ctx context.Context, in *accountInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).EndOtherSessions(ctx, in.Body.Name, callerOf(ctx).Secret)
}

func (s *Server) endSession(ctx context.Context, in *idInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).EndSession(ctx, in.ID, "")
}

type sessionsOutput struct{ Body []webkit.SessionBody }

func (s *Server) listOwnSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	all, err := s.Store.ListSessions(ctx, s.Store.Now())
	return &sessionsOutput{Body: s.seen.SessionsOf(all, callerOf(ctx).user.Name, callerOf(ctx).Secret)}, err
}

func (s *Server) endOwnSession(ctx context.Context, in *idInput) (*struct{}, error) {
	return nil, s.accountsBy(ctx).EndSession(ctx, in.ID, callerOf(ctx).user.Name)
}

func (s *Server) endOwnSessions(ctx context.Context, _ *struct{}) (*struct{}, error) {
	who := callerOf(ctx)
	return nil, s.accountsBy(ctx).EndOtherSessions(ctx, who.user.Name, who.Secret)
}

type passwordInput struct {
	Body struct {
		Present string `json:"present" minLength:"1" maxLength:"256"`
		New     string `json:"new" minLength:"1" maxLength:"256"`
	}
}

// changePassword logs the account out everywhere, and in again here.
func (s *Server) changePassword(ctx context.Context, in *passwordInput) (*struct{}, error) {
	name := callerOf(ctx).user.Name
	hash, err := webkit.NewPassword(name, in.Body.New)
	if err != nil {
		return nil, err
	}
	if _, err := s.guess(ctx, name, in.Body.Present); err != nil {
		if refusal.Is(err, login.Wrong) {
			err = refusal.New(webkit.PresentWrong)
		}
		return nil, err
	}
	if err := s.accountsBy(ctx).SetPassword(ctx, name, hash); err != nil {
		return nil, err
	}
	session := newSession(ctx)
	if err := s.Store.CreateSession(ctx, name, session); err != nil {
		return nil, err
	}
	return nil, s.give(ctx, session.Secret, name)
}
