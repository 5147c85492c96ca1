package web

import (
	"net/http"
	"slices"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/webkit"
)

type route = webkit.Route[access]

// routes is the whole API.
func (s *Server) routes() []route {
	return slices.Concat([]route{
		webkit.Call(http.MethodPost, "/api/v1/login", public, "Log in", s.login),
		webkit.Call(http.MethodPost, "/api/v1/logout", users, "Log out", s.logout),
		webkit.Call(http.MethodGet, "/api/v1/me", users, "Who is logged in", s.me),
		webkit.Call(http.MethodGet, "/api/v1/centres", users, "The centres, what came of them and what is missed", s.listCentres),
		webkit.Call(http.MethodGet, "/api/v1/batches", users, "Batches, newest first", s.listBatches),
		webkit.Call(http.MethodGet, "/api/v1/notices", users, "What the intake met that is no batch of an enrolled centre, the latest first", s.listNotices),
		webkit.Call(http.MethodGet, "/api/v1/orders", users, "Orders, also those without a video; of the newest batch first", s.listOrders),
		webkit.Call(http.MethodGet, "/api/v1/clips", reviewers, "Clips with their findings, newest first", s.listClips),
		webkit.File("/api/v1/clips/{id}/video", reviewers, "The original, or with as=rendition the rendition", s.getVideo),
		webkit.Native(http.MethodGet, "/api/v1/clips/{id}/photo", reviewers, "The candidate's registration photo", s.getPhoto),
		webkit.Native(http.MethodGet, "/api/v1/evidence/{sha256}", reviewers, "An evidence frame", s.getEvidence),
		webkit.Native(http.MethodGet, "/healthz", public, "Alive", s.healthz),
	}, s.centreRoutes(), s.expectedRoutes(), s.peopleRoutes(), s.accountRoutes(), s.auditRoutes())
}

func (s *Server) healthz(c *fiber.Ctx) error { return c.SendString("ok\n") }
