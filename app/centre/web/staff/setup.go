package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// Setup is what setting a centre up needs of the program.
type Setup interface {
	// Join joins the province of that enrolment file; told says whether the
	// province has the request, which else goes with the next sending.
	Join(ctx context.Context, enrolment string, by exam.Actor) (joined JoinedBody, err error)
	// Examine looks at the disk, the camera's certificate, ffmpeg, the face
	// networks and the drop.
	Examine(ctx context.Context) ([]MachineCheck, error)
}

// JoinedBody is which centre of a province this one is now.
type JoinedBody struct {
	Centre string `json:"centre"`
	Told   bool   `json:"told" doc:"The province has the request; else the next sending takes it there"`
}

// MachineCheck is what was found of one part of the machine.
type MachineCheck struct {
	Name  string `json:"name" enum:"data,disk,camera,ffmpeg,models,sync"`
	State string `json:"state" enum:"good,attention,wrong"`
	Found string `json:"found" doc:"For whoever looks closer"`
	Next  string `json:"next,omitempty" doc:"For whoever looks closer"`
}

func (s *Server) setupRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/setup/first", access.Public, "Whether nobody has an account here yet", s.isFirst),
		webkit.Call(http.MethodGet, "/api/v1/staff/setup", access.Machine, "How far the centre is set up", s.getSetup),
		webkit.Call(http.MethodPost, "/api/v1/staff/setup/steps/{step}", access.Administrators, "A step of setting up is done, or not needed here", s.finishStep),
		webkit.Call(http.MethodPost, "/api/v1/staff/setup/province", access.Administrators, "Join a province with its enrolment file", s.joinProvince),
		webkit.Call(http.MethodPost, "/api/v1/staff/setup/checks", access.Machine, "Look at the machine: disk, camera, ffmpeg, face networks, the province's drop", s.examineMachine),
	}
}

type firstOutput struct {
	Body struct {
		First bool `json:"first"`
	}
}

func (s *Server) isFirst(ctx context.Context, _ *struct{}) (*firstOutput, error) {
	users, err := s.Store.ListUsers(ctx)
	out := &firstOutput{}
	out.Body.First = len(users) == 0
	return out, err
}

type setupBody struct {
	Done   int         `json:"done" doc:"Steps that are behind the centre, with the first account's"`
	Total  int         `json:"total"`
	Steps  []stepBody  `json:"steps"`
	Secure *secureBody `json:"secure,omitempty" doc:"Missing without HTTPS"`
}

type stepBody struct {
	Name  string    `json:"name" enum:"account,name,clock,wifi,province,certificate,checks"`
	State string    `json:"state" enum:"open,done,not_needed"`
	At    time.Time `json:"at,omitzero"`
	By    string    `json:"by,omitempty"`
}

// secureBody is how phones reach the centre by HTTPS.
type secureBody struct {
	URL     string `json:"url"`
	Trusted bool   `json:"trusted" doc:"Phones trust the certificate as they are; else they install the centre's root from the page /secure"`
}

type setupOutput struct{ Body setupBody }

func (s *Server) getSetup(ctx context.Context, _ *struct{}) (*setupOutput, error) {
	steps, err := s.Store.ListSetupSteps(ctx)
	if err != nil {
		return nil, err
	}
	behind := map[store.SetupStepName]store.SetupStep{}
	for _, step := range steps {
		behind[step.Name] = step
	}
	body := setupBody{Done: 1, Steps: []stepBody{{Name: "account", State: string(store.SetupDone)}}} // somebody asks
	for _, name := range store.SetupSteps() {
		step, done := behind[name]
		shown := stepBody{Name: string(name), State: "open"}
		if name == store.SetupCertificate && step.Outcome == store.SetupDone && s.Secure == nil {
			done = false // it was, and is no longer: phones would find no camera
		}
		if done {
			shown.State, shown.At, shown.By = string(step.Outcome), step.At, step.By
			body.Done++
		}
		body.Steps = append(body.Steps, shown)
	}
	body.Total = len(body.Steps)
	if s.Secure != nil {
		body.Secure = &secureBody{URL: s.Secure.URL(s.Secure.Name), Trusted: s.Secure.Trusted}
	}
	return &setupOutput{Body: body}, nil
}

type finishStepInput struct {
	Step store.SetupStepName `path:"step" enum:"name,clock,wifi,province,certificate,checks"`
	Body struct {
		Outcome store.SetupOutcome `json:"outcome" enum:"done,not_needed"`
	}
}

func (s *Server) finishStep(ctx context.Context, in *finishStepInput) (*setupOutput, error) {
	if err := s.Store.FinishSetupStep(ctx, in.Step, in.Body.Outcome, access.Of(ctx).Staff()); err != nil {
		return nil, err
	}
	return s.getSetup(ctx, nil)
}

type joinInput struct {
	Body struct {
		Enrolment string `json:"enrolment" maxLength:"60000" doc:"The text of the file"`
	}
}

type joinedOutput struct{ Body JoinedBody }

func (s *Server) joinProvince(ctx context.Context, in *joinInput) (*joinedOutput, error) {
	by := access.Of(ctx).Staff()
	joined, err := s.Setup.Join(ctx, in.Body.Enrolment, by)
	if err != nil {
		return nil, err
	}
	err = s.Store.FinishSetupStep(ctx, store.SetupProvince, store.SetupDone, by)
	return &joinedOutput{Body: joined}, err
}

type checksOutput struct {
	Body struct {
		Checks []MachineCheck `json:"checks"`
	}
}

func (s *Server) examineMachine(ctx context.Context, _ *struct{}) (*checksOutput, error) {
	checks, err := s.Setup.Examine(ctx)
	out := &checksOutput{}
	out.Body.Checks = checks
	return out, err
}
