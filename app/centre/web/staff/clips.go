package staff

import (
	"context"
	"errors"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/tell"
)

type clipsInput struct {
	Before string `query:"before" maxLength:"64" doc:"The last clip of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type clipsOutput struct {
	Body struct {
		Clips []staffClipBody `json:"clips"`
		Next  string          `json:"next,omitempty"`
	}
}

type staffClipBody struct {
	ID         string             `json:"id"`
	AttemptID  string             `json:"attempt_id"`
	OrderID    string             `json:"order_id"`
	Item       string             `json:"item"`
	Piece      string             `json:"piece,omitempty"`
	Candidate  candidateBody      `json:"candidate"`
	Photo      bool               `json:"photo"`
	Subject    string             `json:"subject"`
	Grade      int                `json:"grade"`
	Code       string             `json:"code"`
	State      exam.ClipState     `json:"state" enum:"received,examined,unexaminable"`
	Size       int64              `json:"size"`
	Type       string             `json:"type,omitempty"`
	ReceivedAt time.Time          `json:"received_at"`
	Worst      exam.Verdict       `json:"worst,omitempty"`
	Rendition  bool               `json:"rendition"`
	Playable   bool               `json:"playable"`
	FreedAt    time.Time          `json:"freed_at,omitzero" doc:"The video was deleted here after the province had received it"`
	Sheet      *sheetBody         `json:"sheet,omitempty" doc:"The contact sheet at …/sheet; its pictures also serve as thumbnails"`
	Findings   []tell.FindingBody `json:"findings"`
	Decisions  []decisionBody     `json:"decisions" doc:"About the clip, or its order as a whole (R20)"`
}

func (s *Server) listClips(ctx context.Context, in *clipsInput) (*clipsOutput, error) {
	page, err := s.Store.ListClips(ctx, in.Before, in.Limit)
	out := &clipsOutput{}
	out.Body.Clips = []staffClipBody{}
	out.Body.Next = page.Next
	for _, clip := range page.Clips {
		body := staffClipOf(ctx, clip.ClipRecord, clip.Order)
		err = errors.Join(err, s.placeOthers(ctx, body.Findings))
		out.Body.Clips = append(out.Body.Clips, body)
	}
	return out, err
}

type staffClipOutput struct{ Body staffClipBody }

func (s *Server) getStaffClip(ctx context.Context, in *shared.IDInput) (*staffClipOutput, error) {
	order, err := s.Store.FindClipOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	record, err := s.Store.FindClip(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &staffClipOutput{Body: staffClipOf(ctx, record, order)}
	return out, s.placeOthers(ctx, out.Body.Findings)
}

func staffClipOf(ctx context.Context, r store.ClipRecord, o exam.Order) staffClipBody {
	body := staffClipBody{
		ID:         r.ID,
		AttemptID:  r.AttemptID,
		OrderID:    o.ID,
		Candidate:  candidateBody{Name: o.Name, Ticket: o.Ticket},
		Photo:      o.Photo != "",
		Subject:    o.Subject,
		Grade:      o.Grade,
		State:      r.State,
		Size:       r.Size,
		Type:       r.MediaType,
		ReceivedAt: r.ReceivedAt,
		Worst:      exam.Worst(r.Findings),
		Rendition:  r.Rendition,
		Playable:   r.Playable,
		FreedAt:    r.FreedAt,
		Sheet:      contactSheetOf(r.SheetTimes),
		Findings:   tell.Findings(r.Findings),
		Decisions:  decisionsOf(ctx, o, r.ID),
	}
	if attempt, item := o.FindClip(r.ID); item != nil {
		body.Item, body.Piece, body.Code = item.Name, item.Piece, attempt.Code
	}
	return body
}
