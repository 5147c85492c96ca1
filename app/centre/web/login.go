package web

import (
	"context"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

const (
	sessionLife = 12 * time.Hour
	deviceLife  = 365 * 24 * time.Hour
)

type loginInput struct {
	Body struct {
		Ticket   string `json:"ticket" minLength:"1" maxLength:"64" doc:"Admission ticket number"`
		IDNumber string `json:"id_number" minLength:"1" maxLength:"64"`
	}
}

type loginOutput struct{ Body meBody }

type meBody struct {
	Name string `json:"name"`
}

func (s *Server) login(ctx context.Context, in *loginInput) (*loginOutput, error) {
	account := "ticket:" + exam.FoldID(in.Body.Ticket)
	person := ""
	err := s.people.Try(ctx, account, callerOf(ctx).address, func() (err error) {
		person, err = s.Store.FindLogin(ctx, in.Body.Ticket, in.Body.IDNumber)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := s.openSession(ctx, store.CandidateSession, person, candidateCookie); err != nil {
		return nil, err
	}
	name, err := s.nameOf(ctx, person)
	return &loginOutput{Body: meBody{Name: name}}, err
}

// openSession makes a session with a new secret; the device keeps its name
// over log-ins, so that a candidate who logs in again still holds the attempt.
func (s *Server) openSession(ctx context.Context, kind store.SessionKind, subject, cookie string) error {
	who := callerOf(ctx)
	device := who.device
	if device == "" {
		device = store.NewID()
	}
	secret := webkit.NewSecret()
	session := store.Session{Kind: kind, Subject: subject, Device: device, ExpiresAt: s.Store.Now().Add(sessionLife)}
	if err := s.Store.CreateSession(ctx, secret, session); err != nil {
		return err
	}
	who.setCookie(cookie, secret, sessionLife)
	who.setCookie(deviceCookie, device, deviceLife)
	return nil
}

type nothing struct{}

func (s *Server) logout(ctx context.Context, _ *nothing) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.Store.DeleteSession(ctx, who.secret); err != nil {
		return nil, err
	}
	name := candidateCookie
	if who.session.Kind == store.StaffSession {
		name = staffCookie
	}
	who.setCookie(name, "", 0)
	return nil, nil
}

type meOutput struct{ Body meBody }

func (s *Server) me(ctx context.Context, _ *nothing) (*meOutput, error) {
	name, err := s.nameOf(ctx, callerOf(ctx).session.Subject)
	return &meOutput{Body: meBody{Name: name}}, err
}

func (s *Server) nameOf(ctx context.Context, person string) (string, error) {
	orders, err := s.Store.ListOrders(ctx, person)
	if err != nil || len(orders) == 0 {
		return "", err
	}
	return orders[0].Name, nil
}
