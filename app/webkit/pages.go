package webkit

import (
	"errors"
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Pages serves an embedded page application under prefix: files as they are,
// and index.html for the application's own addresses. Files under assets/
// carry their hash in the name and are kept for ever.
func Pages(files fs.FS, prefix string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		name := strings.TrimPrefix(strings.TrimPrefix(c.Path(), prefix), "/")
		body, err := fs.ReadFile(files, path.Clean("./"+name))
		switch {
		case err == nil && strings.HasPrefix(name, "assets/"):
			c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
		case err == nil:
			c.Set(fiber.HeaderCacheControl, "no-cache")
		case path.Ext(name) != "":
			return WriteProblem(c, fiber.ErrNotFound)
		default:
			return index(c, files)
		}
		c.Set(fiber.HeaderContentType, typeOf(name))
		return c.Send(body)
	}
}

func index(c *fiber.Ctx, files fs.FS) error {
	body, err := fs.ReadFile(files, "index.html")
	if errors.Is(err, fs.ErrNotExist) {
		return c.Status(fiber.StatusServiceUnavailable).SendString("This program was built without its pages. Build it with «make build».\n")
	}
	if err != nil {
		return WriteProblem(c, err)
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(body)
}

func typeOf(name string) string {
	if found := mime.TypeByExtension(path.Ext(name)); found != "" {
		return found
	}
	return fiber.MIMEOctetStream
}
