package web

import (
	"context"

	"kaodian/app/centre/store"
	"kaodian/app/webkit"
)

type loginInput struct {
	Body struct {
		Ticket   string `json:"ticket" minLength:"1" maxLength:"64" doc:"Admission ticket number"`
		IDNumber string `json:"id_number" minLength:"1" maxLength:"64"`
		Device   string `json:"device,omitempty" enum:"phone,tablet,desktop" doc:"What the page runs on"`
		Clock    string `json:"clock,omitempty" maxLength:"40" doc:"What the phone's own clock shows, RFC 3339: a second opinion about the server's"`
	}
}

type loginOutput struct{ Body personBody }

type personBody struct {
	Name string `json:"name"`
}

type meBody struct {
	Name   string     `json:"name"`
	Device deviceBody `json:"device"`
}

func (s *Server) login(ctx context.Context, in *loginInput) (*loginOutput, error) {
	account := store.TicketAccount(in.Body.Ticket)
	person := ""
	err := s.guess(ctx, s.people, account, func() (err error) {
		person, err = s.Store.FindLogin(ctx, in.Body.Ticket, in.Body.IDNumber)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.hearTime(ctx, in.Body.Clock)
	session := s.newSession(ctx, store.CandidateSession, person, in.Body.Device)
	if err := s.openSession(ctx, session, candidateCookie, account); err != nil {
		return nil, err
	}
	name, err := s.nameOf(ctx, person)
	return &loginOutput{Body: personBody{Name: name}}, err
}

// guess tries a log-in at the account and slows guessing down.
func (s *Server) guess(ctx context.Context, guard *webkit.Guard, account string, try func() error) error {
	return s.devices.Guess(ctx, guard, callerOf(ctx).Visitor, account, try)
}

// openSession makes a session with a new secret; the device keeps its name
// over log-ins, so that a candidate who logs in again still holds the attempt.
// It was right for the account, "" if it did not say so itself.
func (s *Server) openSession(ctx context.Context, session store.Session, cookie, account string) error {
	secret := webkit.NewSecret()
	if err := s.Store.CreateSession(ctx, secret, session); err != nil {
		return err
	}
	return s.giveSession(ctx, cookie, secret, account)
}

func (s *Server) newSession(ctx context.Context, kind store.SessionKind, subject, device string) store.Session {
	return store.Session{
		Kind: kind, Subject: subject, Device: callerOf(ctx).Device, DeviceKind: device, ExpiresAt: s.Store.Now().Add(webkit.SessionLife),
	}
}

// giveSession answers with the cookies of a session that was made.
func (s *Server) giveSession(ctx context.Context, cookie, secret, account string) error {
	who := callerOf(ctx)
	who.SetCookie(cookie, secret, webkit.SessionLife)
	return s.devices.Keep(ctx, who.Visitor, account)
}

type nothing struct{}

func (s *Server) logout(ctx context.Context, _ *nothing) (*struct{}, error) {
	who := callerOf(ctx)
	if err := s.Store.DeleteSession(ctx, who.Secret); err != nil {
		return nil, err
	}
	name := candidateCookie
	if who.session.Kind == store.StaffSession {
		name = staffCookie
	} else if err := s.Store.EndHelp(ctx, who.session.Device, who.session.Subject); err != nil {
		return nil, err
	}
	who.SetCookie(name, "", 0)
	return nil, nil
}

type meOutput struct{ Body meBody }

func (s *Server) me(ctx context.Context, _ *nothing) (*meOutput, error) {
	who := callerOf(ctx)
	allowed, err := s.Store.MayRecord(ctx, who.session, webkit.IsOwn(who.Address))
	if err != nil {
		return nil, err
	}
	name, err := s.nameOf(ctx, who.session.Subject)
	device := deviceBody{Kind: who.session.DeviceKind, Allowed: allowed, Number: store.DeviceNumber(who.session.Device)}
	return &meOutput{Body: meBody{Name: name, Device: device}}, err
}

func (s *Server) nameOf(ctx context.Context, person string) (string, error) {
	orders, err := s.Store.ListOrders(ctx, person)
	if err != nil || len(orders) == 0 {
		return "", err
	}
	return orders[0].Name, nil
}
