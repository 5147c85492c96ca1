package transport

import (
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/webkit"
)

// Times and sizes of one connection. Read deadlines are absolute in fasthttp,
// so whoever reads a long body moves them along (Body).
const (
	headerTimeout = 15 * time.Second    // from a request's first byte to its handler
	idleTimeout   = 75 * time.Second    // between two requests
	stallTimeout  = webkit.StallTimeout // without a byte read or written, within a request
	headerSize    = 16 << 10
	readOnTime    = time.Second // of the body of a refused request

	// smallBody is the largest body of a route that is no upload.
	smallBody = 1 << 20
)

// NewApp returns Fiber as this project needs it. Bodies are streamed: no
// handler may call Ctx.Body or BodyParser: webkit.Bodies and SmallBodies read
// and limit them. BodyLimit refuses nothing.
func NewApp(log *slog.Logger) *fiber.App {
	app := fiber.New(fiber.Config{
		AppName:                      "kaodian",
		DisableStartupMessage:        true,
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true, // else strangers fill the temporary folder
		Immutable:                    true, // strings outlive their request
		EnableTrustedProxyCheck:      true, // nobody is trusted: Hostname() is the Host header
		ReadBufferSize:               headerSize,
		ReadTimeout:                  headerTimeout,
		IdleTimeout:                  idleTimeout,
		ErrorHandler:                 WriteProblem,
	})
	server := app.Server()
	server.NoDefaultServerHeader = true
	server.CloseOnShutdown = true
	server.NoDefaultContentType = true
	app.Use(webkit.Recover(log), readOnAfterRefusal)
	return app
}

// readOnAfterRefusal is for refusals that were written without WriteProblem.
func readOnAfterRefusal(c *fiber.Ctx) error {
	err := c.Next()
	if c.Response().StatusCode() >= http.StatusBadRequest {
		readOn(c)
	}
	return err
}

// RefuseBodies refuses what no route but an upload takes, before it is known
// which route it is.
func RefuseBodies(c *fiber.Ctx) error {
	if c.Context().RequestBodyStream() == nil {
		return c.Next()
	}
	if c.Get(fiber.HeaderContentEncoding) != "" {
		return webkit.Wrong(http.StatusUnsupportedMediaType, "bodies are sent without Content-Encoding")
	}
	if c.Request().Header.ContentLength() > smallBody {
		return webkit.Wrong(http.StatusRequestEntityTooLarge, "the body is too long")
	}
	return c.Next()
}

// SmallBodies reads the body of a route that is no typed call, at most limit
// bytes and none of them kept: what stays unread would be the next request.
func SmallBodies(limit int) fiber.Handler {
	return func(c *fiber.Ctx) error {
		body := BodyOf(c)
		if body == nil {
			return c.Next()
		}
		declared := int64(c.Request().Header.ContentLength())
		if declared > int64(limit) {
			return webkit.Wrong(http.StatusRequestEntityTooLarge, "the body is too long")
		}
		n, err := io.Copy(io.Discard, io.LimitReader(body, int64(limit)+1))
		switch {
		case err != nil || declared >= 0 && n < declared:
			c.Context().SetConnectionClose()
			return webkit.Wrong(http.StatusBadRequest, "the body was cut off")
		case n > int64(limit):
			return webkit.Wrong(http.StatusRequestEntityTooLarge, "the body is too long")
		}
		return c.Next()
	}
}

// readOn lets a refused request's body be read for a moment, by fasthttp when
// it is short, else by the connection's Close.
func readOn(c *fiber.Ctx) {
	ctx := c.Context()
	if ctx.RequestBodyStream() == nil {
		return
	}
	if conn := ours(ctx.Conn()); conn != nil {
		conn.Linger()
	}
	// A failure means that the connection is closed already.
	_ = ctx.SetReadDeadline(time.Now().Add(readOnTime))
}
