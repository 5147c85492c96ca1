package store

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ReviewFilter chooses clips to review; empty fields choose all.
type ReviewFilter struct {
	State   exam.ClipState
	Subject string
	Verdict exam.Verdict // the worst one
	Grade   int
	Open    bool // ticks are not complete
	// Sealed chooses by whether the order is in a batch: SealedOut, SealedOnly
	// or SealedToo.
	Sealed   Sealed
	Unmarked bool   // waits for a mark of Examiner
	Examiner string // who asks, whose marks count and who sees final orders only, and not whose they are (R21); "" is staff
	Who      string // part of the candidate's name or ticket number, or the exam code
	Final    bool   // of final orders only (R21)
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

// ReviewClip is a clip in the reviewers' queue, without its order.
type ReviewClip struct {
	ID          string
	OrderID     string
	State       exam.ClipState
	ReceivedAt  time.Time
	Duration    time.Duration
	Code        string
	Item, Piece string
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

// ReviewPage is a page of the queue, the most doubtful first.
type ReviewPage struct {
	Clips    []ReviewClip
	Next     string // "" after the last
	Count    int    // of all that the filter chooses
	Subjects []string
	Grades   []int
}

// Anonymous is the clip as an examiner sees it (R21).
func (c ReviewClip) Anonymous() ReviewClip {
	c.Name, c.Ticket, c.Doubts = "", "", exam.Anonymous(c.Doubts)
	return c
}

// FindExaminersOrder is FindClipOrder for an examiner, who sees final orders
// only (R21).
func (s *Store) FindExaminersOrder(ctx context.Context, clipID string) (exam.Order, error) {
	order, err := s.FindClipOrder(ctx, clipID)
	if err == nil {
		err = order.CheckExaminer(clipID, s.rules, s.Now())
	}
	if err != nil {
		return exam.Order{}, err
	}
	return order, nil
}

// ListReview returns a page of the clips that travel, the most doubtful first.
func (s *Store) ListReview(ctx context.Context, f ReviewFilter) (page ReviewPage, err error) {
	if f.Examiner != "" {
		if f.Who != "" {
			return page, refusal.New(exam.RoleNotAllowed) // a name that finds a clip is a name told (R21)
		}
		f.Final = true
	}
	err = s.read(ctx, func(q *query.Queries) error {
		if page.Subjects, err = q.ListReviewSubjects(ctx); err != nil {
			return err
		}
		grades, err := q.ListReviewGrades(ctx)
		if err != nil {
			return err
		}
		page.Grades = make([]int, 0, len(grades))
		for _, grade := range grades {
			page.Grades = append(page.Grades, int(grade))
		}
		count, err := q.CountReviewQueue(ctx, query.CountReviewQueueParams{
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
		if err != nil {
			return err
		}
		page.Count = int(count)
		err = s.reviewPage(ctx, q, f, &page)
		if f.After == "" && page.Next == "" {
			page.Count = len(page.Clips) // also without those that an examiner does not see yet (R21)
		}
		return err
	})
	if f.Examiner != "" {
		for i := range page.Clips {
			page.Clips[i] = page.Clips[i].Anonymous()
		}
	}
	return page, err
}

// reviewPage reads on until the page is full: few clips are of an order that
// timed out and is not final yet.
func (s *Store) reviewPage(ctx context.Context, q *query.Queries, f ReviewFilter, page *ReviewPage) error {
	from, err := reviewFrom(ctx, q, f)
	if err != nil {
		return err
	}
	for {
		rows, err := q.ListReviewQueue(ctx, from)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if shown, err := s.shows(ctx, q, f, row); err != nil {
				return err
			} else if shown {
				page.Clips = append(page.Clips, reviewClipOf(row, s.rules.Location))
			}
			if len(page.Clips) > f.Limit {
				page.Clips = page.Clips[:f.Limit]
				page.Next = page.Clips[f.Limit-1].ID
				return nil
			}
		}
		if len(rows) < int(from.MaxRows) {
			return nil
		}
		last := rows[len(rows)-1]
		from.Urgency, from.Received, from.Clip = last.Urgency, last.ReceivedAt, last.ID
	}
}

func reviewFrom(ctx context.Context, q *query.Queries, f ReviewFilter) (query.ListReviewQueueParams, error) {
	from := query.ListReviewQueueParams{
		Urgency:  math.MaxInt64,
		State:    string(f.State),
		Subject:  f.Subject,
		Verdict:  exam.Urgency(f.Verdict),
		Open:     sqlkit.Flag(f.Open),
		Sealed:   f.Sealed.wanted(),
		Grade:    int64(f.Grade),
		Who:      f.Who,
		Unmarked: sqlkit.Flag(f.Unmarked),
		Examiner: f.Examiner,
		MaxRows:  int64(f.Limit) + 1,
	}
	if f.After == "" {
		return from, nil
	}
	row, err := q.FindUrgency(ctx, f.After)
	from.Urgency, from.Received, from.Clip = row.Urgency, row.ReceivedAt, f.After
	return from, sqlkit.Absent(err)
}

// shows says whether the row is for who asks. A submitted order is final;
// of a timed-out one its days decide (R16).
func (s *Store) shows(ctx context.Context, q *query.Queries, f ReviewFilter, row query.ListReviewQueueRow) (bool, error) {
	if !f.Final || row.SealedAt != nil || exam.AttemptState(row.AttemptState) == exam.Submitted {
		return true, nil
	}
	order, err := s.loader(q).order(ctx, row.OrderID)
	return err == nil && order.IsFinal(s.rules, s.Now()), err
}

func reviewClipOf(row query.ListReviewQueueRow, zone *time.Location) ReviewClip {
	clip := ReviewClip{
		ID:         row.ID,
		OrderID:    row.OrderID,
		State:      exam.ClipState(row.ClipState),
		ReceivedAt: at(row.ReceivedAt, zone),
		Duration:   time.Duration(row.DurationMs) * time.Millisecond,
		Code:       row.Code,
		Item:       row.Item,
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

// ListFacts returns what happened to an order (R31), oldest first; looks at it
// are none.
func (s *Store) ListFacts(ctx context.Context, orderID string) (facts []Entry, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		seen, err := q.FindSeenLine(ctx, orderID)
		if err != nil {
			return err
		}
		rows, err := q.ListOrderAudit(ctx, orderID)
		for _, row := range rows {
			if strings.HasSuffix(row.Action, "_viewed") {
				continue
			}
			entry := Entry{
				At:        s.at(row.At),
				Action:    audit.Action(row.Action),
				By:        exam.Actor{Role: exam.Role(row.ByRole), Name: row.ByName},
				OrderID:   row.OrderID,
				AttemptID: row.AttemptID,
				ClipID:    row.ClipID,
				Reason:    row.Reason,
				Later:     seen > 0 && row.Seq > seen && row.Action != string(exam.FactSealed),
			}
			if err := json.Unmarshal([]byte(row.Args), &entry.Args); err != nil {
				return err
			}
			facts = append(facts, entry)
		}
		return err
	})
	return facts, err
}

// ListMarkDrafts returns what an examiner began to mark in an order.
func (s *Store) ListMarkDrafts(ctx context.Context, orderID, examiner string) (drafts []exam.Mark, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListMarkDrafts(ctx, query.ListMarkDraftsParams{OrderID: orderID, ByName: examiner})
		for _, row := range rows {
			drafts = append(drafts, markOf(query.Mark(row), s.rules.Location))
		}
		return err
	})
	return drafts, err
}

// SaveMarkDraft keeps what an examiner began to mark, as long as it could be
// given. It is no fact: nobody else sees it and nothing of it travels.
func (s *Store) SaveMarkDraft(ctx context.Context, orderID string, m exam.Mark) error {
	return s.write(ctx, func(c *change) error {
		order, err := c.load(orderID)
		if err != nil {
			return err
		}
		if err := order.Reviewable(c.rules, c.now); err != nil {
			return err
		}
		if m.ItemID != "" && !slices.ContainsFunc(order.Attempts, func(a exam.Attempt) bool { return a.FindItem(m.ItemID) != nil }) {
			return refusal.New(refusal.NotFound)
		}
		m.At = c.now
		return c.UpsertMarkDraft(ctx, query.UpsertMarkDraftParams(markRow(orderID, m)))
	})
}

// GiveMark gives a mark, in place of the draft (R21).
func (s *Store) GiveMark(ctx context.Context, orderID string, m exam.Mark) error {
	return s.write(ctx, func(c *change) error {
		_, err := c.act(orderID, func(exam.Order) (exam.Event, error) { return exam.GiveMark{Mark: m}, nil })
		if err != nil {
			return err
		}
		return c.DeleteMarkDraft(ctx, query.DeleteMarkDraftParams{OrderID: orderID, ItemID: m.ItemID, ByName: m.By.Name})
	})
}

func markRow(orderID string, m exam.Mark) query.InsertMarkParams {
	return query.InsertMarkParams{
		OrderID:        orderID,
		ItemID:         m.ItemID,
		Technique:      string(m.Technique),
		Tempo:          string(m.Tempo),
		Interpretation: string(m.Interpretation),
		Level:          string(m.Level),
		Remarks:        m.Remarks,
		ByName:         m.By.Name,
		At:             m.At.UnixMilli(),
	}
}

func markOf(row query.Mark, zone *time.Location) exam.Mark {
	return exam.Mark{
		ItemID:         row.ItemID,
		Technique:      exam.Level(row.Technique),
		Tempo:          exam.Level(row.Tempo),
		Interpretation: exam.Level(row.Interpretation),
		Level:          exam.Level(row.Level),
		Remarks:        row.Remarks,
		By:             exam.Actor{Role: exam.ByStaff, Name: row.ByName},
		At:             at(row.At, zone),
	}
}

// saveReview writes down a clip's ticks and departures in place of what was.
func (c *change) saveReview(clip *exam.Clip) error {
	if err := c.dropReview(clip.ID); err != nil {
		return err
	}
	for _, h := range clip.Hearings {
		err := c.InsertHearing(c.ctx, query.InsertHearingParams{
			ClipID: clip.ID, Part: string(h.Part), Heard: string(h.Heard), ByName: h.By.Name, At: h.At.UnixMilli(),
		})
		if err != nil {
			return err
		}
	}
	for _, d := range clip.Departures {
		var moment *int64
		if d.Moment != nil {
			moment = new(d.Moment.Milliseconds())
		}
		err := c.InsertDeparture(c.ctx, query.InsertDepartureParams{
			ID: d.ID, ClipID: clip.ID, Category: d.Category, MomentMs: moment, Remark: d.Remark, ByName: d.By.Name, At: d.At.UnixMilli(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *change) dropReview(clipID string) error {
	if err := c.DeleteHearings(c.ctx, clipID); err != nil {
		return err
	}
	return c.DeleteDepartures(c.ctx, clipID)
}

// saveMarks writes down the order's marks in place of what was; an order
// without any keeps no drafts either (R15).
func (c *change) saveMarks(o exam.Order) error {
	if err := c.DeleteMarks(c.ctx, o.ID); err != nil {
		return err
	}
	for _, m := range o.Marks {
		if err := c.InsertMark(c.ctx, markRow(o.ID, m)); err != nil {
			return err
		}
	}
	if len(o.Marks) > 0 {
		return nil
	}
	return c.DeleteMarkDrafts(c.ctx, o.ID)
}

// review reads what reviewers and examiners said of the order.
func (l loader) review(ctx context.Context, order *exam.Order) error {
	hearings, err := l.ListHearings(ctx, order.ID)
	if err != nil {
		return err
	}
	departures, err := l.ListDepartures(ctx, order.ID)
	if err != nil {
		return err
	}
	for _, row := range hearings {
		if _, item := order.FindClip(row.ClipID); item != nil {
			item.Clip.Hearings = append(item.Clip.Hearings, exam.Hearing{
				Part: exam.Part(row.Part), Heard: exam.Heard(row.Heard), By: exam.Actor{Role: exam.ByStaff, Name: row.ByName}, At: at(row.At, l.zone),
			})
		}
	}
	for _, row := range departures {
		if _, item := order.FindClip(row.ClipID); item != nil {
			item.Clip.Departures = append(item.Clip.Departures, departureOf(row, l.zone))
		}
	}
	marks, err := l.ListMarks(ctx, order.ID)
	for _, row := range marks {
		order.Marks = append(order.Marks, markOf(row, l.zone))
	}
	return err
}

func departureOf(row query.Departure, zone *time.Location) exam.Departure {
	d := exam.Departure{
		ID: row.ID, Category: row.Category, Remark: row.Remark,
		By: exam.Actor{Role: exam.ByStaff, Name: row.ByName}, At: at(row.At, zone),
	}
	if row.MomentMs != nil {
		d.Moment = new(time.Duration(*row.MomentMs) * time.Millisecond)
	}
	return d
}

// Decide decides about an order, or about all orders of its person in one
// transaction (R20). About an order that is in a batch it is a later fact (R31).
func (s *Store) Decide(ctx context.Context, orderID string, e exam.Decide, allOrders bool) error {
	return s.write(ctx, func(c *change) error {
		order, err := c.act(orderID, func(exam.Order) (exam.Event, error) { return e, nil })
		if err != nil || !allOrders {
			return err
		}
		ids, err := c.ListOrderIDs(ctx, order.PersonKey())
		if err != nil {
			return err
		}
		for _, id := range ids {
			other := e
			other.ID = e.ID + "-" + id // told again it is the same decision
			if id == orderID {
				continue
			}
			if _, err := c.act(id, func(exam.Order) (exam.Event, error) { return other, nil }); err != nil {
				return err
			}
		}
		return nil
	})
}
