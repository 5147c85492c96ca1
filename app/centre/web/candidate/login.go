package candidate

import (
	"context"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
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

type deviceBody struct {
	Kind    string `json:"kind,omitempty" enum:"phone,tablet,desktop"`
	Allowed bool   `json:"allowed" doc:"It may record and upload (R4)"`
	Number  string `json:"number" doc:"Six digits by which staff allow a computer"`
}

func (s *Server) login(ctx context.Context, in *loginInput) (*loginOutput, error) {
	account := store.TicketAccount(in.Body.Ticket)
	person := ""
	err := s.Door.TryLogin(ctx, s.Door.People, account, func() (err error) {
		person, err = s.Store.FindLogin(ctx, in.Body.Ticket, in.Body.IDNumber)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.notePhone(ctx, in.Body.Clock)
	session := s.Door.NewSession(ctx, store.CandidateSession, person, in.Body.Device)
	if err := s.Door.Open(ctx, session, account); err != nil {
		return nil, err
	}
	name, err := s.nameOf(ctx, person)
	return &loginOutput{Body: personBody{Name: name}}, err
}

// notePhone notes the clock of a phone at its log-in; an unreadable time does not
// prevent the log-in.
func (s *Server) notePhone(ctx context.Context, told string) {
	shows, err := time.Parse(time.RFC3339, told)
	if err == nil && s.NotePhone != nil {
		s.NotePhone(access.Of(ctx).Address+access.Of(ctx).Device, shows)
	}
}

func (s *Server) logout(ctx context.Context, _ *struct{}) (*struct{}, error) {
	if err := s.Door.Close(ctx); err != nil {
		return nil, err
	}
	session := access.Of(ctx).Session
	return nil, s.Store.EndHelp(ctx, session.Device, session.Subject)
}

type meOutput struct{ Body meBody }

func (s *Server) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	who := access.Of(ctx)
	allowed, err := s.Store.MayRecord(ctx, who.Session, webkit.IsOwn(who.Address))
	if err != nil {
		return nil, err
	}
	name, err := s.nameOf(ctx, who.Session.Subject)
	device := deviceBody{Kind: who.Session.DeviceKind, Allowed: allowed, Number: store.DeviceNumber(who.Session.Device)}
	return &meOutput{Body: meBody{Name: name, Device: device}}, err
}

func (s *Server) nameOf(ctx context.Context, person string) (string, error) {
	orders, err := s.Store.ListOrders(ctx, person)
	if err != nil || len(orders) == 0 {
		return "", err
	}
	return orders[0].Name, nil
}
