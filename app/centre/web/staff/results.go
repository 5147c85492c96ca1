package staff

import (
	"context"
	"errors"
	"net/http"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// resultRoutes are those of the page of results, which is the committee's.
func (s *Server) resultRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/results", access.Administrators, "What orders come to, and what is missing (R21)", s.listResults),
		webkit.Call(http.MethodGet, "/api/v1/staff/results/workbook", access.Administrators, "The same as XLSX; noted", s.exportResults),
		webkit.Call(http.MethodGet, "/api/v1/staff/results/examiners", access.Administrators, "How examiners mark beside each other; it decides nothing (R21)", s.listExaminers),
	}
}

// ResultFilter chooses results. It is exported as ScopeInput is.
type ResultFilter struct {
	ScopeInput
	Sort store.ResultSort `query:"sort" enum:"complete,incomplete,not_final,decision_pending,unmarked,whole_unmarked,voice_missing,voices_differ,chair,unmarkable,irregular,to_confirm,confirmed,differ,to_publish,published" doc:"Absent: all"`
}

type resultsInput struct {
	ResultFilter
	From  int `query:"from" minimum:"0" doc:"How many to leave out"`
	Limit int `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type resultsOutput struct{ Body ResultsBody }

// ResultsBody is a page of results. It is exported for tests.
type ResultsBody struct {
	At       time.Time      `json:"at" doc:"The moment of all that is said"`
	Results  []ResultBody   `json:"results"`
	Count    int            `json:"count" doc:"All that are chosen"`
	All      int            `json:"all" doc:"All of the scope"`
	Outcomes []outcomeCount `json:"outcomes" doc:"Of the scope; together they are those that are complete"`
	Confirm  offerBody      `json:"confirm" doc:"What a list of the scope would confirm"`
	Correct  offerBody      `json:"correct" doc:"What a list of the scope would correct"`
	Sorts    []sortCount    `json:"sorts" doc:"Of the scope; an order may be of several"`
}

// offerBody is what a list would hold, as it stands now.
type offerBody struct {
	Count int    `json:"count"`
	Shown string `json:"shown,omitempty" doc:"The fingerprint that the act names; absent of none"`
}

func offerOf(rows []store.ResultRow, corrects bool) (offerBody, error) {
	rows = store.Confirmable(rows, corrects)
	shown, err := store.Fingerprint(rows)
	return offerBody{len(rows), shown}, err
}

type outcomeCount struct {
	Outcome exam.Outcome `json:"outcome" enum:"excellent,good,pass,fail,absent,forfeited,disqualified"`
	Count   int          `json:"count"`
}

type sortCount struct {
	Sort  store.ResultSort `json:"sort" enum:"complete,incomplete,not_final,decision_pending,unmarked,whole_unmarked,voice_missing,voices_differ,chair,unmarkable,irregular,to_confirm,confirmed,differ,to_publish,published"`
	Count int              `json:"count"`
}

// ResultBody is what an order comes to.
type ResultBody struct {
	OrderID   string           `json:"order_id"`
	Ticket    string           `json:"ticket"`
	Name      string           `json:"name"`
	Subject   string           `json:"subject"`
	Grade     int              `json:"grade"`
	OpensAt   time.Time        `json:"opens_at"`
	ClosesAt  time.Time        `json:"closes_at"`
	Status    exam.Status      `json:"status" enum:"submitted,auto_submitted,absent,forfeited,disqualified,running,open,waiting"`
	Outcome   exam.Outcome     `json:"outcome,omitempty" enum:"excellent,good,pass,fail,absent,forfeited,disqualified" doc:"Absent while something is missing"`
	Reason    string           `json:"reason,omitempty" doc:"Why the order is disqualified"`
	Gaps      []exam.Gap       `json:"gaps" enum:"not_final,decision_pending,unmarked,whole_unmarked,voice_missing,voices_differ,chair" doc:"What is missing"`
	Items     []resultItemBody `json:"items"`
	ClipID    string           `json:"clip_id,omitempty" doc:"Whose review shows the order's marks"`
	Voices    []voiceBody      `json:"voices" doc:"Where several examiners mark: what each gives the order"`
	Chair     exam.Level       `json:"chair,omitempty" enum:"fail,pass,good,excellent" doc:"The chair's word"`
	Irregular []string         `json:"irregular" doc:"The categories of irregularities that stand, each once"`
	Confirmed *confirmedBody   `json:"confirmed,omitempty" doc:"What a committee confirmed last"`
	Differs   bool             `json:"differs" doc:"A later mark or decision says something else than was confirmed"`
	Published int              `json:"published" doc:"The revision that the candidate sees, 0 of none"`
}

type voiceBody struct {
	Examiner string     `json:"examiner"`
	Level    exam.Level `json:"level,omitempty" enum:"fail,pass,good,excellent" doc:"Absent: not finished"`
}

func voicesOf(r store.ResultRow) []voiceBody {
	voices := []voiceBody{}
	for _, v := range r.Voices {
		voice := voiceBody{Examiner: v.Examiner}
		if v.Finished {
			voice.Level = v.Level
		}
		voices = append(voices, voice)
	}
	return voices
}

type resultItemBody struct {
	Item           string         `json:"item"`
	Name           string         `json:"name"`
	Piece          string         `json:"piece,omitempty"`
	State          exam.ItemState `json:"state" enum:"marked,unmarked,missing,unreadable,invalid,unmarkable"`
	Level          exam.Level     `json:"level,omitempty" enum:"fail,pass,good,excellent"`
	Technique      exam.Level     `json:"technique,omitempty" enum:"fail,pass,good,excellent"`
	Tempo          exam.Level     `json:"tempo,omitempty" enum:"fail,pass,good,excellent"`
	Interpretation exam.Level     `json:"interpretation,omitempty" enum:"fail,pass,good,excellent"`
}

func (s *Server) listResults(ctx context.Context, in *resultsInput) (*resultsOutput, error) {
	scope, err := s.scopeOf(in.ScopeInput)
	if err != nil {
		return nil, err
	}
	rows, err := s.Store.ListResults(ctx, scope)
	if err != nil {
		return nil, err
	}
	body := ResultsBody{At: s.Store.Now(), Results: []ResultBody{}, All: len(rows), Outcomes: outcomesOf(rows), Sorts: sortsOf(rows)}
	var errConfirm, errCorrect error
	body.Confirm, errConfirm = offerOf(rows, false)
	body.Correct, errCorrect = offerOf(rows, true)
	for _, row := range rows {
		if !row.Is(in.Sort) {
			continue
		}
		if body.Count >= in.From && len(body.Results) < in.Limit {
			body.Results = append(body.Results, resultBodyOf(row))
		}
		body.Count++
	}
	return &resultsOutput{Body: body}, errors.Join(errConfirm, errCorrect)
}

func outcomesOf(rows []store.ResultRow) []outcomeCount {
	count := map[exam.Outcome]int{}
	for _, row := range rows {
		count[row.Outcome]++
	}
	counts := []outcomeCount{}
	for _, outcome := range exam.Outcomes() {
		if count[outcome] > 0 {
			counts = append(counts, outcomeCount{outcome, count[outcome]})
		}
	}
	return counts
}

func sortsOf(rows []store.ResultRow) []sortCount {
	counts := []sortCount{}
	for _, sort := range store.ResultSorts() {
		count := 0
		for _, row := range rows {
			if row.Is(sort) {
				count++
			}
		}
		if count > 0 {
			counts = append(counts, sortCount{sort, count})
		}
	}
	return counts
}

func resultBodyOf(r store.ResultRow) ResultBody {
	body := ResultBody{
		OrderID: r.OrderID, Ticket: r.Ticket, Name: r.Name, Subject: r.Subject, Grade: r.Grade,
		OpensAt: r.Window.OpensAt, ClosesAt: r.Window.ClosesAt, Status: r.Status,
		Outcome: r.Outcome, Reason: r.Reason, Gaps: append([]exam.Gap{}, r.Gaps...), Items: resultItemsOf(r.Items), Irregular: standing(r.Irregularities),
		Differs: r.Differs, Published: r.Published, ClipID: r.ClipID, Voices: voicesOf(r),
	}
	if r.Chair != nil {
		body.Chair = r.Chair.Level
	}
	if r.Confirmed != nil {
		body.Confirmed = new(confirmedBodyOf(*r.Confirmed))
	}
	return body
}

func resultItemsOf(items []exam.ItemResult) []resultItemBody {
	bodies := []resultItemBody{}
	for _, i := range items {
		bodies = append(bodies, resultItemBody{i.ItemID, i.Name, i.Piece, i.State, i.Level, i.Technique, i.Tempo, i.Interpretation})
	}
	return bodies
}
