package staff

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

func (s *Server) proposalRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/proposals", access.Desk, "What waits for a second person", s.listProposals),
		webkit.Call(http.MethodGet, "/api/v1/staff/seconds", access.Desk, "Who may be the second person of what the caller proposes, now or within a day", s.listSeconds),
		webkit.Call(http.MethodPost, "/api/v1/staff/proposals", access.Desk, "Propose an act that destroys; a second person's name and password do it at once", s.propose),
		webkit.Call(http.MethodGet, "/api/v1/staff/proposals/{id}", access.Desk, "How one's own proposal stands", s.getProposal),
		webkit.Call(http.MethodPost, "/api/v1/staff/proposals/{id}/confirm", access.Desk, "Confirm and do it, as the second person", s.confirmProposal),
		webkit.Call(http.MethodPost, "/api/v1/staff/proposals/{id}/reject", access.Desk, "It is not to be done", s.rejectProposal),
	}
}

// pairAct is an act that two people do.
type pairAct struct {
	// check refuses arguments that could never be done, and returns those that the
	// act knows, as they are kept; do does it, in the name of whoever proposed it.
	// result is told to both, as JSON.
	check func(ctx context.Context, args json.RawMessage) (known any, err error)
	do    func(ctx context.Context, args json.RawMessage, by exam.Actor) (result any, err error)
	// now says what it concerns as things stand, nil of one for which that is not told.
	now func(ctx context.Context, args json.RawMessage) (*dayAttempts, error)
	// goOn stands for do at an act that is of many transactions: the confirmation
	// began it, and it writes down itself what came of it, also after a crash.
	goOn func(ctx context.Context) error
}

// pairActs are the acts that two people do. To add one: a store.ProposalKind, an
// entry here, its sentence under staff.proposal.act.
func (s *Server) pairActs() map[store.ProposalKind]pairAct {
	return map[store.ProposalKind]pairAct{
		store.ProposalRemoveAdministrator: {check: s.checkAdministrator, do: s.removeAdministrator},
		store.ProposalDemoteAdministrator: {check: s.checkDemotion, do: s.demoteAdministrator},
		store.ProposalFreeRoom:            {check: checkReason, do: s.freeRoom},
		store.ProposalVoidDay:             {check: s.checkVoidDay, now: s.countVoidDay, goOn: s.voidDays},
	}
}

type administratorArgs struct {
	Name string     `json:"name"`
	Role login.Role `json:"role,omitempty"`
}

func argsOf[T any](args json.RawMessage) (read T, err error) {
	if json.Unmarshal(args, &read) != nil {
		err = webkit.Wrong(http.StatusUnprocessableEntity, "the act's arguments are not as it takes them")
	}
	return read, err
}

func (s *Server) checkAdministrator(ctx context.Context, args json.RawMessage) (any, error) {
	one, err := argsOf[administratorArgs](args)
	if err != nil {
		return nil, err
	}
	user, err := s.Store.FindUser(ctx, one.Name)
	if err == nil && (user.Role != store.Administrator || one.Role != "" && !slices.Contains(store.Roles(), one.Role)) {
		err = refusal.New(refusal.NotFound)
	}
	return one, err
}

// checkDemotion is checkAdministrator for an act that names another role.
func (s *Server) checkDemotion(ctx context.Context, args json.RawMessage) (any, error) {
	one, err := argsOf[administratorArgs](args)
	if err == nil && (one.Role == "" || one.Role == store.Administrator) {
		err = refusal.New(refusal.NotFound)
	}
	if err != nil {
		return nil, err
	}
	return s.checkAdministrator(ctx, args)
}

func (s *Server) removeAdministrator(ctx context.Context, args json.RawMessage, by exam.Actor) (any, error) {
	one, err := argsOf[administratorArgs](args)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.AccountsBy(by).RemoveUser(ctx, one.Name)
}

func (s *Server) demoteAdministrator(ctx context.Context, args json.RawMessage, by exam.Actor) (any, error) {
	one, err := argsOf[administratorArgs](args)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.AccountsBy(by).SetRole(ctx, one.Name, one.Role)
}

type reasonArgs struct {
	Reason string `json:"reason"`
}

func checkReason(_ context.Context, args json.RawMessage) (any, error) {
	one, err := argsOf[reasonArgs](args)
	if err != nil {
		return nil, err
	}
	one.Reason = strings.TrimSpace(one.Reason)
	return one, exam.CheckReason(one.Reason)
}

type proposalBody struct {
	ID         string              `json:"id"`
	Kind       store.ProposalKind  `json:"kind" enum:"remove_administrator,demote_administrator,free_room,void_day,erase,restore"`
	Args       map[string]any      `json:"args"`
	State      store.ProposalState `json:"state" enum:"waiting,confirmed,rejected,expired"`
	ProposedAt time.Time           `json:"proposed_at"`
	ProposedBy string              `json:"proposed_by"`
	ExpiresAt  time.Time           `json:"expires_at"`
	DecidedBy  string              `json:"decided_by,omitempty"`
	Reason     string              `json:"rejected_for,omitempty" doc:"Why it is not to be done"`
	Then       *dayAttempts        `json:"then,omitempty" doc:"Of a day to void: what it concerned when it was proposed"`
	Now        *dayAttempts        `json:"now,omitempty" doc:"What it would void now, while it waits: this counts"`
	May        bool                `json:"may_confirm" doc:"Whoever asks may be the second person"`
	Done       bool                `json:"done" doc:"It was confirmed, and tried"`
	Refused    refusal.Code        `json:"refused,omitempty" doc:"Why it was confirmed and could not be done"`
	Result     map[string]any      `json:"result,omitempty"`
}

func (s *Server) proposalBody(ctx context.Context, p store.Proposal) proposalBody {
	now := s.Store.Now()
	body := proposalBody{
		ID: p.ID, Kind: p.Kind, State: p.StateAt(now), ProposedAt: p.ProposedAt, ProposedBy: p.ProposedBy, ExpiresAt: p.ExpiresAt, DecidedBy: p.DecidedBy, Reason: p.RejectedFor,
		Args: map[string]any{}, Done: p.Result != nil, Refused: p.Refused,
		May: s.Store.MayConfirm(ctx, p.ProposedBy, access.Of(ctx).Session.Subject) == nil,
	}
	_ = json.Unmarshal(p.Args, &body.Args)     // it was made by json.Marshal
	_ = json.Unmarshal(p.Result, &body.Result) // so was this, if there is any
	_ = json.Unmarshal(p.Concerned, &body.Then)
	if now := s.pairActs()[p.Kind].now; now != nil && body.State == store.ProposalWaits {
		body.Now, _ = now(ctx, p.Args) // untold, what was proposed is shown
	}
	return body
}

type proposalsOutput struct{ Body []proposalBody }

// listProposals shows what the caller may confirm, and what is the caller's own.
func (s *Server) listProposals(ctx context.Context, _ *struct{}) (*proposalsOutput, error) {
	list, err := s.Store.ListProposals(ctx)
	if err != nil {
		return nil, err
	}
	out := &proposalsOutput{Body: []proposalBody{}}
	for _, one := range list {
		if body := s.proposalBody(ctx, one); body.May || body.ProposedBy == access.Of(ctx).Session.Subject {
			out.Body = append(out.Body, body)
		}
	}
	return out, err
}

type secondBody struct {
	Name string    `json:"name"`
	From time.Time `json:"from,omitzero" doc:"From when on; without it now: an account that the caller let in waits a day"`
}

type secondsOutput struct{ Body []secondBody }

func (s *Server) listSeconds(ctx context.Context, _ *struct{}) (*secondsOutput, error) {
	list, err := s.Store.ListSeconds(ctx, access.Of(ctx).Session.Subject)
	out := &secondsOutput{Body: []secondBody{}}
	for _, one := range list {
		out.Body = append(out.Body, secondBody(one))
	}
	return out, err
}

type proposeInput struct {
	Body struct {
		Kind     store.ProposalKind `json:"kind" enum:"remove_administrator,demote_administrator,free_room,void_day,erase,restore"`
		Args     map[string]any     `json:"args"`
		Name     string             `json:"name,omitempty" maxLength:"64" doc:"The second person's, who is at the same screen"`
		Password string             `json:"password,omitempty" maxLength:"256"`
	}
}

type proposalOutput struct{ Body proposalBody }

func (s *Server) propose(ctx context.Context, in *proposeInput) (*proposalOutput, error) {
	args, err := json.Marshal(in.Body.Args)
	if err != nil {
		return nil, err
	}
	act, known := s.pairActs()[in.Body.Kind]
	if !known {
		return nil, refusal.New(store.ActNotOffered)
	}
	if !slices.Contains(in.Body.Kind.Proposers(), access.Of(ctx).Role) {
		return nil, refusal.New(exam.RoleNotAllowed)
	}
	asked, err := act.check(ctx, args)
	if err != nil {
		return nil, err
	}
	second := ""
	if in.Body.Name != "" {
		if second, err = s.checkSecond(ctx, in.Body.Name, in.Body.Password); err != nil {
			return nil, err
		}
	}
	var concerned *dayAttempts
	if act.now != nil {
		if concerned, err = act.now(ctx, args); err != nil {
			return nil, err
		}
	}
	made, err := s.Store.Propose(ctx, in.Body.Kind, asked, concerned, access.Of(ctx).Staff())
	if err != nil {
		return nil, err
	}
	if second != "" {
		return s.doConfirmed(ctx, made.ID, second)
	}
	return s.shown(ctx, made.ID)
}

// checkSecond checks a second person's password before anything is written.
func (s *Server) checkSecond(ctx context.Context, name, password string) (second string, err error) {
	if name == access.Of(ctx).Session.Subject {
		return "", refusal.New(store.SecondSame)
	}
	user, err := s.Door.CheckStaff(ctx, name, password)
	if err != nil {
		return "", err
	}
	return user.Name, s.Store.MayConfirm(ctx, access.Of(ctx).Session.Subject, user.Name)
}

func (s *Server) confirmProposal(ctx context.Context, in *shared.IDInput) (*proposalOutput, error) {
	return s.doConfirmed(ctx, in.ID, access.Of(ctx).Session.Subject)
}

// doConfirmed takes the second person's yes and does the act.
func (s *Server) doConfirmed(ctx context.Context, id, second string) (*proposalOutput, error) {
	p, err := s.Store.ConfirmProposal(ctx, id, second)
	if err != nil {
		return nil, err
	}
	if p.Refused != "" {
		return nil, refusal.New(p.Refused)
	}
	act := s.pairActs()[p.Kind]
	if act.goOn != nil {
		if err := act.goOn(ctx); err != nil {
			return nil, err
		}
		return s.shown(ctx, id)
	}
	result, err := act.do(ctx, p.Args, exam.Actor{Role: exam.ByStaff, Name: p.ProposedBy})
	code := refusal.CodeOf(err)
	if err != nil && code == "" {
		code = "internal"
	}
	if ended := s.Store.EndProposal(ctx, id, result, code); err == nil {
		err = ended
	}
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, id)
}

func (s *Server) shown(ctx context.Context, id string) (*proposalOutput, error) {
	p, err := s.Store.FindProposal(ctx, id)
	if err != nil {
		return nil, err
	}
	return &proposalOutput{Body: s.proposalBody(ctx, p)}, nil
}

func (s *Server) getProposal(ctx context.Context, in *shared.IDInput) (*proposalOutput, error) {
	out, err := s.shown(ctx, in.ID)
	if err == nil && !out.Body.May && out.Body.ProposedBy != access.Of(ctx).Session.Subject {
		return nil, refusal.New(refusal.NotFound)
	}
	return out, err
}

type rejectInput struct {
	shared.IDInput
	Body *struct {
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"For whoever proposed it, who need give none"`
	}
}

func (s *Server) rejectProposal(ctx context.Context, in *rejectInput) (*struct{}, error) {
	if _, err := s.getProposal(ctx, &in.IDInput); err != nil {
		return nil, err
	}
	reason := ""
	if in.Body != nil {
		reason = strings.TrimSpace(in.Body.Reason)
	}
	return nil, s.Store.RejectProposal(ctx, in.ID, access.Of(ctx).Session.Subject, reason)
}
