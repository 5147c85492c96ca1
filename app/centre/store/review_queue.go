package store

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ReviewFilter chooses clips to review; empty fields choose all.
type ReviewFilter struct {
	State   exam.ClipState
	Subject string
	Verdict exam.Verdict // the worst one that who asks may see
	Grade   int
	Open    bool // ticks are not complete
	// Sealed chooses by whether the order is in a batch: SealedOut, SealedOnly
	// or SealedToo.
	Sealed   Sealed
	Unmarked bool   // waits for a mark of Examiner
	Examiner string // who asks, whose marks count and who sees final orders only, and not whose they are (R21); "" is staff
	Who      string // part of the candidate's name or ticket number, or the exam code
	After    string // the last clip of the page before
	Limit    int
}

// Sealed says what becomes of clips that are in a batch.
type Sealed string

// Reviewed or not, what is in a batch has left the queue (SealedOut), unless it
// is asked for.
const (
	SealedOut  Sealed = "no"
	SealedOnly Sealed = "yes"
	SealedToo  Sealed = "all"
)

// wanted is the value of the queries: negative asks for both.
func (s Sealed) wanted() int64 {
	switch s {
	case SealedOnly:
		return 1
	case SealedToo:
		return -1
	default:
		return 0
	}
}

// ClipRow is a clip as lists show it, without its order.
type ClipRow struct {
	ID          string
	OrderID     string
	State       exam.ClipState
	ReceivedAt  time.Time
	Size        int64 // bytes
	Duration    time.Duration
	Code        string
	Item, Piece string
	itemID      string
	Name        string // the candidate's
	Ticket      string
	Subject     string
	Grade       int
	Ticks       int // parts of the announcement ticked so far
	Sealed      bool
	Marked      bool           // by the filter's examiner, by anybody if it names none
	Examined    bool           // there are findings, were it only good ones
	Doubts      []exam.Finding // kind and verdict of what is not «pass»
}

// ReviewPage is a page of the queue, the most doubtful first; an examiner's is in
// an order of its own.
type ReviewPage struct {
	Clips    []ClipRow
	Progress *ReviewProgress // of an examiner, with the first page
	Next     string          // "" after the last
	Count    int             // of all that the filter chooses
	Subjects []string
	Grades   []int
}

// ListReview returns a page of the clips that travel.
func (s *Store) ListReview(ctx context.Context, f ReviewFilter) (page ReviewPage, err error) {
	if f.Examiner != "" && f.Who != "" {
		return page, refusal.New(exam.RoleNotAllowed) // a name that finds a clip is a name told (R21)
	}
	err = s.read(ctx, func(q *query.Queries) error {
		if page.Subjects, err = q.ListReviewSubjects(ctx); err != nil {
			return err
		}
		if page.Grades, err = reviewGrades(ctx, q); err != nil {
			return err
		}
		if f.Examiner != "" {
			return s.examinersPage(ctx, q, f, &page)
		}
		queue, err := s.clipsToReview(ctx, q, f)
		if err != nil {
			return err
		}
		page.Count = len(queue)
		left, err := after(ctx, q, queue, f)
		if err != nil {
			return err
		}
		if len(left) > f.Limit {
			left = left[:f.Limit]
			page.Next = left[f.Limit-1]
		}
		page.Clips, err = s.clipRows(ctx, q, left, "")
		return err
	})
	return page, err
}

// examinersPage is a page of an examiner's queue. What comes next is told by its place
// too: a clip may have left the queue until the next page is read.
func (s *Store) examinersPage(ctx context.Context, q *query.Queries, f ReviewFilter, page *ReviewPage) error {
	queue, err := s.examinersQueue(ctx, q, f)
	if err != nil {
		return err
	}
	page.Count = len(queue)
	if f.After == "" {
		if page.Progress, err = s.progress(ctx, q, f, queue); err != nil {
			return err
		}
	}
	left, err := behind(ctx, q, queue, f)
	if err != nil {
		return err
	}
	if len(left) > f.Limit {
		left = left[:f.Limit]
		last := left[f.Limit-1]
		page.Next = last.row.ID + last.mark()
	}
	ids := make([]string, 0, len(left))
	for _, one := range left {
		ids = append(ids, one.row.ID)
	}
	page.Clips, err = s.clipRows(ctx, q, ids, f.Examiner)
	return err
}

func reviewGrades(ctx context.Context, q *query.Queries) ([]int, error) {
	rows, err := q.ListReviewGrades(ctx)
	grades := make([]int, 0, len(rows))
	for _, grade := range rows {
		grades = append(grades, int(grade))
	}
	return grades, err
}

// clipsToReview is the queue by doubts, whoever asks.
func (s *Store) clipsToReview(ctx context.Context, q *query.Queries, f ReviewFilter) ([]query.ListReviewQueueRow, error) {
	hidden := []string{}
	if f.Examiner != "" {
		var err error
		if hidden, err = s.notFinal(ctx, q); err != nil {
			return nil, err
		}
	}
	list, err := json.Marshal(hidden)
	if err != nil {
		return nil, err
	}
	return q.ListReviewQueue(ctx, query.ListReviewQueueParams{
		Hidden:   string(list),
		State:    string(f.State),
		Subject:  f.Subject,
		Verdict:  exam.Urgency(f.Verdict),
		Open:     sqlkit.Flag(f.Open),
		Sealed:   f.Sealed.wanted(),
		Grade:    int64(f.Grade),
		Who:      f.Who,
		Unmarked: sqlkit.Flag(f.Unmarked),
		Examiner: f.Examiner,
	})
}

// notFinal lists the timed-out orders that examiners do not see yet. A
// submitted order is final; of a timed-out one its days decide (R16).
func (s *Store) notFinal(ctx context.Context, q *query.Queries) ([]string, error) {
	rows, err := q.ListTimedOut(ctx)
	ids := []string{}
	for _, row := range rows {
		order := exam.Order{
			Registration:  exam.Registration{Window: exam.Window{ClosesAt: s.at(row.WindowCloses)}},
			WindowMovedAt: maybeAt(row.WindowMovedAt, s.Rules().Location),
			Attempts:      []exam.Attempt{{State: exam.AutoSubmitted, Deadline: s.at(row.Deadline)}},
		}
		if !order.IsFinal(s.Rules(), s.Now()) {
			ids = append(ids, row.ID)
		}
	}
	return ids, err
}

// after is what comes in staff's queue after the filter's clip, all of it after "".
func after(ctx context.Context, q *query.Queries, queue []query.ListReviewQueueRow, f ReviewFilter) (ids []string, err error) {
	var place query.FindQueuePlaceRow
	if f.After != "" {
		if place, err = q.FindQueuePlace(ctx, f.After); err != nil {
			return nil, sqlkit.Absent(err)
		}
	}
	for _, row := range queue {
		if f.After == "" || f.compare(row, place) > 0 {
			ids = append(ids, row.ID)
		}
	}
	return ids, nil
}

// compare says whether the row comes after (1) or before the filter's clip.
func (f ReviewFilter) compare(row query.ListReviewQueueRow, place query.FindQueuePlaceRow) int {
	return cmp.Or(cmp.Compare(place.Urgency, row.Urgency), cmp.Compare(row.ReceivedAt, place.ReceivedAt), strings.Compare(row.ID, f.After))
}

// ListClips returns at most limit clips, of running attempts too, received
// before that clip ("" from the newest), and the clip before which the next
// page starts, "" at the end.
func (s *Store) ListClips(ctx context.Context, before string, limit int) (clips []ClipRow, next string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		from := query.ListClipIDsParams{Before: s.Now().Add(time.Hour).UnixMilli(), MaxRows: int64(limit)}
		if before != "" {
			row, err := q.FindClip(ctx, before)
			if err != nil {
				return sqlkit.Absent(err)
			}
			from.Before, from.BeforeID = row.ReceivedAt, row.ID
		}
		ids, err := q.ListClipIDs(ctx, from)
		if err != nil {
			return err
		}
		if len(ids) == limit {
			next = ids[limit-1]
		}
		clips, err = s.clipRows(ctx, q, ids, "")
		return err
	})
	return clips, next, err
}

// FindClipRow is the row of one clip, for who asks as in ReviewFilter.
func (s *Store) FindClipRow(ctx context.Context, id, examiner string) (row ClipRow, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := s.clipRows(ctx, q, []string{id}, examiner)
		if err == nil && len(rows) == 0 {
			err = refusal.New(refusal.NotFound)
		}
		if err != nil {
			return err
		}
		row = rows[0]
		return nil
	})
	return row, err
}

// clipRows are the rows of these clips; an examiner is not told whose they are,
// nor of doubts about the identity (R21).
func (s *Store) clipRows(ctx context.Context, q *query.Queries, ids []string, examiner string) ([]ClipRow, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := q.ListClipRows(ctx, query.ListClipRowsParams{Ids: string(list), Examiner: examiner})
	clips := make([]ClipRow, 0, len(rows))
	for _, row := range rows {
		clip := s.clipRow(row)
		if examiner != "" {
			clip.Name, clip.Ticket, clip.Doubts = "", "", exam.Anonymous(clip.Doubts)
		}
		clips = append(clips, clip)
	}
	if err != nil || examiner == "" {
		return clips, err
	}
	work, err := workOf(ctx, q, s.Rules(), examiner)
	return work.asInProbe(clips), err
}

func (s *Store) clipRow(row query.ListClipRowsRow) ClipRow {
	clip := ClipRow{
		ID:         row.ID,
		OrderID:    row.OrderID,
		State:      exam.ClipState(row.ClipState),
		ReceivedAt: s.at(row.ReceivedAt),
		Size:       row.Size,
		Duration:   time.Duration(row.DurationMs) * time.Millisecond,
		Code:       row.Code,
		Item:       row.Item,
		itemID:     row.ItemID,
		Piece:      row.Piece,
		Name:       row.Name,
		Ticket:     row.Ticket,
		Subject:    row.Subject,
		Grade:      int(row.Grade),
		Ticks:      int(row.Ticks),
		Sealed:     row.SealedAt != nil,
		Marked:     row.Marked != 0,
		Examined:   row.Urgency > 0,
	}
	for doubt := range strings.SplitSeq(row.Doubts, ",") {
		if verdict, kind, found := strings.Cut(doubt, ":"); found {
			clip.Doubts = append(clip.Doubts, exam.Finding{Kind: exam.Kind(kind), Verdict: exam.Verdict(verdict)})
		}
	}
	return clip
}
