package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/centre/upload"
	"kaodian/app/webkit"
)

type deviceBody struct {
	Kind    string `json:"kind,omitempty" enum:"phone,tablet,desktop"`
	Allowed bool   `json:"allowed" doc:"It may record and upload (R4)"`
	Number  string `json:"number" doc:"Six digits by which staff allow a computer"`
}

func (s *Server) checkPlace(ctx context.Context, who caller) error {
	return s.Store.CheckPlace(ctx, who.session, webkit.IsOwn(who.Address))
}

// authorise is identify for the uploads; one begins only where one may record.
func (s *Server) authorise(c *fiber.Ctx) (upload.Principal, error) {
	who, err := s.identify(c, candidates)
	if err == nil && c.Method() == fiber.MethodPost {
		err = s.checkPlace(c.UserContext(), who)
	}
	return upload.Principal{Owner: who.session.Subject, Device: who.session.Device}, err
}

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

func (s *Server) listDevices(ctx context.Context, _ *nothing) (*devicesOutput, error) {
	list, err := s.Store.ListDeskDevices(ctx)
	out := &devicesOutput{Body: []allowedBody{}}
	for _, device := range list {
		out.Body = append(out.Body, allowedBody(device))
	}
	return out, err
}

func (s *Server) allowDevice(ctx context.Context, in *deviceInput) (*struct{}, error) {
	return nil, s.Store.AllowDevice(ctx, in.Body.Number, callerOf(ctx).session.Subject)
}

func (s *Server) withdrawDevice(ctx context.Context, in *numberInput) (*struct{}, error) {
	return nil, s.Store.WithdrawDevice(ctx, in.Number, callerOf(ctx).session.Subject)
}
