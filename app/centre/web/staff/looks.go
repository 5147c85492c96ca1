package staff

import (
	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// viewed notes a look at a face or a video in the audit log.
func (s *Server) viewed(c *fiber.Ctx, what audit.Action, orderID, clipID string) error {
	ctx := c.UserContext()
	return s.Store.Audit(ctx, store.Entry{
		Action:  what,
		By:      access.Of(ctx).Staff(),
		OrderID: orderID,
		ClipID:  clipID,
	})
}

func (s *Server) getStaffVideo(c *fiber.Ctx) error {
	order, err := s.reviewedOrder(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	look := access.Of(c.UserContext()).Secret + c.Params("id")
	err = s.looks.Note(look, s.Store.Now(), func() error { return s.viewed(c, store.ActionVideoViewed, order.ID, c.Params("id")) })
	if err != nil {
		return err
	}
	return s.SendVideo(c)
}

func (s *Server) getPhoto(c *fiber.Ctx) error {
	order, err := s.reviewedOrder(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if order.Photo == "" {
		return refusal.New(refusal.NotFound)
	}
	if err := s.viewed(c, store.ActionPhotoViewed, order.ID, c.Params("id")); err != nil {
		return err
	}
	return webkit.SendImage(c, s.File(store.PhotoFile(order.Photo)))
}

// getContactSheet shows the whole clip at a glance; a look at it is one at the video.
func (s *Server) getContactSheet(c *fiber.Ctx) error {
	order, err := s.reviewedOrder(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	record, err := s.Store.FindClip(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if !record.FreedAt.IsZero() {
		return refusal.New(store.ClipFreed, "at", record.FreedAt)
	}
	if len(record.SheetTimes) == 0 {
		return refusal.New(refusal.NotFound)
	}
	if err := s.viewed(c, store.ActionSheetViewed, order.ID, record.ID); err != nil {
		return err
	}
	return webkit.SendFile(c, s.File(store.ContactSheetFile(record.ID)), "image/jpeg")
}

func (s *Server) getEvidence(c *fiber.Ctx) error {
	frame := c.Params("sha256")
	// A name that is no evidence's is not found, so none reaches the disk.
	orderID, clipID, err := s.Store.FindEvidence(c.UserContext(), frame)
	if err == nil {
		_, err = s.reviewedOrder(c.UserContext(), clipID)
	}
	if err != nil {
		return err
	}
	if err := s.viewed(c, store.ActionEvidenceViewed, orderID, clipID); err != nil {
		return err
	}
	return webkit.SendFile(c, s.File(store.EvidenceFile(frame)), "image/jpeg")
}
