package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// route is one call of the API. Whoever may call it is named with it; there
// is no route without.
type route struct {
	method, path string
	access       access
	summary      string
	register     func(*Server, route)
}

// routes is the whole API.
func (s *Server) routes() []route {
	return []route{
		call(http.MethodPost, "/api/v1/login", public, "Log in", s.login),
		call(http.MethodPost, "/api/v1/logout", users, "Log out", s.logout),
		call(http.MethodGet, "/api/v1/me", users, "Who is logged in", s.me),
		call(http.MethodGet, "/api/v1/centres", users, "The centres, what came of them and what is missed", s.listCentres),
		call(http.MethodGet, "/api/v1/batches", users, "Batches, newest first", s.listBatches),
		call(http.MethodGet, "/api/v1/notices", users, "What the intake met that is no batch of an enrolled centre, the latest first", s.listNotices),
		call(http.MethodGet, "/api/v1/clips", users, "Clips with their findings, newest first", s.listClips),
		clipVideo("/api/v1/clips/{id}/video", users, "The original, or with as=rendition the rendition", s.getVideo),
		stream(http.MethodGet, "/api/v1/clips/{id}/photo", users, "The candidate's registration photo", s.getPhoto),
		stream(http.MethodGet, "/api/v1/evidence/{sha256}", users, "An evidence frame", s.getEvidence),
		stream(http.MethodGet, "/healthz", public, "Alive", s.healthz),
	}
}

// call is a typed JSON route.
func call[In, Out any](method, path string, who access, summary string, handle func(context.Context, *In) (*Out, error)) route {
	return route{method: method, path: path, access: who, summary: summary, register: func(s *Server, r route) {
		op := r.operation()
		op.MaxBodyBytes = int64(who.mostBody()) + 1 // Huma's limit is one that must not be reached
		op.Middlewares = huma.Middlewares{s.admitCall(who, webkit.HasBody[In]())}
		huma.Register(s.api, op, func(ctx context.Context, in *In) (*Out, error) {
			out, err := handle(ctx, in)
			return out, s.logged(op.OperationID, err)
		})
	}}
}

// stream is a native Fiber route; the description only names it.
func stream(method, path string, who access, summary string, handle fiber.Handler) route {
	return route{method: method, path: path, access: who, summary: summary, register: func(s *Server, r route) {
		op := r.operation()
		op.Responses = map[string]*huma.Response{"200": {Description: summary}}
		s.api.OpenAPI().AddOperation(&op)
		s.app.Add(method, fiberPath(path), s.admit(who), func(c *fiber.Ctx) error {
			if err := s.logged(op.OperationID, handle(c)); err != nil {
				return webkit.WriteProblem(c, err)
			}
			return nil
		})
	}}
}

// clipVideo is a stream of a clip's file, which players read in many parts.
func clipVideo(path string, who access, summary string, handle fiber.Handler) route {
	r := stream(http.MethodGet, path, who, summary, handle)
	register := r.register
	r.register = func(s *Server, r route) {
		s.app.Get(fiberPath(path), s.leaves.Read(cookie, s.Store.Now))
		register(s, r)
	}
	return r
}

func (r route) operation() huma.Operation {
	return huma.Operation{
		OperationID: operationID(r.method, r.path),
		Method:      r.method,
		Path:        r.path,
		Summary:     r.summary,
		Description: "For: " + r.access.String() + ".",
	}
}

func fiberPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// operationID makes get-clips-video of GET /api/v1/clips/{id}/video.
func operationID(method, path string) string {
	words := []string{strings.ToLower(method)}
	for word := range strings.SplitSeq(strings.TrimPrefix(path, base), "/") {
		if word != "" && !strings.HasPrefix(word, "{") {
			words = append(words, word)
		}
	}
	return strings.Join(words, "-")
}

// logged writes down errors that are no refusals: the caller is told
// «internal» only.
func (s *Server) logged(operation string, err error) error {
	if err != nil && !errors.Is(err, context.Canceled) && exam.CodeOf(err) == "" && webkit.ProblemOf(err).Status >= http.StatusInternalServerError {
		s.Log.Error("a request failed", "operation", operation, "error", err)
	}
	return err
}

func (s *Server) healthz(c *fiber.Ctx) error { return c.SendString("ok\n") }
