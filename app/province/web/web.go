package web

import (
	"context"
	"io/fs"
	"log/slog"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

// Config is what the web works with.
type Config struct {
	Store   *store.Store
	Version string
	Hosts   []string // names the province is called by, beside localhost and its addresses
	Pages   fs.FS    // built pages
	Audit   webkit.Audit
	Log     *slog.Logger
}

// Server answers the reviewers.
type Server struct {
	Config
	app    *fiber.App
	router *webkit.Router[access]
	users  *webkit.Guard // of the log-in
	looks  webkit.Looks  // at videos
	seen   webkit.Sights // of sessions

	devices webkit.Devices
}

const (
	// base is where the API begins.
	base = "/api/v1"

	readTimeout = 15 * time.Second // from a request's first byte to its handler
	idleTimeout = 75 * time.Second // between two requests
	// smallBody is the limit of every request's body, in bytes. The server reads
	// it before anybody is asked who he is.
	smallBody = 16 << 10
	// maxSockets is how many connections one address may hold: an office
	// behind one address has a dozen pages open, each with a video.
	maxSockets = 200
)

// New makes the server with all its routes; Serve starts it.
func New(config Config) *Server {
	s := &Server{Config: config, app: newApp(), users: webkit.NewGuard(config.Store)}
	s.devices.Store, s.devices.Cookie, s.devices.KnownCookie = config.Store, deviceCookie, knownCookie
	s.app.Use(webkit.Recover(config.Log), webkit.Headers, webkit.PlainAddress, webkit.Hosts(config.Hosts), webkit.SameOrigin)
	s.router = &webkit.Router[access]{
		App:      s.app,
		API:      webkit.NewAPI(s.app, "Kaodian province", config.Version),
		Base:     base,
		Log:      config.Log,
		Now:      config.Store.Now,
		Identify: func(c *fiber.Ctx, a access) (any, error) { return s.identify(c, a) },
	}
	s.router.Add(s.routes())
	s.app.Use(base, func(*fiber.Ctx) error { return fiber.ErrNotFound })
	s.app.Get("/*", webkit.Pages(config.Pages, "/"))
	return s
}

// newApp returns Fiber for small requests: their bodies are read whole and
// limited before any handler runs.
func newApp() *fiber.App {
	app := fiber.New(fiber.Config{
		AppName:                      "kaodian-province",
		DisableStartupMessage:        true,
		DisablePreParseMultipartForm: true,
		Immutable:                    true, // strings outlive their request
		EnableTrustedProxyCheck:      true, // nobody is trusted: Hostname() is the Host header
		BodyLimit:                    smallBody,
		ReadTimeout:                  readTimeout,
		IdleTimeout:                  idleTimeout,
		ErrorHandler:                 writeProblem,
	})
	server := app.Server()
	server.NoDefaultServerHeader = true
	server.NoDefaultContentType = true
	server.CloseOnShutdown = true
	return app
}

// writeProblem answers with a problem document, which a browser also gets to see
// that still sends a body longer than the limit.
func writeProblem(c *fiber.Ctx, err error) error {
	if socket, ok := c.Context().Conn().(*webkit.Socket); ok {
		socket.Linger()
	}
	return webkit.WriteProblem(c, err)
}

// Serve answers on the listener until Shutdown.
func (s *Server) Serve(l net.Listener) error {
	steady := webkit.Steady(l, func(err error) {
		s.Log.Error("no socket could be accepted; waiting for others to be closed", "error", err)
	})
	return s.app.Listener(webkit.Limit(steady, func() int { return maxSockets }, func(socket *webkit.Socket) net.Conn { return socket }))
}

// Shutdown lets requests under way end until the context does.
func (s *Server) Shutdown(ctx context.Context) error { return s.app.ShutdownWithContext(ctx) }

// Describe is the description of the API as indented JSON.
func Describe() ([]byte, error) { return New(Config{}).router.Description() }
