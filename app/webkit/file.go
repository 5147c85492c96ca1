package webkit

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// SendFile answers with a file or the part of it that Range names. The caller
// gives the type: uploaded bytes are never sniffed.
func SendFile(c *fiber.Ctx, name, mediaType string) error {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return WriteProblem(c, fiber.ErrNotFound)
	}
	if err != nil {
		return WriteProblem(c, err)
	}
	info, err := file.Stat()
	if err != nil {
		return WriteProblem(c, errors.Join(err, file.Close()))
	}
	c.Locals(sentFileKey{}, sentFile{name, mediaType})
	c.Set(fiber.HeaderContentType, mediaType)
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	c.Set(fiber.HeaderCacheControl, "private, max-age=3600")
	return sendPart(c, wholeFile{file}, info.Size())
}

// SendBytes is SendFile for bytes in memory.
func SendBytes(c *fiber.Ctx, data []byte, mediaType string) error {
	c.Set(fiber.HeaderContentType, mediaType)
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	c.Set(fiber.HeaderCacheControl, "private, max-age=3600")
	return sendPart(c, wholeBytes(data), int64(len(data)))
}

// SendForADay answers with a small immutable content: its ETag is its hash, and
// a browser that has it gets 304.
func SendForADay(c *fiber.Ctx, data []byte, mediaType string) error {
	sum := sha256.Sum256(data)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:]) + `"`
	c.Set(fiber.HeaderContentType, mediaType)
	c.Set(fiber.HeaderCacheControl, "private, max-age=86400, immutable")
	c.Set(fiber.HeaderETag, tag)
	if c.Get(fiber.HeaderIfNoneMatch) == tag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	return c.Send(data)
}

// source is what parts are sent from.
type source interface {
	io.Closer
	// part is the stream of n bytes from offset; closing it closes the source.
	part(from, n int64, plain bool) (io.ReadCloser, error)
}

type wholeBytes []byte

func (wholeBytes) Close() error { return nil }

func (b wholeBytes) part(from, n int64, _ bool) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(b[from : from+n])), nil
}

type wholeFile struct{ *os.File }

func (f wholeFile) part(from, n int64, plain bool) (io.ReadCloser, error) {
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return nil, err
	}
	rest := &io.LimitedReader{R: f.File, N: n}
	return &filePart{LimitedReader: rest, Closer: f, plain: plain}, nil
}

// filePart is a part of a file that is sent. Over a plain connection the kernel
// copies it from the page cache to the socket (sendfile), which requires that
// only a LimitedReader is between file and socket. TLS has to encrypt the bytes;
// they go in large pieces.
type filePart struct {
	*io.LimitedReader
	io.Closer
	plain bool
}

// pieceSize is how much of a file TLS encrypts at once, in bytes: eight full records.
const pieceSize = 128 << 10

var pieces = sync.Pool{New: func() any { return new([pieceSize]byte) }}

func (p *filePart) WriteTo(w io.Writer) (int64, error) {
	if kernel, ok := w.(io.ReaderFrom); ok && p.plain {
		return kernel.ReadFrom(p.LimitedReader)
	}
	piece := pieces.Get().(*[pieceSize]byte)
	defer pieces.Put(piece)
	return io.CopyBuffer(struct{ io.Writer }{w}, p.LimitedReader, piece[:])
}

func sendPart(c *fiber.Ctx, file source, size int64) error {
	from, length, err := part(c, size)
	if err != nil {
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", size))
		return WriteProblem(c, errors.Join(err, file.Close()))
	}
	if length < size || size > 0 && isOneRange(c, size) {
		c.Status(fiber.StatusPartialContent)
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", from, from+length-1, size))
	}
	part, err := file.part(from, length, !c.Context().IsTLS())
	if err != nil {
		return WriteProblem(c, errors.Join(err, file.Close()))
	}
	// fasthttp closes the stream when it was sent.
	c.Context().SetBodyStream(part, int(length))
	return nil
}

// isOneRange says whether one range is requested, also of the whole: players
// take 200 to mean «no ranges here».
func isOneRange(c *fiber.Ctx, size int64) bool {
	if !asksForPart(c) {
		return false
	}
	ranges, err := c.Range(int(size))
	return err == nil && len(ranges.Ranges) == 1
}

// asksForPart says whether a range in bytes is requested; another unit is ignored
// (RFC 9110).
func asksForPart(c *fiber.Ctx) bool {
	unit, _, _ := strings.Cut(c.Get(fiber.HeaderRange), "=")
	return strings.EqualFold(strings.TrimSpace(unit), "bytes")
}

// part is the one requested range, or the whole; several ranges are answered
// with the whole, as RFC 9110 allows.
func part(c *fiber.Ctx, size int64) (from, length int64, err error) {
	if !asksForPart(c) {
		return 0, size, nil
	}
	ranges, err := c.Range(int(size))
	if err != nil {
		return 0, 0, fiber.ErrRequestedRangeNotSatisfiable
	}
	if len(ranges.Ranges) != 1 {
		return 0, size, nil
	}
	first, last := int64(ranges.Ranges[0].Start), int64(ranges.Ranges[0].End)
	return first, last - first + 1, nil
}

// SendImage answers with a picture whose type follows from its first bytes;
// anything but JPEG and PNG is a download.
func SendImage(c *fiber.Ctx, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return WriteProblem(c, fiber.ErrNotFound)
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err := errors.Join(file.Close(), ignoreShort(err)); err != nil {
		return WriteProblem(c, err)
	}
	switch found := http.DetectContentType(head[:n]); found {
	case "image/jpeg", "image/png":
		return SendFile(c, name, found)
	}
	return SendFile(c, name, fiber.MIMEOctetStream)
}

func ignoreShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}
