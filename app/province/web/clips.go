package web

import (
	"context"
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/bodies"
	"kaodian/app/exam"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

type clipsInput struct {
	ID       string `query:"id" maxLength:"256" doc:"This clip only"`
	Centre   string `query:"centre" maxLength:"32" doc:"Of this centre only"`
	Install  string `query:"install" maxLength:"16" doc:"Of this install only"`
	Sequence int64  `query:"sequence" minimum:"0" doc:"Of this batch only"`
	Order    string `query:"order" maxLength:"64" doc:"Of this order only"`
	Before   string `query:"before" maxLength:"20" doc:"What next said of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type clipsOutput struct {
	Body struct {
		Clips []clipBody `json:"clips"`
		Next  string     `json:"next,omitempty"`
	}
}

type candidateBody struct {
	Name   string `json:"name"`
	Ticket string `json:"ticket"`
}

type clipBody struct {
	ID            string               `json:"id"`
	Centre        string               `json:"centre"`
	Install       string               `json:"install"`
	Sequence      int64                `json:"sequence"`
	OrderID       string               `json:"order_id"`
	OrderStatus   string               `json:"order_status" enum:"submitted,auto_submitted,absent,forfeited,disqualified"`
	AttemptID     string               `json:"attempt_id"`
	AttemptNumber int64                `json:"attempt_number"`
	Code          string               `json:"code" doc:"The attempt's exam code (R33)"`
	Item          string               `json:"item"`
	Piece         string               `json:"piece,omitempty"`
	Candidate     candidateBody        `json:"candidate"`
	Photo         bool                 `json:"photo"`
	Subject       string               `json:"subject"`
	Grade         int64                `json:"grade"`
	State         string               `json:"state" enum:"received,examined,unexaminable"`
	Size          int64                `json:"size" doc:"Bytes of the original"`
	SHA256        string               `json:"sha256,omitempty" doc:"Of the original"`
	Type          string               `json:"type,omitempty"`
	ReceivedAt    time.Time            `json:"received_at" doc:"By the centre"`
	Worst         exam.Verdict         `json:"worst,omitempty"`
	Rendition     bool                 `json:"rendition"`
	Findings      []bodies.FindingBody `json:"findings"`
	Review        clipReviewBody       `json:"review"`
}

func (s *Server) listClips(ctx context.Context, in *clipsInput) (*clipsOutput, error) {
	page, err := s.Store.ListClips(ctx, store.ClipFilter{
		Within: limit(ctx),
		ID:     in.ID, Centre: in.Centre, Install: in.Install, Sequence: in.Sequence, OrderID: in.Order, Before: in.Before, Limit: in.Limit,
	})
	out := &clipsOutput{}
	out.Body.Clips = []clipBody{}
	out.Body.Next = page.Next
	for _, clip := range page.Clips {
		body := clipOf(clip)
		if err := s.placeOthers(ctx, body.Findings); err != nil {
			return nil, err
		}
		out.Body.Clips = append(out.Body.Clips, body)
	}
	return out, err
}

// placeOthers says where the clips are that the findings point to; one that
// never came has no place.
func (s *Server) placeOthers(ctx context.Context, findings []bodies.FindingBody) error {
	for _, f := range findings {
		for _, e := range f.Evidence {
			if e.Other == nil {
				continue
			}
			place, err := s.Store.FindPlaceOfClip(ctx, limit(ctx), e.Other.ClipID)
			if err != nil && refusal.CodeOf(err) != refusal.NotFound {
				return err
			}
			e.Other.OrderID, e.Other.AttemptID, e.Other.Attempt = place.OrderID, place.AttemptID, place.Attempt
		}
	}
	return nil
}

func clipOf(c store.Clip) clipBody {
	body := clipBody{
		ID:            c.ID,
		Centre:        c.Ref.Centre,
		Install:       c.Ref.Install,
		Sequence:      c.Ref.Sequence,
		OrderID:       c.OrderID,
		OrderStatus:   c.OrderStatus,
		AttemptID:     c.AttemptID,
		AttemptNumber: c.AttemptNumber,
		Code:          c.Code,
		Item:          c.Item,
		Piece:         c.Piece,
		Candidate:     candidateBody{Name: c.Candidate, Ticket: c.Ticket},
		Photo:         c.Photo != "",
		Subject:       c.Subject,
		Grade:         c.Grade,
		State:         c.State,
		Size:          c.Size,
		SHA256:        c.SHA256,
		Type:          c.Type,
		ReceivedAt:    c.ReceivedAt,
		Worst:         exam.Worst(c.Findings),
		Rendition:     c.Rendition != "",
		Findings:      bodies.Findings(c.Findings),
		Review:        clipReviewOf(c),
	}
	return body
}

// getVideo serves the original, or as=rendition, with ranges.
func (s *Server) getVideo(c *fiber.Ctx) error {
	files, err := s.Store.FindClipFiles(c.UserContext(), limit(c.UserContext()), c.Params("id"))
	if err != nil {
		return err
	}
	sum, mediaType := files.Original, playedAs(files.OriginalType)
	switch c.Query("as") {
	case "":
	case "rendition":
		sum, mediaType = files.Rendition, "video/mp4"
	default:
		return refusal.New(refusal.NotFound)
	}
	if sum == "" {
		return refusal.New(refusal.NotFound)
	}
	look := callerOf(c.UserContext()).Secret + c.Params("id")
	err = s.looks.Note(look, s.Store.Now(), func() error { return s.viewed(c, store.ActionVideoViewed, c.Params("id")) })
	if err != nil {
		return err
	}
	return webkit.SendFile(c, s.Store.MediaPath(sum), mediaType)
}

var video = regexp.MustCompile(`^video/[a-z0-9.+-]{1,40}$`)

// playedAs is a stranger's file as a video and nothing else.
func playedAs(mediaType string) string {
	if video.MatchString(mediaType) {
		return mediaType
	}
	return fiber.MIMEOctetStream
}

func (s *Server) getPhoto(c *fiber.Ctx) error {
	files, err := s.Store.FindClipFiles(c.UserContext(), limit(c.UserContext()), c.Params("id"))
	if err != nil {
		return err
	}
	if files.Photo == "" {
		return refusal.New(refusal.NotFound)
	}
	if err := s.viewed(c, store.ActionPhotoViewed, c.Params("id")); err != nil {
		return err
	}
	return webkit.SendImage(c, s.Store.MediaPath(files.Photo))
}

func (s *Server) getEvidence(c *fiber.Ctx) error {
	// A name that is no evidence's is not found, so none reaches the disk.
	media, err := s.Store.FindMediaWithin(c.UserContext(), limit(c.UserContext()), c.Params("sha256"), store.RoleEvidence)
	if err != nil {
		return err
	}
	if err := s.viewed(c, store.ActionEvidenceViewed, media.SHA256); err != nil {
		return err
	}
	return webkit.SendFile(c, s.Store.MediaPath(media.SHA256), "image/jpeg")
}

// viewed notes a look at a face or a video in the audit log.
func (s *Server) viewed(c *fiber.Ctx, what audit.Action, subject string) error {
	ctx := c.UserContext()
	return s.Store.Audit(ctx, store.Entry{Action: what, By: callerOf(ctx).user.Name, Subject: subject})
}
