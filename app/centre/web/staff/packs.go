package staff

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// packRoutes are those of the emergency pack 应急包.
func (s *Server) packRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodPost, "/api/v1/staff/packs", access.Deciders, "Draw an emergency pack for a day without the server; a fact of every order", s.makePack),
		webkit.Native(http.MethodGet, "/api/v1/staff/packs/{id}/scores/{file}", access.Deciders, "A score of a pack, for its print", s.getPackScore),
		webkit.Call(http.MethodGet, "/api/v1/staff/orders/{id}/papers", access.Deciders, "What stands on the order's sealed papers; noted", s.openPapers),
	}
}

type packOutput struct{ Body packBody }

type packBody struct {
	ID      string           `json:"id"`
	At      time.Time        `json:"at"`
	Centre  string           `json:"centre,omitempty"`
	Sheets  []paperSheetBody `json:"sheets" doc:"By window, then ticket: of the orders that can still begin"`
	Without []string         `json:"without" doc:"Tickets for which nothing can be drawn: no item, or no question"`
}

type paperSheetBody struct {
	PaperRow
	Number int             `json:"number" doc:"Within its pack"`
	At     time.Time       `json:"at"`
	Code   string          `json:"code" doc:"Under seal"`
	Drawn  []sheetItemBody `json:"drawn" doc:"Under seal: every item, with the question that was drawn for it"`
}

type sheetItemBody struct {
	Name  string `json:"name"`
	Piece string `json:"piece,omitempty"`
	Title string `json:"title,omitempty" doc:"Of the question"`
	Score string `json:"score,omitempty" doc:"SHA-256 of its score"`
	Type  string `json:"type,omitempty" doc:"Media type of the score"`
}

func (s *Server) makePack(ctx context.Context, in *ScopeInput) (*packOutput, error) {
	scope, err := s.scopeOf(*in)
	if err != nil {
		return nil, err
	}
	pack, err := s.Store.MakePack(ctx, scope, access.Of(ctx).Staff())
	body := packBody{ID: pack.ID, At: pack.At, Centre: s.CentreName(), Sheets: s.sheetsOf(pack.Sheets), Without: append([]string{}, pack.Without...)}
	return &packOutput{Body: body}, err
}

func (s *Server) sheetsOf(sheets []store.PaperSheet) []paperSheetBody {
	bodies := []paperSheetBody{}
	for _, sheet := range sheets {
		body := paperSheetBody{PaperRow: s.paperOf(sheet.Order), Number: sheet.Number, At: sheet.At, Code: sheet.Code, Drawn: []sheetItemBody{}}
		for _, item := range sheet.Paper.Items {
			body.Drawn = append(body.Drawn, sheetItemOf(item))
		}
		bodies = append(bodies, body)
	}
	return bodies
}

func sheetItemOf(item exam.Item) sheetItemBody {
	body := sheetItemBody{Name: item.Name, Piece: item.Piece}
	if q := item.Question; q != nil {
		body.Title, body.Score, body.Type = q.Title, q.File, q.Type
	}
	return body
}

// getPackScore serves a score of a pack that was drawn; who looked is noted.
func (s *Server) getPackScore(c *fiber.Ctx) error {
	file := strings.Clone(c.Params("file"))
	if file == "" {
		return refusal.New(refusal.NotFound)
	}
	mediaType, err := s.Store.OpenPackScore(c.UserContext(), strings.Clone(c.Params("id")), file, access.Of(c.UserContext()).Staff())
	if err != nil {
		return err
	}
	return sendScore(c, s.File(store.QuestionFile(file)), mediaType)
}

type papersOfOrderOutput struct{ Body []paperSheetBody }

func (s *Server) openPapers(ctx context.Context, in *shared.IDInput) (*papersOfOrderOutput, error) {
	sheets, err := s.Store.OpenPapers(ctx, in.ID, access.Of(ctx).Staff())
	return &papersOfOrderOutput{Body: s.sheetsOf(sheets)}, err
}
