package staff

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"image"
	_ "image/jpeg" // the forms of a scan
	_ "image/png"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/transport"
	"kaodian/app/webkit"
)

// What a scan of one sheet never exceeds, in bytes and in pixels on a side.
const (
	maxScan     = 20 << 20
	maxScanSide = 12_000
)

// paperRoutes are those of consent on paper (R25).
func (s *Server) consentPaperRoutes() []access.Route {
	const paper = "/api/v1/staff/orders/{id}/consent-paper"
	return []access.Route{
		webkit.Streams(webkit.Native(http.MethodPost, paper, access.Deciders, "Enter a consent on paper, with its scan (R25)", s.enterConsent)),
		webkit.Native(http.MethodGet, paper, access.Deciders, "The scan of the consent on paper; noted", s.getConsentPaper),
	}
}

// enterConsent takes the scan's bytes to the disk before the answer counts.
func (s *Server) enterConsent(c *fiber.Ctx) error {
	order, err := s.Store.FindOrder(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if _, err := s.checkRoom(c); err != nil {
		return err
	}
	scan, kind, err := receiveScan(c)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(scan)
	paper := store.ConsentPaper{
		SHA256: hex.EncodeToString(sum[:]), Type: kind, Face: c.Query("face") == "true",
		Guardian: strings.ToValidUTF8(c.Query("guardian"), ""), By: access.Of(c.UserContext()).Staff(),
	}
	s.scans.Lock()
	defer s.scans.Unlock()
	file := s.File(store.ConsentFile(paper.SHA256))
	if err := intake.Keep(durable.OS(), file, scan); err != nil {
		return err
	}
	after, err := s.Store.EnterConsent(c.UserContext(), order.ID, paper)
	if err != nil {
		s.forgetScan(c, paper.SHA256)
		return err
	}
	standings, err := s.Store.Reckon(c.UserContext(), store.Scope{OrderID: after.ID})
	if err != nil || len(standings) == 0 {
		return err
	}
	return c.JSON(checkInOrderOf(standings[0]))
}

// receiveScan is the body, if it is a picture of a sheet.
func receiveScan(c *fiber.Ctx) (scan []byte, kind string, err error) {
	var body bytes.Buffer
	switch _, err := transport.CopyBody(c, &body, maxScan); {
	case errors.Is(err, transport.ErrBodyTooLong):
		return nil, "", refusal.New(store.ScanTooLarge, "max_bytes", maxScan)
	case err != nil:
		return nil, "", err
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(body.Bytes()))
	if err != nil || format != "jpeg" && format != "png" {
		return nil, "", refusal.New(store.ScanUnreadable)
	}
	if config.Width < 200 || config.Height < 200 || max(config.Width, config.Height) > maxScanSide || !endsWhole(body.Bytes(), format) {
		return nil, "", refusal.New(store.ScanUnreadable)
	}
	return body.Bytes(), "image/" + format, nil
}

// endsWhole says that a picture was not cut off somewhere: half a sheet has no
// signature. It is not decoded for that, which may take a gigabyte.
func endsWhole(scan []byte, format string) bool {
	if format == "png" {
		return bytes.Contains(scan, []byte("IEND\xaeB`\x82"))
	}
	// A JPEG may hold a small one of itself, so its segments are passed by length.
	const scanData, end = 0xda, 0xd9
	for at := 2; at+4 <= len(scan) && scan[at] == 0xff; {
		if scan[at+1] == 0xff { // filled up
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(scan[at+2:]))
		if scan[at+1] == scanData {
			return bytes.Contains(scan[at:], []byte{0xff, end})
		}
		at += 2 + length
	}
	return false
}

// forgetScan removes a scan that no row names: what was refused leaves nothing.
func (s *Server) forgetScan(c *fiber.Ctx, sum string) {
	names, err := s.Store.ListConsentFiles(c.UserContext())
	if err != nil {
		return
	}
	for _, name := range names {
		if name == sum {
			return
		}
	}
	if err := durable.Remove(s.File(store.ConsentFile(sum))); err != nil {
		s.Log.Error("remove a scan that was refused", "error", err)
	}
}

// getConsentPaper shows it to whoever asks, and notes that.
func (s *Server) getConsentPaper(c *fiber.Ctx) error {
	paper, err := s.Store.FindConsentPaper(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	if err := s.viewed(c, store.ActionConsentViewed, c.Params("id"), ""); err != nil {
		return err
	}
	return webkit.SendFile(c, s.File(store.ConsentFile(paper.SHA256)), paper.Type)
}
