package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/webkit"
)

// loanRoutes are the page of the centre's own phones, which it lends.
func (s *Server) loanRoutes() []access.Route {
	const phone, loan = "/api/v1/staff/loan-phones/{id}", "/api/v1/staff/loans/{id}"
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/loan-phones", access.Deciders, "The loan phones 借用手机, each with its last loan", s.listLoanPhones),
		webkit.Call(http.MethodPost, "/api/v1/staff/loan-phones", access.Deciders, "Add a loan phone", s.addLoanPhone),
		webkit.Call(http.MethodPost, phone+"/name", access.Deciders, "Rename a loan phone", s.renameLoanPhone),
		webkit.Call(http.MethodPost, phone+"/retire", access.Deciders, "Take a loan phone out of use", s.retireLoanPhone),
		webkit.Call(http.MethodPost, phone+"/link", access.Deciders, "A link that makes the browser which opens it the loan phone, once", s.linkLoanPhone),
		webkit.Call(http.MethodPost, phone+"/lend", access.Deciders, "Lend the phone to an order's candidate 借出: it checks itself first", s.lendPhone),
		webkit.Call(http.MethodPost, loan+"/hand-out", access.Deciders, "Hand the phone out although its check did not pass", s.handOut),
		webkit.Call(http.MethodPost, loan+"/take-back", access.Deciders, "Take the phone back 归还: it removes what the candidate left", s.takePhoneBack),
		webkit.Call(http.MethodPost, loan+"/take-back/force", access.Deciders, "Take the phone back although it does not answer, or has videos that the centre has not", s.forcePhoneBack),
	}
}

type loanPhonesOutput struct {
	Body struct {
		At     time.Time       `json:"at"`
		Phones []loanPhoneBody `json:"phones" doc:"In the order in which they were added"`
	}
}

type loanPhoneBody struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	BoundAt time.Time     `json:"bound_at,omitzero" doc:"When its browser opened the link"`
	HeardAt time.Time     `json:"heard_at,omitzero" doc:"When its page was heard last, since the server's start"`
	Ready   bool          `json:"ready" doc:"It can be lent"`
	Loan    *lastLoanBody `json:"loan,omitempty" doc:"The last one"`
}

type lastLoanBody struct {
	ID        string          `json:"id"`
	OrderID   string          `json:"order_id"`
	Candidate candidateBody   `json:"candidate"`
	State     store.LoanState `json:"state" enum:"checking,out,returning,over"`
	BegunAt   time.Time       `json:"begun_at"`
	BegunBy   string          `json:"begun_by"`
	Parts     []loanPartBody  `json:"parts" doc:"What the phone's check found; empty before it"`
	Passed    bool            `json:"passed"`
	OutAt     time.Time       `json:"out_at,omitzero"`
	OutReason string          `json:"out_reason,omitempty" doc:"Why it was handed out although the check did not pass"`
	AskedAt   time.Time       `json:"asked_at,omitzero"`
	AskedBy   string          `json:"asked_by,omitempty"`
	ForcedAt  time.Time       `json:"forced_at,omitzero"`
	ForcedBy  string          `json:"forced_by,omitempty"`
	ForcedFor string          `json:"forced_for,omitempty"`
	ClearedAt time.Time       `json:"cleared_at,omitzero" doc:"When the phone said that nothing remains"`
	Removed   *removedBody    `json:"removed,omitempty"`
	Unsent    unsentBody      `json:"unsent" doc:"Videos that are on the phone and not at the centre"`
}

type loanPartBody struct {
	Part  string `json:"part" enum:"browser,storage,battery,recording,line"`
	State string `json:"state" enum:"good,warn,bad,unknown"`
	Word  string `json:"word"`
}

type removedBody struct {
	Recordings int   `json:"recordings"`
	Bytes      int64 `json:"bytes"`
	Entries    int   `json:"entries"`
	Files      int   `json:"files"`
	Session    bool  `json:"session"`
}

type unsentBody struct {
	Clips int   `json:"clips"`
	Bytes int64 `json:"bytes"`
}

func (s *Server) listLoanPhones(ctx context.Context, _ *struct{}) (*loanPhonesOutput, error) {
	list, err := s.Store.ListLoanPhones(ctx)
	out := &loanPhonesOutput{}
	out.Body.At, out.Body.Phones = s.Store.Now(), []loanPhoneBody{}
	for _, one := range list {
		out.Body.Phones = append(out.Body.Phones, s.loanPhoneOf(one))
	}
	return out, err
}

func (s *Server) loanPhoneOf(p store.LentPhone) loanPhoneBody {
	body := loanPhoneBody{ID: p.ID, Name: p.Name, BoundAt: p.BoundAt, Ready: p.Device != ""}
	if p.Device != "" {
		body.HeardAt = s.Door.Phones.Heard(p.Device)
	}
	l := p.Last
	if l == nil {
		return body
	}
	body.Ready = body.Ready && (l.State == store.LoanIsOver || !l.ForcedAt.IsZero())
	body.Loan = &lastLoanBody{
		ID: l.ID, OrderID: l.OrderID, Candidate: candidateBody{Name: l.Name, Ticket: l.Ticket}, State: l.State,
		BegunAt: l.BegunAt, BegunBy: l.BegunBy, Parts: []loanPartBody{}, Passed: l.Passed(), OutAt: l.OutAt, OutReason: l.OutReason,
		AskedAt: l.AskedAt, AskedBy: l.AskedBy, ForcedAt: l.ForcedAt, ForcedBy: l.ForcedBy, ForcedFor: l.ForcedFor,
		ClearedAt: l.ClearedAt, Unsent: unsentBody(l.Unsent),
	}
	for _, part := range l.Parts {
		body.Loan.Parts = append(body.Loan.Parts, loanPartBody(part))
	}
	if !l.ClearedAt.IsZero() {
		body.Loan.Removed = new(removedBody(l.Removed))
	}
	return body
}

type loanNameInput struct {
	Body struct {
		Name string `json:"name" maxLength:"40" doc:"As it stands on the phone's back"`
	}
}

type addedLoanPhone struct {
	Status int
	Body   struct {
		ID string `json:"id"`
	}
}

func (s *Server) addLoanPhone(ctx context.Context, in *loanNameInput) (*addedLoanPhone, error) {
	id, err := s.Store.AddLoanPhone(ctx, in.Body.Name, access.Of(ctx).Staff())
	out := &addedLoanPhone{Status: http.StatusCreated}
	out.Body.ID = id
	return out, err
}

type renameLoanInput struct {
	shared.IDInput
	Body struct {
		Name string `json:"name" maxLength:"40"`
	}
}

func (s *Server) renameLoanPhone(ctx context.Context, in *renameLoanInput) (*struct{}, error) {
	return nil, s.Store.RenameLoanPhone(ctx, in.ID, in.Body.Name, access.Of(ctx).Staff())
}

func (s *Server) retireLoanPhone(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.Store.RetireLoanPhone(ctx, in.ID, access.Of(ctx).Staff())
}

type loanLinkOutput struct {
	Status int
	Body   struct {
		URL       string    `json:"url" doc:"What the QR code says"`
		ExpiresAt time.Time `json:"expires_at"`
	}
}

// linkLoanPhone makes a link whose token stands after #, so that no server and
// no log sees it.
func (s *Server) linkLoanPhone(ctx context.Context, in *shared.IDInput) (*loanLinkOutput, error) {
	token := webkit.NewSecret()
	expires, err := s.Store.LinkLoanPhone(ctx, in.ID, token)
	out := &loanLinkOutput{Status: http.StatusCreated}
	out.Body.URL, out.Body.ExpiresAt = s.Secure.Origin(access.Of(ctx).Origin)+"/loan#"+token, expires
	return out, err
}

type lendInput struct {
	shared.IDInput
	Body struct {
		Order string `json:"order" minLength:"1" maxLength:"64"`
	}
}

func (s *Server) lendPhone(ctx context.Context, in *lendInput) (*struct{}, error) {
	return nil, s.Store.LendPhone(ctx, in.ID, in.Body.Order, access.Of(ctx).Staff())
}

type loanReasonInput struct {
	shared.IDInput
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (s *Server) handOut(ctx context.Context, in *loanReasonInput) (*struct{}, error) {
	return nil, s.Store.HandOut(ctx, in.ID, in.Body.Reason, access.Of(ctx).Staff())
}

func (s *Server) takePhoneBack(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.Store.TakePhoneBack(ctx, in.ID, access.Of(ctx).Staff())
}

func (s *Server) forcePhoneBack(ctx context.Context, in *loanReasonInput) (*struct{}, error) {
	return nil, s.Store.ForcePhoneBack(ctx, in.ID, in.Body.Reason, access.Of(ctx).Staff())
}
