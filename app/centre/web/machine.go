package web

import (
	"errors"
	"strings"
	"syscall"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/shared"
	"kaodian/app/centre/web/transport"
	"kaodian/app/webkit"
)

// refuseAfterFailure answers nothing but the pages once the disk failed: until
// the program was started anew nobody knows what is really there, so nothing
// is acknowledged and nothing that was read is told.
func (s *Server) refuseAfterFailure(c *fiber.Ctx) error {
	if s.Engine.Failure() == nil || !isCall(c.Path()) {
		return c.Next()
	}
	c.Set(fiber.HeaderRetryAfter, "5")
	return transport.WriteProblem(c, refusal.New(refusal.StorageFailed))
}

// isCall tells calls from pages, which may be shown: they say what to do.
// A path is found in whatever case, with a slash at its end or without.
func isCall(path string) bool {
	path = strings.TrimRight(strings.ToLower(path), "/")
	return strings.HasPrefix(path, shared.Base+"/") || path == "/healthz" || path == "/readyz"
}

// healthz is 200 while the centre works; a monitor of one whose disk failed is
// told so (refuseAfterFailure).
func (s *Server) healthz(c *fiber.Ctx) error { return c.SendString("ok\n") }

// readyz is 200 while the centre can take work: the database answers.
func (s *Server) readyz(c *fiber.Ctx) error {
	if _, err := s.Store.NextDeadline(c.UserContext()); err != nil {
		return err
	}
	return c.SendString("ok\n")
}

// metrics collects what a monitor asks for: the process, and the disk that the
// next attempts need.
func (s *Server) metrics() fiber.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "kaodian_disk_free_bytes",
			Help: "Free bytes of the disk that holds the data folder.",
		}, func() float64 {
			space, err := s.Space()
			if err != nil {
				return -1
			}
			return float64(space.Free)
		}),
	)
	return adaptor.HTTPHandler(promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
}

// lacks is the refusal for what the machine lacks, "" for another error.
func (s *Server) lacks(err error) refusal.Code {
	switch {
	case s.Engine.Failure() != nil, durable.Broken(err):
		return refusal.StorageFailed
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return refusal.DiskFull
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return webkit.TooManyConnections
	}
	return ""
}
