package staff

import (
	"context"
	"net/http"

	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

func (s *Server) gapRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/syllabus/gaps", access.Desk, "Orders that the syllabus has no row for, and the subjects that it names", s.getSyllabusGaps),
	}
}

type gapsOutput struct{ Body gapsBody }

type gapsBody struct {
	Empty    bool      `json:"empty" doc:"There is no syllabus at all"`
	Subjects []string  `json:"subjects" doc:"That the syllabus names"`
	Orders   int       `json:"orders" doc:"That can still be begun and have their pieces alone to record"`
	Gaps     []gapBody `json:"gaps" doc:"Their subjects and grades"`
}

type gapBody struct {
	Subject string `json:"subject"`
	Grade   int    `json:"grade"`
	Orders  int    `json:"orders"`
}

func (s *Server) getSyllabusGaps(ctx context.Context, _ *struct{}) (*gapsOutput, error) {
	found, err := s.Store.FindSyllabusGaps(ctx)
	body := gapsBody{Empty: found.Empty, Subjects: append([]string{}, found.Subjects...), Gaps: []gapBody{}}
	for _, gap := range found.Gaps {
		body.Gaps = append(body.Gaps, gapBody(gap))
		body.Orders += gap.Orders
	}
	return &gapsOutput{Body: body}, err
}
