package staff

import (
	"context"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/bodies"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

type identityOutput struct{ Body identityBody }

type identityBody struct {
	Name       string               `json:"name"`
	Photo      bool                 `json:"photo" doc:"false: 照片待补 (R2)"`
	PhotoTaken string               `json:"photo_taken,omitempty" doc:"The day, if known: children change fast"`
	Consent    string               `json:"face_consent" enum:"none,given,declined"`
	Findings   []bodies.FindingBody `json:"findings" doc:"Of the face"`
	Said       []saidBody           `json:"said" doc:"What people wrote about the order: it may name the candidate"`
}

// saidBody is a reason or a remark, in whose name it stands.
type saidBody struct {
	Kind     string    `json:"kind"`
	At       time.Time `json:"at"`
	By       string    `json:"by,omitempty"`
	OfClip   bool      `json:"of_clip"`
	Text     string    `json:"text,omitempty"`
	Category string    `json:"category,omitempty" doc:"Of an irregularity"`
	Undone   bool      `json:"undone" doc:"An irregularity that was taken back since"`
}

// saidOf is every fact with a reason, and every irregularity: its category
// says something also where nobody wrote a remark (R31).
func saidOf(clipID string, order exam.Order, facts []store.Entry) []saidBody {
	undone := map[any]bool{}
	for _, one := range order.Irregularities {
		undone[one.ID] = !one.UndoneAt.IsZero()
	}
	all := []saidBody{}
	for _, e := range facts {
		noted := e.Action == audit.Action(exam.FactNoted)
		if e.Reason == "" && !noted {
			continue
		}
		body := saidBody{Kind: string(e.Action), At: e.At, By: e.By.Name, OfClip: ofClip(e.ClipID, clipID), Text: e.Reason}
		if noted {
			body.Category, _ = e.Args["category"].(string)
			body.Undone = undone[e.Args["irregularity"]]
		}
		all = append(all, body)
	}
	return all
}

// getIdentity says who plays and what the comparison found; every opening is
// noted (R21).
func (s *Server) getIdentity(ctx context.Context, in *shared.IDInput) (*identityOutput, error) {
	order, err := s.reviewedOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	record, err := s.Store.FindClip(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	facts, err := s.Store.ListFacts(ctx, order.ID)
	if err != nil {
		return nil, err
	}
	err = s.Store.Audit(ctx, store.Entry{Action: store.ActionIdentityViewed, By: access.Of(ctx).Staff(), OrderID: order.ID, ClipID: in.ID})
	if err != nil {
		return nil, err
	}
	out := &identityOutput{Body: identityBody{Name: order.Name, Photo: order.Photo != "", Consent: order.Consent.Answer.Name(), Findings: bodies.Findings(exam.AboutIdentity(record.Findings)), Said: saidOf(in.ID, order, facts)}}
	if order.PhotoTaken != (exam.Date{}) {
		out.Body.PhotoTaken = order.PhotoTaken.String()
	}
	return out, nil
}
