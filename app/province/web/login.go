package web

import (
	"context"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

type loginInput struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"64"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

type meBody struct {
	Name    string     `json:"name"`
	Role    login.Role `json:"role" enum:"administrator,reviewer,viewer"`
	Centres []string   `json:"centres" doc:"The only ones that the account may see; empty: all"`
}

func meOf(user store.User) meBody {
	return meBody{Name: user.Name, Role: user.Role, Centres: user.Centres.Names()}
}

type meOutput struct{ Body meBody }

func (s *Server) login(ctx context.Context, in *loginInput) (*meOutput, error) {
	user, err := s.guess(ctx, in.Body.Name, in.Body.Password)
	if err != nil {
		return nil, err
	}
	session := newSession(ctx)
	if err := s.Store.CreateSession(ctx, user.Name, session); err != nil {
		return nil, err
	}
	return &meOutput{Body: meOf(user)}, s.give(ctx, session.Secret, user.Name)
}

// newSession is one of the caller's browser.
func newSession(ctx context.Context) store.NewSession {
	who := callerOf(ctx)
	return store.NewSession{Secret: webkit.NewSecret(), DeviceKind: who.Kind, Address: who.Address, Life: webkit.SessionLife}
}

// give answers with the cookies of a session that was made.
func (s *Server) give(ctx context.Context, secret, name string) error {
	who := callerOf(ctx)
	who.SetCookie(cookie, secret, webkit.SessionLife)
	return s.devices.Keep(ctx, who.Visitor, store.UserAccount(name))
}

// guess checks a password, and slows guessing down.
func (s *Server) guess(ctx context.Context, name, password string) (user store.User, err error) {
	err = s.devices.TryLogin(ctx, s.users, callerOf(ctx).Visitor, store.UserAccount(name), func() (err error) {
		user, err = s.Store.FindUser(ctx, name)
		if err != nil && refusal.CodeOf(err) != refusal.NotFound {
			return err
		}
		return webkit.CheckLogin(password, user.Password, user.LockedAt)
	})
	return user, err
}

func (s *Server) logout(ctx context.Context, _ *struct{}) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.Store.DeleteSession(ctx, who.Secret); err != nil {
		return nil, err
	}
	who.SetCookie(cookie, "", 0)
	return nil, nil
}

func (s *Server) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	return &meOutput{Body: meOf(callerOf(ctx).user)}, nil
}
