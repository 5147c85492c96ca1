package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strconv"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/exam"
	"kaodian/app/province/store/internal/query"
)

// Clip is a clip with what belongs to it, for the pages.
type Clip struct {
	Ref           Ref
	ID            string
	AttemptID     string
	OrderID       string
	OrderStatus   string
	AttemptNumber int64
	Code          string
	Item, Piece   string
	Candidate     string
	Ticket        string
	Subject       string
	Grade         int64
	State         string
	SHA256        string // of the original
	Size          int64  // bytes
	Type          string
	Rendition     string // SHA-256, "" without
	Photo         string // SHA-256, "" without
	ReceivedAt    time.Time
	CodeAt        time.Time // when the code was shown, zero if never
	Findings      []exam.Finding
	Review        Review
}

// ClipFilter chooses clips; empty fields choose all.
type ClipFilter struct {
	ID              string
	Within          login.Centres // of the account that asks
	Centre, Install string
	Sequence        int64
	OrderID         string
	Before          string // ClipPage.Next of the page before
	Limit           int
}

// ClipPage is a page of clips, newest first.
type ClipPage struct {
	Clips []Clip
	Next  string // "" after the last
}

// ListClips returns a page of clips, the newest first.
func (s *Store) ListClips(ctx context.Context, f ClipFilter) (page ClipPage, err error) {
	before := int64(math.MaxInt64)
	if f.Before != "" {
		if before, err = strconv.ParseInt(f.Before, 10, 64); err != nil {
			return page, refusal.New(refusal.NotFound)
		}
	}
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListClips(ctx, query.ListClipsParams{
			Before: before, ID: f.ID, OrderID: f.OrderID, Centre: f.Centre, Centres: string(f.Within), Install: f.Install, Sequence: f.Sequence, MaxRows: int64(f.Limit) + 1,
		})
		if err != nil {
			return err
		}
		if len(rows) > f.Limit {
			rows = rows[:f.Limit]
			page.Next = strconv.FormatInt(rows[len(rows)-1].Number, 10)
		}
		weight := 0
		for _, row := range rows {
			clip := clipOf(row)
			if clip.Findings, err = findingsOf(ctx, q, row); err != nil {
				return err
			}
			if clip.Review, err = reviewOf(ctx, q, row); err != nil {
				return err
			}
			page.Clips = append(page.Clips, clip)
			if weight += clip.weight(); weight > pageWeight {
				page.Next = strconv.FormatInt(row.Number, 10)
				return nil
			}
		}
		return nil
	})
	return page, err
}

// ClipPlace is where a clip belongs.
type ClipPlace struct {
	OrderID   string
	AttemptID string
	Attempt   int
}

// FindPlaceOfClip returns where a clip belongs, or refusal.NotFound for one
// that no batch brought, only one that is set aside, or one of a centre that the
// account does not see.
func (s *Store) FindPlaceOfClip(ctx context.Context, within login.Centres, clipID string) (place ClipPlace, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindPlaceOfClip(ctx, query.FindPlaceOfClipParams{ID: clipID, Centres: string(within)})
		place = ClipPlace{OrderID: row.OrderID, AttemptID: row.AttemptID, Attempt: int(row.Number)}
		return sqlkit.Absent(err)
	})
	return place, err
}

// pageWeight is about how many bytes a page may hold besides its last clip:
// of what people and machines said of a clip there may be much.
const pageWeight = 4 << 20

// weight is about how many bytes the clip takes.
func (c Clip) weight() int {
	const row = 200
	bytes := row + len(c.Piece) + len(c.Candidate) + len(c.Subject) + len(c.Item)
	for _, f := range c.Findings {
		bytes += row + len(f.Unit) + len(f.Note) + len(f.Engine) + len(f.Detail) + row*len(f.Evidence)
	}
	for _, d := range c.Review.Departures {
		bytes += row + len(d.Remark) + len(d.By.Name)
	}
	for _, m := range c.Review.Marks {
		bytes += row + len(m.Remarks) + len(m.By.Name)
	}
	for _, d := range c.Review.Decisions {
		bytes += row + len(d.Reason) + len(d.By.Name) + len(d.UndoneBy) + len(d.UndoneFor)
	}
	return bytes
}

func clipOf(row query.ListClipsRow) Clip {
	return Clip{
		Ref:           Ref{Centre: row.Centre, Install: row.Install, Sequence: row.Sequence},
		ID:            row.ID,
		AttemptID:     row.AttemptID,
		OrderID:       row.OrderID,
		OrderStatus:   row.OrderStatus,
		AttemptNumber: row.AttemptNumber,
		Code:          row.Code,
		Item:          row.Item,
		Piece:         row.Piece,
		Candidate:     row.Candidate,
		Ticket:        row.Ticket,
		Subject:       row.Subject,
		Grade:         row.Grade,
		State:         row.State,
		SHA256:        row.Sha256,
		Size:          row.Size,
		Type:          row.Type,
		Rendition:     sqlkit.OrEmpty(row.Rendition),
		Photo:         sqlkit.OrEmpty(row.Photo),
		ReceivedAt:    at(row.ReceivedAt),
		CodeAt:        maybeAt(row.CodeAt),
	}
}

func findingsOf(ctx context.Context, q *query.Queries, row query.ListClipsRow) ([]exam.Finding, error) {
	last, err := q.FindExamination(ctx, query.FindExaminationParams{Batch: row.Batch, OrderID: row.OrderID, Clip: row.ID})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := q.ListFindings(ctx, query.ListFindingsParams{Batch: last.Batch, Examination: last.ID})
	if err != nil {
		return nil, err
	}
	evidence, err := q.ListEvidence(ctx, query.ListEvidenceParams{Batch: last.Batch, Examination: last.ID})
	if err != nil {
		return nil, err
	}
	var findings []exam.Finding
	for _, row := range rows {
		finding := exam.Finding{
			Kind: exam.Kind(row.Kind), Verdict: exam.Verdict(row.Verdict), Value: finite(row.Value), Limit: finite(row.LimitValue), Side: exam.Side(row.Side),
			Unit: exam.Unit(row.Unit), Note: exam.Note(row.Note), Engine: row.Engine, Detail: row.Detail,
		}
		for _, e := range evidence {
			if e.Finding == row.Place {
				finding.Evidence = append(finding.Evidence, exam.Evidence{
					From: milliseconds(e.FromMs), To: milliseconds(e.ToMs), Frame: sqlkit.OrEmpty(e.Frame), OtherID: sqlkit.OrEmpty(e.OtherID),
				})
			}
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

// ClipFiles are the files of one clip, as SHA-256; "" where there is none.
type ClipFiles struct {
	Original, OriginalType string
	Rendition              string
	Photo                  string // of the candidate
}

// FindClipFiles returns the files of a clip, or refusal.NotFound, also of a
// centre that the account does not see.
func (s *Store) FindClipFiles(ctx context.Context, within login.Centres, id string) (files ClipFiles, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindClip(ctx, query.FindClipParams{ID: id, Centres: string(within)})
		files = ClipFiles{Original: row.Sha256, OriginalType: row.Type, Rendition: sqlkit.OrEmpty(row.Rendition), Photo: sqlkit.OrEmpty(row.Photo)}
		return sqlkit.Absent(err)
	})
	return files, err
}

// milliseconds is a stored span; one that no duration holds becomes the longest.
func milliseconds(n int64) time.Duration {
	const most = math.MaxInt64 / int64(time.Millisecond)
	return time.Duration(min(max(n, -most), most)) * time.Millisecond
}
