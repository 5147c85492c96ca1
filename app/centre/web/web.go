package web

import (
	"context"
	"crypto/tls"
	"io/fs"
	"net"
	"slices"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/centre/rehearsal"
	"kaodian/app/centre/upload"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/candidate"
	"kaodian/app/centre/web/shared"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/transport"
	"kaodian/app/centre/web/tus"
	"kaodian/app/webkit"
)

// Config is what the web works with.
type Config struct {
	shared.Centre
	Candidate candidate.Config
	Staff     staff.Config

	CandidatePages, StaffPages fs.FS // built
	// Hold holds back work that can wait while uploads are many; nil for nothing.
	Hold       func() (release func())
	Version    string
	Hosts      []string   // names the centre is called by, beside localhost and its addresses
	MaxSockets func() int // per address, 0: no limit; nil for none
}

// Server answers the phones and the staff.
type Server struct {
	*shared.Centre
	candidate  *candidate.Server
	staff      *staff.Server
	app        *fiber.App
	router     *webkit.Router[access.Who]
	maxSockets func() int
}

// New makes the server with all its routes; Serve starts it.
func New(config Config) *Server {
	centre := &config.Centre
	centre.Door = access.NewDoor(centre.Store)
	if centre.Rehearsal == nil { // of a server that only describes its API
		centre.Rehearsal = &rehearsal.Hall{Engine: &upload.Engine{}}
	}
	s := &Server{
		Centre:     centre,
		candidate:  candidate.New(centre, config.Candidate),
		staff:      staff.New(centre, config.Staff),
		app:        transport.NewApp(config.Log),
		maxSockets: config.MaxSockets,
	}
	s.app.Use(webkit.Headers, webkit.PlainAddress, s.Secure.AllowPicture, webkit.Hosts(config.Hosts), webkit.SameOrigin)
	s.app.Use(s.refuseAfterFailure)
	s.addAPI(config)
	s.app.Use(shared.Base, func(*fiber.Ctx) error { return fiber.ErrNotFound })
	s.app.Use(transport.SmallBodies(webkit.UnexpectedBody))
	s.app.Get("/staff/*", webkit.Pages(config.StaffPages, "/staff"))
	s.app.Get("/staff", func(c *fiber.Ctx) error { return c.Redirect("/staff/") })
	s.app.Get("/*", webkit.Pages(config.CandidatePages, "/"))
	return s
}

// addAPI adds the calls, the uploads first: their bodies alone are large.
func (s *Server) addAPI(config Config) {
	const uploads, deskUploads, rehearsalUploads = shared.Base + "/uploads", shared.Base + "/staff/desk-uploads", shared.Base + "/rehearsal/uploads"
	(&tus.Uploads{Engine: s.Rehearsal.Engine, Base: rehearsalUploads, Authorise: s.Door.AuthorisePhone, Hold: config.Hold}).Register(s.app)
	(&tus.Uploads{Engine: s.Engine, Base: deskUploads, Authorise: s.Door.AuthoriseDesk, Hold: config.Hold}).Register(s.app)
	(&tus.Uploads{Engine: s.Engine, Base: uploads, Authorise: s.Door.Authorise, Hold: config.Hold}).Register(s.app)
	s.router = &webkit.Router[access.Who]{
		App:            s.app,
		API:            webkit.NewAPI(s.app, "Kaodian centre", config.Version),
		Base:           shared.Base,
		Log:            s.Log,
		Now:            s.Store.Now,
		Identify:       func(c *fiber.Ctx, a access.Who) (any, error) { return s.Door.Identify(c, a) },
		ReadBody:       transport.SmallBodies,
		Lacks:          s.lacks,
		NameParameters: true,
	}
	for _, operation := range slices.Concat(tus.Operations(uploads, access.Candidates.String()), tus.Operations(deskUploads, access.Desk.String()),
		tus.Operations(rehearsalUploads, "phones that joined the rehearsal")) {
		s.router.Describe(operation)
	}
	streams, rest := webkit.Split(s.routes())
	s.router.Add(streams)
	s.app.Use(transport.RefuseBodies)
	s.router.Add(rest)
}

// Serve answers on the listener until Shutdown.
func (s *Server) Serve(l net.Listener) error { return s.app.Listener(s.sockets(l)) }

// ServeTLS does so by HTTPS, on another listener of the same server.
func (s *Server) ServeTLS(l net.Listener, config *tls.Config) error {
	return s.app.Listener(tls.NewListener(s.sockets(l), config))
}

// sockets are those of a listener, as many as one address may hold, also when
// the machine is out of descriptors for a while.
func (s *Server) sockets(l net.Listener) net.Listener {
	return transport.Limit(webkit.Steady(l, func(err error) {
		s.Log.Error("no socket could be accepted; waiting for others to be closed", "error", err)
	}), s.maxSockets)
}

// Shutdown lets requests under way end until the context does.
func (s *Server) Shutdown(ctx context.Context) error { return s.app.ShutdownWithContext(ctx) }

// Describe is the description of the API as indented JSON, which the pages'
// types are made of. It is what a running server gives at /api/openapi.json.
func Describe() ([]byte, error) {
	return New(Config{Centre: shared.Centre{Engine: &upload.Engine{}}, Version: "1"}).router.Description()
}
