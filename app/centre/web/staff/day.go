package staff

import (
	"context"
	"net/http"
	"slices"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// dayRoutes are those of the page that closes a day.
func (s *Server) dayRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/choices", access.Deciders, "The windows, subjects and grades that orders have", s.listChoices),
		webkit.Call(http.MethodGet, "/api/v1/staff/day", access.Deciders, "How many orders stand how, and whether the numbers add up", s.getDay),
		webkit.Call(http.MethodGet, "/api/v1/staff/day/orders", access.Deciders, "The orders behind a number", s.listDayOrders),
		webkit.Call(http.MethodGet, "/api/v1/staff/day/void", access.Deciders, "What a void of that day would void now; two people do it, by a proposal (R22)", s.getVoidDay),
		webkit.Call(http.MethodGet, "/api/v1/staff/day/record", access.Deciders, "The record 考试情况记录, to print and sign; noted", s.getDayRecord),
		webkit.Call(http.MethodGet, "/api/v1/staff/day/workbook", access.Deciders, "The reckoning and its orders as XLSX; noted", s.exportDay),
	}
}

type dayOutput struct{ Body dayBody }

type dayBody struct {
	At         time.Time     `json:"at" doc:"The moment of all numbers"`
	Centre     string        `json:"centre,omitempty"`
	Registered int           `json:"registered"`
	Counts     []statusCount `json:"counts" doc:"Every status; together they are all that are registered"`
	Open       int           `json:"open" doc:"Waiting, open or running: not over yet"`
	Difference int           `json:"difference" doc:"Registered less the sum of the counts; 0 if all is well"`
	Voided     []dayVoidBody `json:"voided" doc:"Days that two people voided (R22), as far as they concern the day or the orders that are chosen"`
	Notices    []noticeCount `json:"notices" doc:"Of the same orders, what somebody should look at; an order may be in several"`
}

type statusCount struct {
	Status exam.Status `json:"status" enum:"submitted,auto_submitted,absent,forfeited,disqualified,running,open,waiting"`
	Count  int         `json:"count"`
}

type noticeCount struct {
	Notice store.Notice `json:"notice" enum:"irregular,missing_items,broken,unseen,reported,invalid_clips,voided,extra_time,desk,not_sent,no_receipt"`
	Count  int          `json:"count"`
}

type dayInput struct{ ScopeInput }

func (s *Server) getDay(ctx context.Context, in *dayInput) (*dayOutput, error) {
	scope, err := s.scopeOf(in.ScopeInput)
	if err != nil {
		return nil, err
	}
	outcomes, err := s.Store.Reckon(ctx, scope)
	if err != nil {
		return nil, err
	}
	voided, err := s.Store.ListDayVoids(ctx, scope, outcomes)
	return &dayOutput{Body: s.dayBodyOf(outcomes, voided)}, err
}

func (s *Server) dayBodyOf(outcomes []store.Standing, voided []store.DayVoid) dayBody {
	body := dayBody{Voided: dayVoidsOf(voided), At: s.Store.Now(), Centre: s.CentreName(), Registered: len(outcomes), Counts: []statusCount{}, Notices: []noticeCount{}}
	stand := map[exam.Status]int{}
	noticed := map[store.Notice]int{}
	for _, one := range outcomes {
		stand[one.Status]++
		for _, notice := range store.AllNotices() {
			if one.Has(notice) {
				noticed[notice]++
			}
		}
	}
	sum := 0
	for _, status := range exam.Statuses() {
		body.Counts = append(body.Counts, statusCount{status, stand[status]})
		sum += stand[status]
	}
	body.Difference = body.Registered - sum
	body.Open = stand[exam.StatusWaiting] + stand[exam.StatusOpen] + stand[exam.StatusRunning]
	for _, notice := range store.AllNotices() {
		if noticed[notice] > 0 {
			body.Notices = append(body.Notices, noticeCount{notice, noticed[notice]})
		}
	}
	return body
}

type dayOrdersInput struct {
	ScopeInput
	Status exam.Status  `query:"status" enum:"submitted,auto_submitted,absent,forfeited,disqualified,running,open,waiting"`
	Notice store.Notice `query:"notice" enum:"irregular,missing_items,broken,unseen,reported,invalid_clips,voided,extra_time,desk,not_sent,no_receipt"`
	From   int          `query:"from" minimum:"0" doc:"How many to leave out"`
	Limit  int          `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type dayOrdersOutput struct {
	Body struct {
		Orders []dayOrder `json:"orders"`
		Count  int        `json:"count" doc:"All that are chosen"`
	}
}

// dayOrder is an order as the record of a day says it.
type dayOrder struct {
	ID           string       `json:"id"`
	Ticket       string       `json:"ticket"`
	Name         string       `json:"name"`
	Subject      string       `json:"subject"`
	Grade        int          `json:"grade"`
	OpensAt      time.Time    `json:"opens_at"`
	ClosesAt     time.Time    `json:"closes_at"`
	Status       exam.Status  `json:"status" enum:"submitted,auto_submitted,absent,forfeited,disqualified,running,open,waiting"`
	Attempts     int          `json:"attempts" doc:"That count"`
	Voided       int          `json:"voided"`
	Reset        int          `json:"reset" doc:"Of the attempts that count"`
	Emergency    bool         `json:"emergency" doc:"应急订单: registered by hand"`
	StartedAt    time.Time    `json:"started_at,omitzero" doc:"Of the last attempt that counts"`
	EndedAt      time.Time    `json:"ended_at,omitzero"`
	Items        int          `json:"items"`
	Clips        int          `json:"clips"`
	ExtraSeconds int          `json:"extra_seconds"`
	Desk         bool         `json:"desk" doc:"To be identified at the desk: no photo, or face comparison declined"`
	Reported     bool         `json:"reported" doc:"A decision waits for the province"`
	Reason       string       `json:"reason,omitempty" doc:"Why the order is disqualified"`
	InvalidClips int          `json:"invalid_clips"`
	Irregular    []string     `json:"irregular" doc:"The categories of irregularities that stand, each once"`
	Travel       store.Travel `json:"travel" enum:"none,batch,received"`
	CheckedInAt  time.Time    `json:"checked_in_at,omitzero" doc:"At the desk"`
}

func (s *Server) listDayOrders(ctx context.Context, in *dayOrdersInput) (*dayOrdersOutput, error) {
	scope, err := s.scopeOf(in.ScopeInput)
	if err != nil {
		return nil, err
	}
	outcomes, err := s.Store.Reckon(ctx, scope)
	if err != nil {
		return nil, err
	}
	out := &dayOrdersOutput{}
	out.Body.Orders = []dayOrder{}
	for _, one := range outcomes {
		if in.Status != "" && one.Status != in.Status || in.Notice != "" && !one.Has(in.Notice) {
			continue
		}
		if out.Body.Count >= in.From && len(out.Body.Orders) < in.Limit {
			out.Body.Orders = append(out.Body.Orders, dayOrderOf(one))
		}
		out.Body.Count++
	}
	return out, nil
}

func dayOrderOf(o store.Standing) dayOrder {
	order := dayOrder{
		ID:           o.OrderID,
		Ticket:       o.Ticket,
		Name:         o.Name,
		Subject:      o.Subject,
		Grade:        o.Grade,
		OpensAt:      o.Window.OpensAt,
		ClosesAt:     o.Window.ClosesAt,
		Status:       o.Status,
		Attempts:     o.Attempts,
		Voided:       o.Voided,
		Reset:        o.Reset,
		Emergency:    o.Emergency,
		StartedAt:    o.StartedAt,
		EndedAt:      o.EndedAt,
		Items:        o.Items,
		Clips:        o.Clips,
		ExtraSeconds: int(o.Extra.Seconds()),
		Desk:         o.Has(store.NoticeDesk),
		Reported:     o.Reported,
		Reason:       o.Disqualified,
		InvalidClips: o.InvalidClips,
		Irregular:    standing(o.Irregularities),
		Travel:       o.Travel,
	}
	if o.CheckIn != nil {
		order.CheckedInAt = o.CheckIn.At
	}
	return order
}

// standing are the categories of irregularities that were not taken back.
func standing(all []exam.Irregularity) []string {
	categories := []string{}
	for _, one := range all {
		if one.UndoneAt.IsZero() && !slices.Contains(categories, one.Category) {
			categories = append(categories, one.Category)
		}
	}
	return categories
}
