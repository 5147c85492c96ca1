package staff

import (
	"context"
	"time"

	"kaodian/app/centre/web/access"
)

type deviceInput struct {
	Body struct {
		Number string `json:"number" pattern:"^[0-9]{6}$" doc:"As the computer shows it"`
	}
}

type numberInput struct {
	Number string `path:"number" pattern:"^[0-9]{6}$"`
}

type allowedBody struct {
	Number    string    `json:"number"`
	AllowedAt time.Time `json:"allowed_at"`
	AllowedBy string    `json:"allowed_by"`
}

type devicesOutput struct{ Body []allowedBody }

func (s *Server) listDevices(ctx context.Context, _ *struct{}) (*devicesOutput, error) {
	list, err := s.Store.ListDeskDevices(ctx)
	out := &devicesOutput{Body: []allowedBody{}}
	for _, device := range list {
		out.Body = append(out.Body, allowedBody(device))
	}
	return out, err
}

func (s *Server) allowDevice(ctx context.Context, in *deviceInput) (*struct{}, error) {
	return nil, s.Store.AllowDevice(ctx, in.Body.Number, access.Of(ctx).Session.Subject)
}

func (s *Server) withdrawDevice(ctx context.Context, in *numberInput) (*struct{}, error) {
	return nil, s.Store.WithdrawDevice(ctx, in.Number, access.Of(ctx).Session.Subject)
}
