package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// parcelRoutes show what the province sent down, and take it in or refuse it.
func (s *Server) parcelRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodPost, "/api/v1/staff/parcels/{install}/{sequence}/preview", access.Administrators, "What taking in what the province sent would do; the preview is taken in as one of a file is", s.previewParcel),
		webkit.Call(http.MethodPost, "/api/v1/staff/parcels/{install}/{sequence}/refuse", access.Administrators, "Refuse what the province sent, with a reason that it is told", s.refuseParcel),
	}
}

// ParcelStatus is what the province sent down and what became of it.
type ParcelStatus struct {
	Install    string            `json:"install"`
	Sequence   int64             `json:"sequence"`
	Kind       string            `json:"kind" doc:"orders or syllabus; empty where it could not be read"`
	Title      string            `json:"title,omitempty" doc:"In the province's own words"`
	Files      int64             `json:"files"`
	Bytes      int64             `json:"bytes"`
	MadeAt     time.Time         `json:"made_at"`
	FetchedAt  time.Time         `json:"fetched_at"`
	State      store.ParcelState `json:"state" enum:"waiting,taken,refused"`
	AnsweredAt time.Time         `json:"answered_at,omitzero"`
	By         string            `json:"by,omitempty" doc:"The account; nobody's name for a command or the program itself"`
	Reason     string            `json:"reason,omitempty"`
	Added      int               `json:"added"`
	Changed    int               `json:"changed"`
	Unchanged  int               `json:"unchanged"`
	LeftOut    int               `json:"left_out" doc:"Rows that could not be taken in"`
	Told       int64             `json:"told_in,omitempty" doc:"The batch that tells the province"`
}

// ParcelInput names a parcel.
type ParcelInput struct {
	Install  string `path:"install" pattern:"^[0-9a-f]{16}$"`
	Sequence int64  `path:"sequence" minimum:"1" maximum:"99999999"`
}

type parcelPreviewOutput struct {
	Body struct {
		Orders   *previewBody         `json:"orders,omitempty"`
		Syllabus *syllabusPreviewBody `json:"syllabus,omitempty"`
	}
}

func (s *Server) previewParcel(ctx context.Context, in *ParcelInput) (*parcelPreviewOutput, error) {
	preview, err := s.Intake.PreviewParcel(ctx, in.Install, in.Sequence, func() (int64, error) { return s.roomLeft(ctx) })
	if err != nil {
		return nil, err
	}
	out := &parcelPreviewOutput{}
	if preview.Syllabus != nil {
		body := syllabusPreviewOf(preview.Syllabus, "", 0)
		out.Body.Syllabus = &body
		return out, nil
	}
	body := previewOf(preview.Orders, "", 0, shownRows)
	out.Body.Orders = &body
	return out, nil
}

type refuseParcelInput struct {
	ParcelInput
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"1000" doc:"In the person's own words"`
	}
}

func (s *Server) refuseParcel(ctx context.Context, in *refuseParcelInput) (*struct{}, error) {
	p, err := s.Store.FindParcel(ctx, in.Install, in.Sequence)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.RefuseParcel(ctx, p.ParcelRef, in.Body.Reason, access.Of(ctx).Staff())
}

// mayTake says whether the caller may take a preview in: what the province sent
// is the administrator's to answer.
func mayTake(ctx context.Context, parcel *store.ParcelRef) error {
	if parcel != nil && access.Of(ctx).Role != store.Administrator {
		return refusal.New(refusal.NotFound)
	}
	return nil
}
