package web

import (
	"context"
	"errors"
	"time"

	"kaodian/app/exam"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

const (
	sessionLife = 12 * time.Hour
	// addressShare is how many wrong log-ins of one socket address weigh as
	// much as one of an account: an office may share an address.
	addressShare = 10
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
	callerOf(ctx).setCookie(secret, sessionLife)
	return &meOutput{Body: meBody{Name: user.Name, Role: user.Role}}, nil
}

// guess checks a password, and slows guessing down per account and per socket
// address.
func (s *Server) guess(ctx context.Context, name, password string) (store.User, error) {
	account, address := "user:"+name, "address:"+callerOf(ctx).address
	if err := errors.Join(s.mayTry(ctx, account, 1), s.mayTry(ctx, address, addressShare)); err != nil {
		return store.User{}, err
	}
	user, err := s.Store.FindUser(ctx, name)
	if err != nil && exam.CodeOf(err) != exam.NotFound {
		return store.User{}, err
	}
	fits, err := s.checkPassword(ctx, password, user.Password)
	if err != nil {
		return store.User{}, err
	}
	if !fits {
		return store.User{}, errors.Join(exam.Refuse(exam.WrongLogin), s.Store.CountFailure(ctx, account, address))
	}
	return user, s.Store.ForgetFailures(ctx, account)
}

func (s *Server) mayTry(ctx context.Context, key string, share int) error {
	failures, last, err := s.Store.FindFailures(ctx, key)
	if err != nil {
		return err
	}
	return webkit.CheckWait(failures/share, last, s.Store.Now())
}

// checkPassword waits for a place first: each check takes its memory.
func (s *Server) checkPassword(ctx context.Context, password, hash string) (bool, error) {
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
		return webkit.CheckPassword(password, hash), nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

type nothing struct{}

func (s *Server) logout(ctx context.Context, _ *nothing) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.Store.DeleteSession(ctx, who.secret); err != nil {
		return nil, err
	}
	who.setCookie("", 0)
	return nil, nil
}

func (s *Server) me(ctx context.Context, _ *nothing) (*meOutput, error) {
	user := callerOf(ctx).user
	return &meOutput{Body: meBody{Name: user.Name, Role: user.Role}}, nil
}
