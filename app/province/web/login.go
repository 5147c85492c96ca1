package web

import (
	"context"
	"time"

	"kaodian/app/exam"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

const (
	sessionLife = 12 * time.Hour
	deviceLife  = 365 * 24 * time.Hour
)

type loginInput struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"64"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

type meBody struct {
	Name string `json:"name"`
	Role string `json:"role" enum:"administrator,reviewer,viewer"`
}

type meOutput struct{ Body meBody }

func (s *Server) login(ctx context.Context, in *loginInput) (*meOutput, error) {
	user, err := s.guess(ctx, in.Body.Name, in.Body.Password)
	if err != nil {
		return nil, err
	}
	secret := webkit.NewSecret()
	if err := s.Store.CreateSession(ctx, secret, user.Name, sessionLife); err != nil {
		return nil, err
	}
	callerOf(ctx).setCookie(cookie, secret, sessionLife)
	if err := s.remember(ctx, user.Name); err != nil {
		return nil, err
	}
	return &meOutput{Body: meBody{Name: user.Name, Role: user.Role}}, nil
}

// guess checks a password, and slows guessing down.
func (s *Server) guess(ctx context.Context, name, password string) (user store.User, err error) {
	who, account := callerOf(ctx), store.UserAccount(name)
	proven, err := s.devices.Proven(ctx, who.known, who.device, account)
	if err != nil {
		return user, err
	}
	signed, err := s.devices.Sign(ctx, who.device)
	if err != nil {
		return user, err
	}
	err = s.users.Try(ctx, webkit.Try{
		Account: account, Device: who.device, Fresh: who.fresh, Proven: proven, Address: who.address, Own: webkit.IsOwn(who.address),
		Keep: func() { who.setCookie(deviceCookie, signed, deviceLife) },
	}, func() (err error) {
		user, err = s.Store.FindUser(ctx, name)
		if err != nil && exam.CodeOf(err) != exam.NotFound {
			return err
		}
		if !webkit.CheckPassword(password, user.Password) {
			return exam.Refuse(exam.WrongLogin)
		}
		if !user.LockedAt.IsZero() {
			return exam.Refuse(exam.AccountLocked)
		}
		return nil
	})
	return user, err
}

// remember gives the browser its device, which was right for the account.
func (s *Server) remember(ctx context.Context, name string) error {
	who := callerOf(ctx)
	signed, err := s.devices.Sign(ctx, who.device)
	if err != nil {
		return err
	}
	known, err := s.devices.Prove(ctx, who.known, who.device, store.UserAccount(name))
	if err != nil {
		return err
	}
	who.setCookie(deviceCookie, signed, deviceLife)
	who.setCookie(knownCookie, known, deviceLife)
	return nil
}

type nothing struct{}

func (s *Server) logout(ctx context.Context, _ *nothing) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.Store.DeleteSession(ctx, who.secret); err != nil {
		return nil, err
	}
	who.setCookie(cookie, "", 0)
	return nil, nil
}

func (s *Server) me(ctx context.Context, _ *nothing) (*meOutput, error) {
	user := callerOf(ctx).user
	return &meOutput{Body: meBody{Name: user.Name, Role: user.Role}}, nil
}
