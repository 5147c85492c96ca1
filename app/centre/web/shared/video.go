package shared

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/webkit"
)

// SendVideo answers with the video of the clip that the address names, as it
// was sent or as every phone plays it.
func (centre *Centre) SendVideo(c *fiber.Ctx) error {
	record, err := centre.Store.FindClip(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if !record.FreedAt.IsZero() {
		return refusal.New(store.ClipFreed, "at", record.FreedAt)
	}
	switch c.Query("as") {
	case "":
		return webkit.SendFile(c, centre.File(store.ClipFile(record.ID)), playedAs(record.MediaType))
	case "preview":
		if record.Preview {
			return webkit.SendFile(c, centre.File(store.PreviewFile(record.ID)), "video/mp4")
		}
	case "rendition":
		if record.Rendition {
			return webkit.SendFile(c, centre.File(store.RenditionFile(record.ID)), "video/mp4")
		}
		if record.Playable { // nothing had to be made
			return webkit.SendFile(c, centre.File(store.ClipFile(record.ID)), playedAs(record.MediaType))
		}
		if err := centre.Store.WantClip(c.UserContext(), record.ID); err != nil {
			return err
		}
	}
	return refusal.New(refusal.NotFound)
}

// playedAs is a stranger's file as a video and nothing else: what is not
// examined yet, and what the machine could not examine, is tried as MP4.
func playedAs(mediaType string) string {
	if strings.HasPrefix(mediaType, "video/") {
		return mediaType
	}
	return "video/mp4"
}
