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
	Name string     `json:"name"`
	Role login.Role `json:"role" enum:"administrator,reviewer,viewer"`
}

type meOutput struct{ Body meBody }

func (s *Server) login(ctx context.Context, in *loginInput) (*meOutput, error) {
	user, err := s.guess(ctx, in.Body.Name, in.Body.Password)
	if err != nil {
		return nil, err
	}
	secret := webkit.NewSecret()
	if err := s.Store.CreateSession(ctx, secret, user.Name, webkit.SessionLife); err != nil {
		return nil, err
	}
	callerOf(ctx).SetCookie(cookie, secret, webkit.SessionLife)
	if err := s.devices.Keep(ctx, callerOf(ctx).Visitor, store.UserAccount(user.Name)); err != nil {
		return nil, err
	}
	return &meOutput{Body: meBody{Name: user.Name, Role: user.Role}}, nil
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
	user := callerOf(ctx).user
	return &meOutput{Body: meBody{Name: user.Name, Role: user.Role}}, nil
}
