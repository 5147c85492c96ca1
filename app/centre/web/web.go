package web

import (
	"context"
	"crypto/tls"
	"io/fs"
	"log/slog"
	"net"
	"path/filepath"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/centre/upload"
	"kaodian/app/webkit"
)

// Config is what the web works with.
type Config struct {
	Store  *store.Store
	Engine *upload.Engine
	Sync   Sync
	Jobs   Jobs // the examination's queue
	// ReadyIn tells about how long until the jobs of these kinds are done at a
	// clip; nil where nobody knows.
	ReadyIn func(ctx context.Context, clipID string, kinds ...jobs.Kind) (left time.Duration, known bool, err error)
	Time    Time // the clock's keeper
	// Storage tells how the disk stands.
	Storage Storage
	Audit   Audit
	// Hold holds back work that can wait while requests are many; nil for nothing.
	Hold       func() (release func())
	Folder     string // the data folder
	CentreName string // as it stands on tickets and receipts; "" for none
	Version    string
	Hosts      []string      // names the centre is called by, beside localhost and its addresses
	MaxSockets int           // per address, 0: no limit
	Retention  time.Duration // how long a video stays after its receipt
	// Compares says whether there is a network that compares faces; nil for no.
	Compares func() bool
	// Free tells the disk's free bytes and its size; room.Of(Folder) if nil.
	Free      func() (free, total int64, err error)
	Secure    *Secure // nil without HTTPS
	Candidate fs.FS   // built pages
	Staff     fs.FS
	Log       *slog.Logger
}

// Server answers the phones and the staff.
type Server struct {
	Config
	app    *fiber.App
	router *webkit.Router[access]
	scrape fiber.Handler // Prometheus's
	people *webkit.Guard // of the candidates' log-in
	desk   *webkit.Guard // of the staff's
	looks  webkit.Looks  // at videos
	calls  *webkit.Calls // for help

	devices webkit.Devices
	streams streams
}

// New makes the server with all its routes; Serve starts it.
func New(config Config) *Server {
	s := &Server{Config: config, app: newApp(config.Log), people: webkit.NewGuard(config.Store), desk: webkit.NewGuard(config.Store), calls: webkit.NewCalls()}
	s.devices.Store, s.devices.Cookie, s.devices.KnownCookie = config.Store, deviceCookie, knownCookie
	s.app.Use(webkit.Headers, webkit.PlainAddress, s.allowSecurePicture, webkit.Hosts(config.Hosts), webkit.SameOrigin)
	s.app.Use(s.refuseAfterFailure)
	tus := &Tus{Engine: config.Engine, Base: base + "/uploads", Authorise: s.authorise, traffic: newTraffic(config.Hold)}
	tus.Register(s.app)
	s.app.Use(refuseBodies)
	s.scrape = newMetrics(s)
	s.router = &webkit.Router[access]{
		App:            s.app,
		API:            webkit.NewAPI(s.app, "Kaodian centre", config.Version),
		Base:           base,
		Log:            config.Log,
		Now:            config.Store.Now,
		Identify:       func(c *fiber.Ctx, a access) (any, error) { return s.identify(c, a) },
		ReadBody:       smallBodies,
		Lacks:          s.lacks,
		NameParameters: true,
	}
	describeTus(s.router)
	s.router.Add(s.routes())
	s.app.Use(base, func(*fiber.Ctx) error { return fiber.ErrNotFound })
	s.app.Use(smallBodies(webkit.StrayBody))
	s.app.Get("/staff/*", webkit.Pages(config.Staff, "/staff"))
	s.app.Get("/staff", func(c *fiber.Ctx) error { return c.Redirect("/staff/") })
	s.app.Get("/*", webkit.Pages(config.Candidate, "/"))
	return s
}

// base is where the API begins.
const base = "/api/v1"

// Serve answers on the listener until Shutdown.
func (s *Server) Serve(l net.Listener) error { return s.app.Listener(s.sockets(l)) }

// ServeTLS does so by HTTPS, on another listener of the same server.
func (s *Server) ServeTLS(l net.Listener, config *tls.Config) error {
	return s.app.Listener(tls.NewListener(s.sockets(l), config))
}

// sockets are those of a listener, as many as one address may hold, also when
// the machine is out of descriptors for a while.
func (s *Server) sockets(l net.Listener) net.Listener {
	return limit(webkit.Steady(l, func(err error) {
		s.Log.Error("no socket could be accepted; waiting for others to be closed", "error", err)
	}), s.MaxSockets)
}

// Shutdown lets requests under way end until the context does.
func (s *Server) Shutdown(ctx context.Context) error { return s.app.ShutdownWithContext(ctx) }

// Describe is the description of the API as indented JSON, which the pages'
// types are made of. It is what a running server gives at /api/openapi.json.
func Describe() ([]byte, error) {
	return New(Config{Engine: &upload.Engine{}, Version: "1"}).router.Description()
}

// file is where a file of the data folder lies (store.ClipFile …).
func (s *Server) file(name string) string { return filepath.Join(s.Folder, filepath.FromSlash(name)) }
