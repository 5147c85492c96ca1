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

// resultListRoutes are those of what a committee confirmed, and of what the
// candidates see of it.
func (s *Server) resultListRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/results/orders/{id}", access.Administrators, "What was confirmed of an order, the newest first", s.listOrderResults),
		webkit.Call(http.MethodGet, "/api/v1/staff/results/lists", access.Administrators, "The lists that a committee confirmed, the newest first", s.listResultLists),
		webkit.Call(http.MethodPost, "/api/v1/staff/results/lists", access.Administrators, "Confirm the complete results of a scope, or correct those that changed since (R21)", s.confirmResults),
		webkit.Call(http.MethodGet, "/api/v1/staff/results/lists/{id}", access.Administrators, "A list, to print and sign; noted", s.getResultList),
		webkit.Call(http.MethodPost, "/api/v1/staff/results/lists/{id}/publish", access.Administrators, "The candidates see what the list confirms, as far as no later one corrects it", s.publishResults),
		webkit.Call(http.MethodPost, "/api/v1/staff/results/lists/{id}/withdraw", access.Administrators, "The candidates do not see any more what the list confirms", s.withdrawResults),
	}
}

// resultListBody is a list that was confirmed.
type resultListBody struct {
	ID        string    `json:"id"`
	Number    int       `json:"number" doc:"1, 2, 3 …"`
	MetOn     string    `json:"met_on" format:"date"`
	Committee []string  `json:"committee"`
	Reason    string    `json:"reason,omitempty"`
	Corrects  bool      `json:"corrects" doc:"It corrects what was confirmed before"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Results   int       `json:"results" doc:"On it"`
	Hold      int       `json:"hold" doc:"Of them, that no later list corrects"`
	Published int       `json:"published" doc:"Of these, that their candidates see"`
}

func resultListBodyOf(l store.ResultList) resultListBody {
	return resultListBody{l.ID, l.Number, l.MetOn, l.Committee, l.Reason, l.Corrects, l.By, l.At, l.Results, l.Hold, l.Published}
}

// confirmedBody is what was confirmed of an order.
type confirmedBody struct {
	Revision int              `json:"revision"`
	ListID   string           `json:"list_id"`
	List     int              `json:"list" doc:"The list's number"`
	At       time.Time        `json:"at"`
	Outcome  exam.Outcome     `json:"outcome" enum:"excellent,good,pass,fail,absent,forfeited,disqualified"`
	Reason   string           `json:"reason,omitempty"`
	Items    []resultItemBody `json:"items"`
}

func confirmedBodyOf(r store.ConfirmedResult) confirmedBody {
	return confirmedBody{r.Revision, r.ListID, r.List, r.At, r.Outcome, r.Reason, resultItemsOf(r.Items)}
}

type orderResultsOutput struct {
	Body struct {
		Results []confirmedBody  `json:"results"`
		Lists   []resultListBody `json:"lists" doc:"Of each result the list that it stands on"`
	}
}

func (s *Server) listOrderResults(ctx context.Context, in *shared.IDInput) (*orderResultsOutput, error) {
	results, lists, err := s.Store.ListOrderResults(ctx, in.ID)
	out := &orderResultsOutput{}
	out.Body.Results, out.Body.Lists = []confirmedBody{}, []resultListBody{}
	for i, one := range results {
		out.Body.Results = append(out.Body.Results, confirmedBodyOf(one))
		out.Body.Lists = append(out.Body.Lists, resultListBodyOf(lists[i]))
	}
	return out, err
}

type resultListsOutput struct {
	Body struct {
		Lists []resultListBody `json:"lists"`
	}
}

func (s *Server) listResultLists(ctx context.Context, _ *struct{}) (*resultListsOutput, error) {
	lists, err := s.Store.ListResultLists(ctx)
	out := &resultListsOutput{}
	out.Body.Lists = []resultListBody{}
	for _, one := range lists {
		out.Body.Lists = append(out.Body.Lists, resultListBodyOf(one))
	}
	return out, err
}

type confirmResultsInput struct {
	ScopeInput
	Body struct {
		ID        string   `json:"id" minLength:"8" maxLength:"64" doc:"A name of this act by whoever asks: told twice it counts once"`
		MetOn     string   `json:"met_on" maxLength:"10" doc:"The day of the meeting, as 2026-08-03"`
		Committee []string `json:"committee" maxItems:"40" doc:"Their names"`
		Reason    string   `json:"reason,omitempty" maxLength:"500" doc:"Required of corrections"`
		Corrects  bool     `json:"corrects,omitempty" doc:"Those that changed since they were confirmed; else those that never were"`
		Shown     string   `json:"shown" maxLength:"64" doc:"The fingerprint that the page showed"`
	}
}

type resultListOutput struct{ Body resultListBody }

func (s *Server) confirmResults(ctx context.Context, in *confirmResultsInput) (*resultListOutput, error) {
	scope, err := s.scopeOf(in.ScopeInput)
	if err != nil {
		return nil, err
	}
	list, err := s.Store.ConfirmResults(ctx, scope, store.NewResultList{
		ID: in.Body.ID, MetOn: in.Body.MetOn, Committee: in.Body.Committee, Reason: in.Body.Reason, Corrects: in.Body.Corrects, Shown: in.Body.Shown, By: access.Of(ctx).Staff(),
	})
	return &resultListOutput{Body: resultListBodyOf(list)}, err
}

type printedListOutput struct{ Body PrintedListBody }

// PrintedListBody is a list with its results. It is exported for tests.
type PrintedListBody struct {
	Centre  string         `json:"centre,omitempty"`
	At      time.Time      `json:"at"`
	List    resultListBody `json:"list"`
	Results []listedBody   `json:"results"`
}

type listedBody struct {
	OrderID string           `json:"order_id"`
	Ticket  string           `json:"ticket"`
	Name    string           `json:"name"`
	Subject string           `json:"subject"`
	Grade   int              `json:"grade"`
	Outcome exam.Outcome     `json:"outcome" enum:"excellent,good,pass,fail,absent,forfeited,disqualified"`
	Reason  string           `json:"reason,omitempty"`
	Items   []resultItemBody `json:"items"`
	Holds   bool             `json:"holds" doc:"No later list corrects it"`
}

// getResultList is a list to print: who has it made is noted.
func (s *Server) getResultList(ctx context.Context, in *shared.IDInput) (*printedListOutput, error) {
	list, results, err := s.Store.FindResultList(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	body := PrintedListBody{Centre: s.CentreName(), At: s.Store.Now(), List: resultListBodyOf(list), Results: []listedBody{}}
	for _, r := range results {
		body.Results = append(body.Results, listedBody{r.OrderID, r.Ticket, r.Name, r.Subject, r.Grade, r.Outcome, r.Reason, resultItemsOf(r.Items), r.Revision == r.Newest})
	}
	entry := store.Entry{Action: store.ActionResultsPrinted, By: access.Of(ctx).Staff(), Args: map[string]any{"list": list.Number, "orders": len(results)}}
	return &printedListOutput{Body: body}, s.Store.Audit(ctx, entry)
}

type publishInput struct {
	shared.IDInput
	Body struct {
		Order string `json:"order,omitempty" maxLength:"64" doc:"Only this one; absent: all of the list"`
	}
}

type withdrawInput struct {
	shared.IDInput
	Body struct {
		Order  string `json:"order,omitempty" maxLength:"64" doc:"Only this one; absent: all of the list"`
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

type publishedOutput struct {
	Body struct {
		Count  int `json:"count" doc:"Candidates for whom it changed what they see"`
		Differ int `json:"differ,omitempty" doc:"Left out: a later mark or decision says something else, so they are corrected first"`
	}
}

func (s *Server) publishResults(ctx context.Context, in *publishInput) (out *publishedOutput, err error) {
	out = &publishedOutput{}
	out.Body.Count, out.Body.Differ, err = s.Store.PublishResults(ctx, in.ID, in.Body.Order, access.Of(ctx).Staff())
	return out, err
}

func (s *Server) withdrawResults(ctx context.Context, in *withdrawInput) (out *publishedOutput, err error) {
	out = &publishedOutput{}
	out.Body.Count, err = s.Store.WithdrawResults(ctx, in.ID, in.Body.Order, in.Body.Reason, access.Of(ctx).Staff())
	return out, err
}
