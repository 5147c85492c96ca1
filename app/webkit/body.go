package webkit

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
)

// Limits of a typed call's body, in bytes, enforced before anything is parsed.
// The longest text that a person may type, written as \u escapes, fits into
// StaffBody; without a session only a log-in can be sent.
const (
	AnonymousBody = 4 << 10
	CandidateBody = 16 << 10
	StaffBody     = 64 << 10
)

const (
	// freeBody bytes of each body are not counted: every socket holds as much
	// anyway, so a log-in or a submit is accepted whatever others send.
	freeBody = 4 << 10
	// allBodies limits what all bodies together hold beyond freeBody, in bytes.
	allBodies = 16 << 20
	// bodyTime is how long a typed call's body may take to arrive.
	bodyTime = 20 * time.Second
)

// Bodies reads the bodies of typed calls and bounds the memory that they take
// together. The zero value is ready.
type Bodies struct{ held atomic.Int64 }

// Take reads the body, at most limit bytes of it, and leaves it for Huma; with
// wantJSON it must be JSON that CheckJSON accepts. release frees the memory after
// the answer and is never nil.
func (b *Bodies) Take(c *fiber.Ctx, limit int, wantJSON bool) (release func(), err error) {
	if c.Get(fiber.HeaderContentEncoding) != "" {
		return func() {}, Wrong(http.StatusUnsupportedMediaType, "bodies are sent without Content-Encoding")
	}
	declared := c.Request().Header.ContentLength()
	if declared > limit {
		return func() {}, Wrong(http.StatusRequestEntityTooLarge, "the body is too long")
	}
	body, release, err := b.read(c, declared, limit)
	if err == nil && wantJSON && len(body) > 0 {
		err = checkJSONBody(c, body)
	}
	if err == nil && c.Request().IsBodyStream() {
		// A stream again, because Huma asks for one where the server streams.
		c.Request().SetBodyStream(bytes.NewReader(body), len(body))
	}
	return release, err
}

// read returns the body, from the socket or from where the server read it to.
func (b *Bodies) read(c *fiber.Ctx, declared, limit int) (body []byte, release func(), err error) {
	held := int64(0)
	release = func() { b.held.Add(-held) }
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return c.Request().Body(), release, nil
	}
	// A failure means that the connection is closed, which ends the read too.
	_ = c.Context().SetReadDeadline(time.Now().Add(bodyTime))
	body = make([]byte, 0, min(max(declared+1, 512), freeBody))
	for {
		if len(body) == cap(body) {
			more := int64(cap(body)) // it doubles
			if cap(body) >= freeBody {
				if b.held.Add(more) > allBodies {
					b.held.Add(-more)
					return nil, release, refusal.New(ServerBusy, "retry_seconds", 2)
				}
				held += more
			}
			body = append(make([]byte, 0, cap(body)+int(more)), body...)
		}
		n, err := stream.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case len(body) > limit:
			return nil, release, Wrong(http.StatusRequestEntityTooLarge, "the body is too long")
		case err == io.EOF && (declared < 0 || len(body) == declared):
			return body, release, nil
		case err != nil:
			c.Context().SetConnectionClose()
			return nil, release, Wrong(http.StatusBadRequest, "the body was cut off")
		}
	}
}

// HasBody says whether a typed call's input has a body.
func HasBody[In any]() bool {
	_, has := reflect.TypeFor[In]().FieldByName("Body")
	return has
}

func checkJSONBody(c *fiber.Ctx, body []byte) error {
	if header := c.Get(fiber.HeaderContentType); header != "" {
		if kind, _, err := mime.ParseMediaType(header); err != nil || kind != fiber.MIMEApplicationJSON {
			return Wrong(http.StatusUnsupportedMediaType, "send Content-Type: application/json")
		}
	}
	return CheckJSON(body)
}
