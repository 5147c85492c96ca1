package candidate

import (
	"crypto/rand"
	"net/http"
	"sync"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/webkit"
)

// maxSpeed is how much a phone may ask for to measure its line, in bytes.
const maxSpeed = 4 << 20

// sendSpeed answers with as many random bytes as asked for: what packs well
// would make a line look faster than it is for video.
func (s *Server) sendSpeed(c *fiber.Ctx) error {
	n := c.QueryInt("bytes", 1<<20)
	if n < 1 || n > maxSpeed {
		return webkit.Wrong(http.StatusBadRequest, "bytes is between 1 and 4194304")
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Response().SetBodyRaw(speedBytes()[:n])
	return nil
}

// speedBytes are the same for everybody: a slow reader must hold no memory of
// its own.
var speedBytes = sync.OnceValue(func() []byte {
	body := make([]byte, maxSpeed)
	rand.Read(body) // never fails
	return body
})

// takeSpeed answers when all has arrived: transport.SmallBodies has read it by then.
func (s *Server) takeSpeed(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendStatus(http.StatusNoContent)
}
