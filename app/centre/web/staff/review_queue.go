package staff

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

type reviewInput struct {
	State    exam.ClipState `query:"state" enum:"received,examined,unexaminable"`
	Subject  string         `query:"subject" maxLength:"64"`
	Grade    int            `query:"grade" minimum:"0" maximum:"10" doc:"0: all"`
	Verdict  exam.Verdict   `query:"verdict" enum:"pass,warn,fail,cannot_tell" doc:"The clip's worst"`
	Open     bool           `query:"open" doc:"Only those whose announcement is not ticked wholly"`
	Unmarked bool           `query:"unmarked" doc:"Only those that wait for a mark: an examiner's own, for staff of anybody"`
	Sealed   store.Sealed   `query:"sealed" enum:"no,yes,all" default:"no" doc:"What is in a batch has left the queue; a mark is still taken (R31)"`
	Who      string         `query:"who" maxLength:"64" doc:"Part of the name or ticket number, or the exam code; not for examiners (R21)"`
	After    string         `query:"after" maxLength:"64" doc:"What next said of the page before"`
	Limit    int            `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type reviewOutput struct {
	Body reviewQueueBody
}

type reviewQueueBody struct {
	Clips    []ReviewRow `json:"clips"`
	Next     string      `json:"next,omitempty"`
	Count    int         `json:"count" doc:"All that the filter chooses"`
	Subjects []string    `json:"subjects"`
	Grades   []int       `json:"grades"`
	// Of an examiner, with the first page.
	Progress *progressBody `json:"progress,omitempty"`
}

type progressBody struct {
	Marked  int `json:"marked" doc:"Clips that the examiner marked, of the filter's subject and grade"`
	Left    int `json:"left" doc:"Clips that wait for the examiner"`
	Seconds int `json:"seconds" doc:"That these will take, by the examiner's own pace"`
}

func progressOf(p *store.ReviewProgress) *progressBody {
	if p == nil {
		return nil
	}
	return &progressBody{p.Marked, p.Left, int(p.Time.Seconds())}
}

// ReviewRow is a clip as lists show it. It is exported because Huma describes
// embedded structs only when they are.
type ReviewRow struct {
	ID         string         `json:"id"`
	OrderID    string         `json:"order_id"`
	Item       string         `json:"item"`
	Piece      string         `json:"piece,omitempty"`
	Subject    string         `json:"subject"`
	Grade      int            `json:"grade"`
	Code       string         `json:"code"`
	State      exam.ClipState `json:"state" enum:"received,examined,unexaminable"`
	Size       int64          `json:"size" doc:"Bytes"`
	DurationMs int64          `json:"duration_ms"`
	ReceivedAt time.Time      `json:"received_at"`
	Worst      exam.Verdict   `json:"worst,omitempty"`
	Doubts     []DoubtBody    `json:"doubts" doc:"Findings that are not a pass"`
	Ticks      int            `json:"ticks" doc:"Parts of the announcement that are ticked, of five"`
	Sealed     bool           `json:"sealed"`
	Marked     bool           `json:"marked" doc:"By the examiner who asks; for staff by anybody"`
	Candidate  *candidateBody `json:"candidate,omitempty" doc:"Not for examiners (R21)"`
}

// DoubtBody is a finding in a list: its verdict is its own, not the clip's
// worst. It is exported because it stands in an embedded struct.
type DoubtBody struct {
	Kind    exam.Kind    `json:"kind"`
	Verdict exam.Verdict `json:"verdict"`
}

func (s *Server) listReview(ctx context.Context, in *reviewInput) (*reviewOutput, error) {
	filter := store.ReviewFilter{
		State:    in.State,
		Subject:  in.Subject,
		Grade:    in.Grade,
		Verdict:  in.Verdict,
		Open:     in.Open,
		Unmarked: in.Unmarked,
		Sealed:   in.Sealed,
		Who:      strings.TrimSpace(norm.NFKC.String(in.Who)), // full-width letters, as Chinese keyboards write them
		After:    in.After,
		Limit:    in.Limit,
		Examiner: examinerOf(ctx),
	}
	page, err := s.Store.ListReview(ctx, filter)
	return &reviewOutput{Body: reviewQueueBody{
		Clips: reviewRowsOf(page.Clips), Next: page.Next, Count: page.Count, Subjects: page.Subjects, Grades: page.Grades, Progress: progressOf(page.Progress),
	}}, err
}

func reviewRowsOf(clips []store.ClipRow) []ReviewRow {
	all := []ReviewRow{}
	for _, clip := range clips {
		all = append(all, reviewRowOf(clip))
	}
	return all
}

func reviewRowOf(c store.ClipRow) ReviewRow {
	body := ReviewRow{
		ID:         c.ID,
		OrderID:    c.OrderID,
		Item:       c.Item,
		Piece:      c.Piece,
		Subject:    c.Subject,
		Grade:      c.Grade,
		Code:       c.Code,
		State:      c.State,
		Size:       c.Size,
		DurationMs: c.Duration.Milliseconds(),
		ReceivedAt: c.ReceivedAt,
		Doubts:     []DoubtBody{},
		Ticks:      c.Ticks,
		Sealed:     c.Sealed,
		Marked:     c.Marked,
	}
	if c.Ticket != "" {
		body.Candidate = &candidateBody{Name: c.Name, Ticket: c.Ticket}
	}
	for _, doubt := range c.Doubts {
		body.Doubts = append(body.Doubts, DoubtBody{doubt.Kind, doubt.Verdict})
	}
	if body.Worst = exam.Worst(c.Doubts); body.Worst == "" && c.Examined {
		body.Worst = exam.Pass
	}
	return body
}
