package candidate

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// maxRecording is how much of the check's recording comes in one request.
const maxRecording = 1 << 20

// loanRoutes are for the centre's own phones, known by their device alone:
// nobody need be logged in on them.
func (s *Server) loanRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodPost, "/api/v1/loan/bind", access.Public, "This browser is the loan phone of that link", s.bindLoanPhone),
		webkit.Call(http.MethodPost, "/api/v1/loan/state", access.Public, "What the loan phone has, and what it is to do", s.tellLoan),
		webkit.Takes(maxRecording, webkit.Native(http.MethodPost, "/api/v1/loan/recording", access.Public, "Takes up to 1 MiB of the check's recording and keeps nothing", s.takeLoanRecording)),
		webkit.Call(http.MethodPost, "/api/v1/loan/check", access.Public, "What the loan phone's check found", s.tellLoanCheck),
		webkit.Call(http.MethodPost, "/api/v1/loan/cleared", access.Public, "Nothing of the candidate remains in the loan phone", s.clearedLoan),
	}
}

type bindLoanInput struct {
	Body struct {
		Token string `json:"token" minLength:"1" maxLength:"128" doc:"What stands after # in the link"`
	}
}

type loanOutput struct{ Body loanBody }

type loanBody struct {
	Phone string    `json:"phone" doc:"The phone's name; empty: this browser is no loan phone"`
	Loan  *loanTold `json:"loan,omitempty" doc:"While it is lent"`
}

type loanTold struct {
	ID     string          `json:"id"`
	State  store.LoanState `json:"state" enum:"checking,out,returning"`
	Ticket string          `json:"ticket" doc:"Of the candidate, for the log-in"`
}

func (s *Server) bindLoanPhone(ctx context.Context, in *bindLoanInput) (*loanOutput, error) {
	who := access.Of(ctx)
	phone, err := s.Store.BindLoanPhone(ctx, in.Body.Token, who.Device)
	if err != nil {
		return nil, err
	}
	return &loanOutput{Body: loanBody{Phone: phone.Name}}, s.Door.Devices.Keep(ctx, who.Visitor, "")
}

type tellLoanInput struct {
	Body struct {
		Held []heldBody `json:"held" maxItems:"20" doc:"Recordings and chosen files that the page does not know to have arrived"`
	}
}

type heldBody struct {
	Attempt string `json:"attempt" maxLength:"64"`
	Name    string `json:"name" maxLength:"255"`
	Bytes   int64  `json:"bytes" minimum:"0"`
}

func (s *Server) tellLoan(ctx context.Context, in *tellLoanInput) (*loanOutput, error) {
	held := []store.Held{}
	for _, one := range in.Body.Held {
		held = append(held, store.Held(one))
	}
	device := access.Of(ctx).Device
	now, err := s.Store.TellLoan(ctx, device, held)
	if err != nil {
		return nil, err
	}
	out := &loanOutput{Body: loanBody{Phone: now.Phone}}
	if now.Phone != "" {
		s.Door.Phones.Hear(device, s.Store.Now())
	}
	if now.LoanID != "" {
		out.Body.Loan = &loanTold{ID: now.LoanID, State: now.State, Ticket: now.Ticket}
	}
	return out, nil
}

// takeLoanRecording answers when all has arrived: transport.SmallBodies has read it by then.
func (s *Server) takeLoanRecording(c *fiber.Ctx) error {
	checking, err := s.Store.IsChecking(c.UserContext(), access.Of(c.UserContext()).Device)
	if err == nil && !checking {
		err = refusal.New(store.LoanOver)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendStatus(http.StatusNoContent)
}

type loanCheckInput struct {
	Body struct {
		Loan  string     `json:"loan" maxLength:"64"`
		Parts []partBody `json:"parts" maxItems:"10"`
	}
}

type partBody struct {
	Part  string `json:"part" enum:"browser,storage,battery,recording,line"`
	State string `json:"state" enum:"good,warn,bad,unknown"`
	Word  string `json:"word" pattern:"^[a-z_]{1,32}$" doc:"Which sentence the page says"`
}

func (s *Server) tellLoanCheck(ctx context.Context, in *loanCheckInput) (*struct{}, error) {
	parts := []store.Part{}
	for _, one := range in.Body.Parts {
		parts = append(parts, store.Part(one))
	}
	return nil, s.Store.TellLoanCheck(ctx, access.Of(ctx).Device, in.Body.Loan, parts)
}

type clearedInput struct {
	Body struct {
		Loan       string `json:"loan" maxLength:"64"`
		Recordings int    `json:"recordings" minimum:"0" maximum:"1000"`
		Bytes      int64  `json:"bytes" minimum:"0"`
		Entries    int    `json:"entries" minimum:"0" maximum:"100000" doc:"Notes of the pages"`
		Files      int    `json:"files" minimum:"0" maximum:"100000" doc:"In the browser's own folder, and answers that it kept"`
	}
}

// clearedLoan also takes the cookies away by which the candidate was known.
func (s *Server) clearedLoan(ctx context.Context, in *clearedInput) (*struct{}, error) {
	b := in.Body
	err := s.Store.ClearedLoan(ctx, access.Of(ctx).Device, b.Loan, store.Removed{Recordings: b.Recordings, Bytes: b.Bytes, Entries: b.Entries, Files: b.Files})
	if err == nil {
		s.Door.Forget(ctx)
	}
	return nil, err
}
