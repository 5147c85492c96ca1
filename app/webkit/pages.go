package webkit

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"mime"
	"path"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// Pages serves an embedded page application under prefix: files as they are,
// and index.html for the application's own addresses. Files under assets/
// carry their hash in the name and are kept for ever.
func Pages(files fs.FS, prefix string) fiber.Handler {
	return (&pages{files: files, prefix: prefix}).serve
}

type pages struct {
	files  fs.FS
	prefix string
	packed sync.Map // gzip of the files by name
}

func (p *pages) serve(c *fiber.Ctx) error {
	// Cleaned, so that one file has one name, also where it is kept packed.
	name := path.Clean("./" + strings.TrimPrefix(strings.TrimPrefix(c.Path(), p.prefix), "/"))
	body, err := fs.ReadFile(p.files, name)
	switch {
	case err == nil && name == "index.html":
		return p.index(c)
	case err == nil && strings.HasPrefix(name, "assets/"):
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	case err == nil:
		c.Set(fiber.HeaderCacheControl, "no-cache")
	case name != "." && path.Ext(name) != "":
		return WriteProblem(c, fiber.ErrNotFound)
	default:
		return p.index(c)
	}
	c.Set(fiber.HeaderContentType, typeOf(name))
	return p.send(c, name, body)
}

// send answers with gzip if the browser accepts it; each file is packed once.
func (p *pages) send(c *fiber.Ctx, name string, body []byte) error {
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if len(body) < worthPacking || !strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		return c.Send(body)
	}
	found, known := p.packed.Load(name)
	if !known {
		fresh, err := pack(body)
		if err != nil {
			return WriteProblem(c, err)
		}
		found, _ = p.packed.LoadOrStore(name, fresh)
	}
	small, _ := found.([]byte) // nothing else is stored
	c.Set(fiber.HeaderContentEncoding, "gzip")
	return c.Send(small)
}

// worthPacking is the size in bytes from which packing saves anything.
const worthPacking = 1400

func pack(body []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

func (p *pages) index(c *fiber.Ctx) error {
	body, err := fs.ReadFile(p.files, "index.html")
	if errors.Is(err, fs.ErrNotExist) {
		return c.Status(fiber.StatusServiceUnavailable).SendString("This program was built without its pages. Build it with «make build».\n")
	}
	if err != nil {
		return WriteProblem(c, err)
	}
	c.Set(fiber.HeaderCacheControl, "no-cache")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return p.send(c, "index.html", body)
}

func typeOf(name string) string {
	if found := mime.TypeByExtension(path.Ext(name)); found != "" {
		return found
	}
	return fiber.MIMEOctetStream
}
