package staff

import (
	"bytes"
	"context"
	"errors"
	"image"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/transport"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// Looks holds a picture of the desk's camera against the photo that lies there.
type Looks func(ctx context.Context, photo string, picture []byte) (exam.Finding, error)

// maxLook is more than a camera's picture has, in bytes.
const maxLook = 4 << 20

func (s *Server) lookRoutes() []access.Route {
	return []access.Route{
		webkit.Streams(webkit.Native(http.MethodPost, "/api/v1/staff/orders/{id}/look", access.Deciders, "Hold a picture of the desk's camera against the photo: a hint, noted; the picture is not kept (R20, R25)", s.lookAt)),
	}
}

// lookBody is a hint and no verdict: a person decides (R20).
type lookBody struct {
	Verdict exam.Verdict `json:"verdict" enum:"pass,warn,fail,cannot_tell"`
	Note    exam.Note    `json:"note,omitempty"`
}

func (s *Server) lookAt(c *fiber.Ctx) error {
	order, err := s.Store.FindOrder(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if order.Consent.Answer != exam.ConsentGiven {
		return refusal.New(store.LookNeedsConsent)
	}
	var picture bytes.Buffer
	switch _, err := transport.CopyBody(c, &picture, maxLook); {
	case errors.Is(err, transport.ErrBodyTooLong):
		return refusal.New(store.ScanTooLarge, "max_bytes", maxLook)
	case err != nil:
		return err
	}
	if _, format, err := image.DecodeConfig(bytes.NewReader(picture.Bytes())); err != nil || format != "jpeg" {
		return refusal.New(store.ScanUnreadable)
	}
	if err := s.viewed(c, store.ActionFaceCompared, order.ID, ""); err != nil {
		return err
	}
	photo := ""
	if order.Photo != "" {
		photo = s.File(store.PhotoFile(order.Photo))
	}
	hint, err := s.Look(c.UserContext(), photo, picture.Bytes())
	if err != nil {
		return err
	}
	return c.JSON(lookBody{Verdict: hint.Verdict, Note: hint.Note})
}
