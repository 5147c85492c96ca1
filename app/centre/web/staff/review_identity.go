package staff

import (
	"context"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/bodies"
	"kaodian/app/centre/inspect"
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
	Network    *networkBody         `json:"network,omitempty" doc:"What is known of the network that compared"`
	Alike      *alikeBody           `json:"alike,omitempty" doc:"What the comparison's number means"`
	Said       []saidBody           `json:"said" doc:"What people wrote about the order: it may name the candidate"`
}

// networkBody says whose a network is and on whom it was measured, as far as known.
type networkBody struct {
	Name     string `json:"name"`
	Licence  string `json:"licence,omitempty" doc:"As declared"`
	Holder   string `json:"holder,omitempty" doc:"Whom the licence's text names, where that is another"`
	Package  string `json:"package,omitempty" doc:"Where it comes from"`
	Training string `json:"training,omitempty" doc:"What it was trained on; without it nobody says"`
	Children int    `json:"children" doc:"On whom it was measured"`
	Adults   int    `json:"adults"`
}

// alikeBody is of how many in 10,000 pairs of different children it was measured
// that they are so alike.
type alikeBody struct {
	Pairs float64 `json:"pairs"`
	Low   float64 `json:"low" doc:"Of the 95 % interval; both 0 where it is not known"`
	High  float64 `json:"high"`
}

// explain says what the comparison's number is worth.
func (b *identityBody) explain(findings []exam.Finding) {
	for _, f := range findings {
		if f.Kind != exam.KindFaceMatch {
			continue
		}
		if n, ok := inspect.NetworkOf(f.Engine); ok {
			b.Network = &networkBody{Name: n.Name, Licence: n.Licence, Holder: n.Holder, Package: n.Package, Training: n.Training, Children: n.Children, Adults: n.Adults}
		}
		if a, ok := inspect.AlikeOf(f); ok {
			b.Alike = &alikeBody{Pairs: a.Pairs, Low: a.Low, High: a.High}
		}
	}
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
	facts, err := s.factsFor(ctx, order.ID)
	if err != nil {
		return nil, err
	}
	err = s.Store.Audit(ctx, store.Entry{Action: store.ActionIdentityViewed, By: access.Of(ctx).Staff(), OrderID: order.ID, ClipID: in.ID})
	if err != nil {
		return nil, err
	}
	out := &identityOutput{Body: identityBody{Name: order.Name, Photo: order.Photo != "", Consent: order.Consent.Answer.Name(), Findings: bodies.Findings(exam.AboutIdentity(record.Findings)), Said: saidOf(in.ID, order, facts)}}
	out.Body.explain(exam.UnderConsent(record.Findings, order.Consent.Answer))
	if order.PhotoTaken != (exam.Date{}) {
		out.Body.PhotoTaken = order.PhotoTaken.String()
	}
	return out, nil
}
