package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// standardRoutes are the committee's: the orders that examiners are held against, and
// what came of it (R21).
func (s *Server) standardRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/results/checked", access.Administrators, "Standard orders, and how examiners mark them", s.listChecked),
		webkit.Call(http.MethodPost, "/api/v1/staff/results/examiners/release", access.Administrators, "Let an examiner go on whose work was stopped", s.releaseExaminer),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/standard", access.Administrators, "Make the clip's order a standard order, with the committee's level", s.setStandard),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/appeals", access.Administrators, "Have the clip's order marked once more, by an examiner who did not mark it", s.askAppeal),
		webkit.Call(http.MethodPost, "/api/v1/staff/review/{id}/standard/withdraw", access.Administrators, "Make it none", s.withdrawStandard),
	}
}

type standardBody struct {
	Level  exam.Level `json:"level" enum:"fail,pass,good,excellent"`
	Reason string     `json:"reason"`
	By     string     `json:"by"`
	At     time.Time  `json:"at"`
}

type checkedOutput struct{ Body checkedBody }

// checkedBody is how examiners hold the committee's standard.
type checkedBody struct {
	Qualification int                   `json:"qualification" doc:"Standard orders of a subject before the first real one; 0: none"`
	AgainEvery    int                   `json:"again_every" doc:"One of so many of an examiner's own orders comes back; 0: none"`
	SeedEvery     int                   `json:"seed_every" doc:"Every so many-th order is a standard order; 0: none"`
	Standards     []standardRowBody     `json:"standards" doc:"By subject, grade and ticket"`
	Examiners     []checkedExaminerBody `json:"examiners" doc:"By their names"`
	Lacking       []lackingBody         `json:"lacking" doc:"Who has met too many of the standard orders of a subject to be held against another"`
}

type standardRowBody struct {
	ClipID  string     `json:"clip_id"`
	Ticket  string     `json:"ticket"`
	Subject string     `json:"subject"`
	Grade   int        `json:"grade"`
	Level   exam.Level `json:"level" enum:"fail,pass,good,excellent"`
	Reason  string     `json:"reason"`
	By      string     `json:"by"`
	At      time.Time  `json:"at"`
	Unfit   bool       `json:"unfit" doc:"Not given to examiners any more: a video went, or a decision was made"`
}

type checkedExaminerBody struct {
	Name    string      `json:"name"`
	Stopped bool        `json:"stopped" doc:"The two newest lie outside of the tolerance: no mark is taken until an administrator lets the examiner go on"`
	Probes  []probeBody `json:"probes" doc:"The newest first"`
}

type probeBody struct {
	Kind    exam.ProbeKind `json:"kind" enum:"qualification,seed,again"`
	Ticket  string         `json:"ticket"`
	Subject string         `json:"subject"`
	Grade   int            `json:"grade"`
	Given   exam.Level     `json:"given" enum:"fail,pass,good,excellent"`
	Level   exam.Level     `json:"level" enum:"fail,pass,good,excellent" doc:"The committee's; of an order that came back the examiner's own former one"`
	Within  bool           `json:"within"`
	At      time.Time      `json:"at"`
}

type lackingBody struct {
	Examiner string `json:"examiner"`
	Subject  string `json:"subject"`
}

func (s *Server) listChecked(ctx context.Context, _ *struct{}) (*checkedOutput, error) {
	checked, err := s.Store.ListChecked(ctx)
	rules := s.Store.Rules()
	body := checkedBody{Qualification: rules.Qualification, SeedEvery: rules.SeedEvery, AgainEvery: rules.AgainEvery, Standards: []standardRowBody{}, Examiners: []checkedExaminerBody{}, Lacking: []lackingBody{}}
	for _, row := range checked.Standards {
		body.Standards = append(body.Standards, standardRowBody{row.ClipID, row.Ticket, row.Subject, row.Grade, row.Level, row.Reason, row.By.Name, row.At, row.Unfit})
	}
	for _, one := range checked.Examiners {
		body.Examiners = append(body.Examiners, checkedExaminerBody{one.Name, one.Stopped, probesOf(one.Probes)})
	}
	for _, one := range checked.Lacking {
		body.Lacking = append(body.Lacking, lackingBody(one))
	}
	return &checkedOutput{Body: body}, err
}

func probesOf(rows []store.ProbeRow) []probeBody {
	all := []probeBody{}
	for _, p := range rows {
		all = append(all, probeBody{p.Kind, p.Ticket, p.Subject, p.Grade, p.Given, p.Level, p.Within(), p.Finished})
	}
	return all
}

type releaseInput struct {
	Body struct {
		Examiner string `json:"examiner" minLength:"1" maxLength:"64"`
		Reason   string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Server) releaseExaminer(ctx context.Context, in *releaseInput) (*struct{}, error) {
	return nil, s.Store.ReleaseExaminer(ctx, in.Body.Examiner, in.Body.Reason, access.Of(ctx).Staff())
}

type standardInput struct {
	shared.IDInput
	Body struct {
		Level  exam.Level `json:"level" enum:"fail,pass,good,excellent"`
		Reason string     `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Server) setStandard(ctx context.Context, in *standardInput) (*struct{}, error) {
	order, err := s.reviewedOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.SetStandard(ctx, exam.Standard{OrderID: order.ID, Level: in.Body.Level, Reason: in.Body.Reason, By: access.Of(ctx).Staff()})
}

func (s *Server) withdrawStandard(ctx context.Context, in *reasonInput) (*struct{}, error) {
	order, err := s.reviewedOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.WithdrawStandard(ctx, order.ID, in.Body.Reason, access.Of(ctx).Staff())
}

type appealBody struct {
	Reason    string     `json:"reason"`
	By        string     `json:"by"`
	At        time.Time  `json:"at"`
	Former    exam.Level `json:"former" enum:"fail,pass,good,excellent"`
	Examiner  string     `json:"examiner,omitempty" doc:"Absent: nobody began yet"`
	Level     exam.Level `json:"level,omitempty" enum:"fail,pass,good,excellent" doc:"Absent: it is not marked yet"`
	Changed   bool       `json:"changed" doc:"The level lies beyond the tolerance, so it took the former one's place"`
	DecidedAt time.Time  `json:"decided_at,omitzero"`
}

func appealsOf(appeals []store.Appeal) (all []appealBody) {
	for _, one := range appeals {
		all = append(all, appealBody(one))
	}
	return all
}

type appealInput struct {
	shared.IDInput
	Body struct {
		ID     string `json:"id" minLength:"8" maxLength:"64" doc:"A name of this act by whoever asks: told twice it counts once"`
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Server) askAppeal(ctx context.Context, in *appealInput) (*struct{}, error) {
	order, err := s.reviewedOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.AskAppeal(ctx, order.ID, in.Body.ID, in.Body.Reason, access.Of(ctx).Staff())
}
