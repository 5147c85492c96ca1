package transport

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"kaodian/app/webkit"
)

// Body is a request's body whose read deadline is moved along as bytes come: a
// slow phone is welcome, a silent one is not.
type Body struct {
	ctx    *fasthttp.RequestCtx
	stream io.Reader
	socket *conn // nil below TLS, where bytes may wait in between
	direct bool  // nothing of the body waits between us and the socket

	mu          sync.Mutex
	moved       time.Time
	interrupted bool
}

// BodyOf is the request's body, nil without one. Reading it fails when nothing
// comes for 30 s.
func BodyOf(c *fiber.Ctx) *Body {
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return nil
	}
	socket, _ := c.Context().Conn().(*conn)
	return &Body{ctx: c.Context(), stream: stream, socket: socket}
}

func (b *Body) Read(p []byte) (int, error) {
	if err := b.move(); err != nil {
		return 0, err
	}
	if b.direct || b.socket == nil {
		return b.stream.Read(p)
	}
	before := b.socket.reads.Load()
	n, err := b.stream.Read(p)
	// fasthttp's buffer is passed by when it is empty and p is as large, and
	// from then on it stays empty up to the body's end.
	b.direct = len(p) >= headerSize && b.socket.reads.Load() != before
	return n, err
}

// Ready waits until the socket has bytes, without a buffer for them. It is
// for bodies of a declared length.
func (b *Body) Ready() bool {
	return b.direct && b.move() == nil && b.socket.await() == nil
}

// More says that the socket has bytes at this moment.
func (b *Body) More() bool { return b.direct && b.socket.hasMore() }

// Gone says that whoever sends has hung up already.
func (b *Body) Gone() bool {
	socket := ours(b.ctx.Conn())
	return socket != nil && webkit.Gone(socket)
}

// move sets the deadline at most once a second: it costs more than a read.
func (b *Body) move() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.interrupted {
		return io.ErrUnexpectedEOF
	}
	now := time.Now()
	if now.Sub(b.moved) < time.Second {
		return nil
	}
	b.moved = now
	return b.ctx.SetReadDeadline(now.Add(stallTimeout))
}

// Interrupt ends a read under way and every later one. It must not be called
// after the handler has returned.
func (b *Body) Interrupt() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.interrupted = true
	// A failure means that the connection is closed, which ends the read too.
	_ = b.ctx.SetReadDeadline(time.Unix(1, 0))
}

// ErrBodyTooLong says that a body has more bytes than its reader takes.
var ErrBodyTooLong = errors.New("the body is too long")

// CopyBody writes the request's body, at most limit bytes of it.
func CopyBody(c *fiber.Ctx, to io.Writer, limit int64) (int64, error) {
	if c.Get(fiber.HeaderContentEncoding) != "" {
		return 0, webkit.Wrong(http.StatusUnsupportedMediaType, "bodies are sent without Content-Encoding")
	}
	body := BodyOf(c)
	if body == nil {
		return 0, nil
	}
	declared := int64(c.Request().Header.ContentLength())
	if declared > limit {
		return 0, ErrBodyTooLong
	}
	n, err := io.Copy(to, io.LimitReader(body, limit+1))
	switch {
	case n > limit:
		return n, ErrBodyTooLong
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return n, err
	case err != nil || declared >= 0 && n < declared:
		c.Context().SetConnectionClose()
		return n, webkit.Wrong(http.StatusBadRequest, "the body was cut off")
	}
	return n, nil
}
