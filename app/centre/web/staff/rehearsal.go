package staff

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"kaodian/app/centre/rehearsal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/webkit"
)

// rehearsalRoutes are those of the page that tries a room out 彩排.
func (s *Server) rehearsalRoutes() []access.Route {
	return []access.Route{
		webkit.Call(http.MethodGet, "/api/v1/staff/rehearsal", access.Desk, "The rehearsal that runs, the last ones, and what a new one would begin with", s.getRehearsal),
		webkit.Call(http.MethodPost, "/api/v1/staff/rehearsal", access.Desk, "Start a rehearsal; not while attempts that count run", s.startRehearsal),
		webkit.Call(http.MethodPost, "/api/v1/staff/rehearsal/{id}/stop", access.Desk, "End it now, with the verdict of what there is", s.stopRehearsal),
	}
}

type rehearsalOutput struct{ Body rehearsalBody }

type rehearsalBody struct {
	Now   *rehearsalNow     `json:"now,omitempty" doc:"The one that runs"`
	Plan  rehearsalPlan     `json:"plan" doc:"What a new one would begin with"`
	Last  []rehearsalRecord `json:"last" doc:"The latest that ended, newest first"`
	Where string            `json:"where,omitempty" doc:"The centre's address, as posters say it"`
}

type rehearsalPlan struct {
	Seconds   int   `json:"seconds" minimum:"30" maximum:"600" doc:"Of the sending, from the first phone on"`
	Expected  int   `json:"expected" minimum:"1" maximum:"1000" doc:"Candidates an hour in this room"`
	Clips     int   `json:"clips" minimum:"1" maximum:"20" doc:"Videos of one candidate"`
	ClipBytes int64 `json:"clip_bytes" minimum:"1000000" maximum:"524288000" doc:"Of one video"`
}

type rehearsalNow struct {
	ID      string           `json:"id"`
	Word    string           `json:"word" doc:"One-time word of the address that the phones open"`
	By      string           `json:"by"`
	Plan    rehearsalPlan    `json:"plan"`
	Sends   bool             `json:"sends" doc:"The first phone began: the time runs"`
	Seconds float64          `json:"seconds" doc:"That are left of it, or until nobody is waited for any more"`
	Rate    float64          `json:"rate" doc:"Bytes a second of all phones now"`
	Phones  []rehearsalPhone `json:"phones"`
}

type rehearsalPhone struct {
	Number  int                  `json:"number"`
	Browser string               `json:"browser,omitempty"`
	State   rehearsal.PhoneState `json:"state,omitempty" enum:"ready,sending,silent" doc:"Absent in a record"`
	Speed   float64              `json:"speed,omitempty" doc:"Bytes a second now"`
	Mean    float64              `json:"mean" doc:"Bytes a second while it was sending"`
	Bytes   int64                `json:"bytes"`
	Retries int                  `json:"retries" doc:"Requests that broke off"`
	Stalls  int                  `json:"stalls" doc:"Seconds in which nothing came while it was sending"`
}

type rehearsalRecord struct {
	ID        string               `json:"id"`
	StartedAt time.Time            `json:"started_at"`
	By        string               `json:"by"`
	State     store.RehearsalState `json:"state" enum:"finished,stopped,yielded,cut_off"`
	Plan      rehearsalPlan        `json:"plan"`
	Phones    []rehearsalPhone     `json:"phones"`
	Verdict   *rehearsalVerdict    `json:"verdict,omitempty" doc:"Absent where the server stopped in the middle"`
}

type rehearsalVerdict struct {
	Outcome   rehearsal.Outcome `json:"outcome" enum:"go,no_go,too_short,nobody"`
	PerHour   int               `json:"per_hour" doc:"Candidates"`
	LimitedBy rehearsal.Limit   `json:"limited_by,omitempty" enum:"radio,disk,processor,space"`
	Bounds    []rehearsalBound  `json:"bounds" doc:"What each limit allows, the lowest first"`
	Together  int               `json:"together" doc:"Phones that sent at once"`
	Rate      float64           `json:"rate" doc:"Bytes a second of them together"`
	Slow      int               `json:"slow" doc:"Phones too slow for one candidate's videos within the shortest countdown"`
}

type rehearsalBound struct {
	Limit   rehearsal.Limit `json:"limit" enum:"radio,disk,processor,space"`
	PerHour float64         `json:"per_hour"`
}

const (
	listedRehearsals = 10
	usualLength      = 3 * time.Minute
	usualExpected    = 10
	// usualClip is a video of five minutes as the page records it; from leastClips
	// on the centre's own are known.
	usualClip  = 100 << 20
	leastClips = 10
)

func (s *Server) getRehearsal(ctx context.Context, _ *struct{}) (*rehearsalOutput, error) {
	records, err := s.Store.ListRehearsals(ctx, listedRehearsals)
	if err != nil {
		return nil, err
	}
	out := &rehearsalOutput{Body: rehearsalBody{Last: []rehearsalRecord{}}}
	for _, record := range records {
		out.Body.Last = append(out.Body.Last, recordOf(record))
	}
	if now, runs := s.Rehearsal.State(); runs {
		out.Body.Now = nowOf(now)
	}
	poster, err := s.Store.FindPoster(ctx)
	if err != nil {
		return nil, err
	}
	out.Body.Where = poster.Address
	out.Body.Plan, err = s.usualPlan(ctx, records)
	return out, err
}

// usualPlan is that of the last rehearsal; the size of a video is the centre's
// own where enough of them are known.
func (s *Server) usualPlan(ctx context.Context, records []store.Rehearsal) (rehearsalPlan, error) {
	usual, err := s.Store.UsualClip(ctx, leastClips)
	if err != nil {
		return rehearsalPlan{}, err
	}
	needs, err := s.Store.ListNeeds(ctx)
	plan := rehearsalPlan{Seconds: int(usualLength / time.Second), Expected: usualExpected, Clips: itemsOf(needs), ClipBytes: usualClip}
	if len(records) > 0 {
		last := records[0]
		plan.Seconds, plan.Expected, plan.ClipBytes = int(last.Length/time.Second), last.Expected, last.ClipBytes
	}
	if usual > 0 {
		plan.ClipBytes = max(1_000_000, usual)
	}
	plan.ClipBytes = min(plan.ClipBytes, s.Store.Rules().MaxClipBytes)
	return plan, err
}

// itemsOf is how many items most of the coming orders have at most: their
// average, rounded up.
func itemsOf(needs []store.Need) int {
	items := 0
	for _, need := range needs {
		items += need.Items
	}
	if items == 0 {
		return usualItems
	}
	return min(20, (items+len(needs)-1)/len(needs))
}

func nowOf(now rehearsal.Now) *rehearsalNow {
	body := &rehearsalNow{
		ID: now.ID, Word: now.Word, By: now.By, Plan: planOf(now.Plan), Sends: now.Sends, Seconds: now.Left.Seconds(), Rate: now.Rate, Phones: []rehearsalPhone{},
	}
	for _, p := range now.Phones {
		body.Phones = append(body.Phones, rehearsalPhone(p))
	}
	return body
}

func planOf(plan rehearsal.Plan) rehearsalPlan {
	return rehearsalPlan{Seconds: int(plan.Length / time.Second), Expected: plan.Expected, Clips: plan.Clips, ClipBytes: plan.ClipBytes}
}

func recordOf(r store.Rehearsal) rehearsalRecord {
	plan := rehearsal.Plan{Length: r.Length, Expected: r.Expected, Clips: r.Clips, ClipBytes: r.ClipBytes}
	body := rehearsalRecord{ID: r.ID, StartedAt: r.StartedAt, By: r.By, State: r.State, Plan: planOf(plan), Phones: []rehearsalPhone{}}
	for _, p := range r.Phones {
		body.Phones = append(body.Phones, rehearsalPhone{Number: p.Number, Browser: p.Browser, Mean: float64(p.Rate), Bytes: p.Bytes, Retries: p.Retries, Stalls: p.Stalls})
	}
	var verdict rehearsal.Verdict
	if json.Unmarshal([]byte(r.Verdict), &verdict) == nil {
		body.Verdict = verdictOf(verdict)
	}
	return body
}

func verdictOf(v rehearsal.Verdict) *rehearsalVerdict {
	body := &rehearsalVerdict{
		Outcome: v.Outcome, PerHour: v.PerHour, LimitedBy: v.LimitedBy, Bounds: []rehearsalBound{}, Together: v.Together, Rate: v.Rate, Slow: v.Slow,
	}
	for _, bound := range v.Bounds {
		body.Bounds = append(body.Bounds, rehearsalBound(bound))
	}
	return body
}

type startRehearsalInput struct{ Body rehearsalPlan }

func (s *Server) startRehearsal(ctx context.Context, in *startRehearsalInput) (*rehearsalOutput, error) {
	plan := rehearsal.Plan{
		Length: time.Duration(in.Body.Seconds) * time.Second, Expected: in.Body.Expected, Clips: in.Body.Clips, ClipBytes: in.Body.ClipBytes,
	}
	if err := s.Rehearsal.Start(ctx, plan, access.Of(ctx).Staff()); err != nil {
		return nil, err
	}
	return s.getRehearsal(ctx, nil)
}

func (s *Server) stopRehearsal(ctx context.Context, in *shared.IDInput) (*rehearsalOutput, error) {
	if err := s.Rehearsal.Stop(ctx, in.ID, access.Of(ctx).Staff()); err != nil {
		return nil, err
	}
	return s.getRehearsal(ctx, nil)
}
