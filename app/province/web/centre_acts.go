package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

// centreRoutes are the acts on one centre, and what was sent down to it.
func (s *Server) centreRoutes() []route {
	return []route{
		webkit.Call(http.MethodGet, "/api/v1/parcels", users, "What was published to a centre, the newest first, and what it made of it", s.listParcels),
		webkit.Call(http.MethodPost, "/api/v1/centres/title", heads, "Say what people call a centre", s.nameCentre),
		webkit.Call(http.MethodPost, "/api/v1/centres/revoke", heads, "End a centre's boxes and its enrolment file; what it sent before stays", s.revokeCentre),
	}
}

type titleInput struct {
	Body struct {
		Centre string `json:"centre" minLength:"1" maxLength:"32"`
		Title  string `json:"title" maxLength:"64" doc:"Empty: its name alone"`
	}
}

func (s *Server) nameCentre(ctx context.Context, in *titleInput) (*struct{}, error) {
	title := strings.TrimSpace(in.Body.Title)
	if err := text.CheckLine(title); err != nil {
		return nil, err
	}
	return nil, s.Store.Rename(ctx, in.Body.Centre, title, callerOf(ctx).user.Name)
}

type revokeInput struct {
	Body struct {
		Centre string `json:"centre" minLength:"1" maxLength:"32"`
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type revokedOutput struct {
	Body struct {
		Installs int64 `json:"installs" doc:"Boxes that may send no more"`
		File     bool  `json:"file" doc:"An enrolment file that nobody had used"`
	}
}

func (s *Server) revokeCentre(ctx context.Context, in *revokeInput) (*revokedOutput, error) {
	if err := text.Check(in.Body.Reason); err != nil {
		return nil, err
	}
	if text.Blank(in.Body.Reason) {
		return nil, refusal.New(text.Invalid)
	}
	ended, err := s.Store.Revoke(ctx, in.Body.Centre, callerOf(ctx).user.Name, strings.TrimSpace(in.Body.Reason))
	out := &revokedOutput{}
	out.Body.Installs, out.Body.File = ended.Installs, ended.File
	return out, err
}

type parcelsInput struct {
	Centre string `query:"centre" required:"true" minLength:"1" maxLength:"32"`
}

type parcelBody struct {
	Install    string            `json:"install"`
	Sequence   int64             `json:"sequence"`
	Kind       string            `json:"kind" enum:"orders,syllabus"`
	Title      string            `json:"title,omitempty"`
	State      store.ParcelState `json:"state" enum:"sealed,waiting,taken,refused,void"`
	Bytes      int64             `json:"bytes" doc:"As sent"`
	MadeAt     time.Time         `json:"made_at"`
	PutAt      time.Time         `json:"put_at,omitzero" doc:"When it first lay at the drop"`
	AnsweredAt time.Time         `json:"answered_at,omitzero"`
	By         string            `json:"by,omitempty" doc:"The centre's account that answered"`
	Reason     string            `json:"reason,omitempty" doc:"Why it was refused"`
	Added      int64             `json:"added"`
	Changed    int64             `json:"changed"`
	Unchanged  int64             `json:"unchanged"`
	LeftOut    int64             `json:"left_out" doc:"Rows that could not be taken in"`
}

type parcelsOutput struct{ Body []parcelBody }

// shownParcels is how many the list holds, the newest.
const shownParcels = 100

func (s *Server) listParcels(ctx context.Context, in *parcelsInput) (*parcelsOutput, error) {
	out := &parcelsOutput{Body: []parcelBody{}}
	if !limit(ctx).Has(in.Centre) {
		return out, nil
	}
	parcels, err := s.Store.ListPublished(ctx, in.Centre, shownParcels)
	for _, p := range parcels {
		out.Body = append(out.Body, parcelBody{
			Install: p.Ref.Install, Sequence: p.Ref.Sequence, Kind: p.Kind, Title: p.Title, State: p.State(), Bytes: p.Bytes, MadeAt: p.MadeAt, PutAt: p.PutAt,
			AnsweredAt: p.Answer.At, By: p.Answer.ByName, Reason: p.Answer.Reason,
			Added: p.Answer.Added, Changed: p.Answer.Changed, Unchanged: p.Answer.Unchanged, LeftOut: p.Answer.LeftOut,
		})
	}
	return out, err
}
