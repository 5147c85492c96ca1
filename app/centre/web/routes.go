package web

import (
	"net/http"
	"slices"

	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// routes is the whole API but for the uploads, which tus registers.
func (s *Server) routes() []access.Route {
	return slices.Concat(s.candidate.Routes(), s.staff.Routes(), s.staff.DeskRoutes(), []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/centre", access.Public, "How the centre is reached, and its time", s.getCentre),
		webkit.Native(http.MethodGet, certificatePath, access.Public, "The local authority's root", s.Secure.SendRoot),
		webkit.Native(http.MethodGet, profilePath, access.Public, "The same for iPhones and iPads", s.Secure.SendProfile),
		webkit.Native(http.MethodGet, "/healthz", access.Public, "Alive", s.healthz),
		webkit.Native(http.MethodGet, "/readyz", access.Public, "Able to take work", s.readyz),
		webkit.Native(http.MethodGet, "/metrics", access.StaffOrLoopback, "Prometheus text", s.metrics()),
	})
}
