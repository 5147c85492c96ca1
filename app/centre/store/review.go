package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// FindExaminersOrder is FindClipOrder for an examiner, who sees final orders
// only, and none that they are not to mark (R21); a probe is as if nobody else had
// marked it.
func (s *Store) FindExaminersOrder(ctx context.Context, clipID, examiner string) (exam.Order, error) {
	order, err := s.FindClipOrder(ctx, clipID)
	if err == nil {
		err = order.CheckExaminer(clipID, examiner, s.Rules(), s.Now())
	}
	if err != nil {
		return exam.Order{}, err
	}
	err = s.read(ctx, func(q *query.Queries) error {
		work, err := workOf(ctx, q, s.Rules(), examiner)
		order = work.inProbe(order, s.Now())
		return err
	})
	return order, err
}

// ListFacts returns what happened to an order (R31), oldest first; looks at it
// are none, and turns are the desk's own.
func (s *Store) ListFacts(ctx context.Context, orderID string) (facts []Entry, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		seen, err := q.FindSeenLine(ctx, orderID)
		if err != nil {
			return err
		}
		rows, err := q.ListOrderAudit(ctx, orderID)
		for _, row := range rows {
			if strings.HasSuffix(row.Action, "_viewed") || strings.HasPrefix(row.Action, "turn_") {
				continue
			}
			entry, err := s.entry(row)
			if err != nil {
				return err
			}
			entry.Later = seen > 0 && row.Seq > seen && row.Action != string(exam.FactSealed)
			facts = append(facts, entry)
		}
		return err
	})
	return facts, err
}

// entry is a line of the log as it was written.
func (s *Store) entry(row query.Audit) (Entry, error) {
	entry := Entry{
		At:        s.at(row.At),
		Action:    audit.Action(row.Action),
		By:        exam.Actor{Role: exam.Role(row.ByRole), Name: row.ByName},
		OrderID:   row.OrderID,
		AttemptID: row.AttemptID,
		ClipID:    row.ClipID,
		Reason:    row.Reason,
	}
	return entry, json.Unmarshal([]byte(row.Args), &entry.Args)
}

// AnonymousFacts are those of ListFacts that an examiner is told (R21).
func AnonymousFacts(facts []Entry, examiner string) (told []Entry) {
	for _, e := range facts {
		fact, ok := exam.Fact{Kind: exam.FactKind(e.Action), By: e.By, Reason: e.Reason}.Anonymous(examiner)
		if e.Reason = fact.Reason; ok {
			told = append(told, e)
		}
	}
	return told
}

// ListMarkDrafts returns what an examiner began to mark in an order.
func (s *Store) ListMarkDrafts(ctx context.Context, orderID, examiner string) (drafts []exam.Mark, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListMarkDrafts(ctx, query.ListMarkDraftsParams{OrderID: orderID, ByName: examiner})
		for _, row := range rows {
			drafts = append(drafts, draftOf(row, s.Rules().Location))
		}
		return err
	})
	return drafts, err
}

// SaveMarkDraft keeps what an examiner began to mark, where a mark would be
// taken. It is no fact: nobody else sees it and nothing of it travels. One that
// says nothing, or no more than the mark that is in force, is forgotten.
func (s *Store) SaveMarkDraft(ctx context.Context, orderID string, m exam.Mark) error {
	return s.write(ctx, func(c *change) error {
		order, err := c.load(orderID)
		if err != nil {
			return err
		}
		work, err := workOf(ctx, c.Queries, c.rules, m.By.Name)
		if err != nil {
			return err
		}
		if err := work.closed(order); err != nil {
			return err
		}
		order = work.inProbe(order, c.now)
		if err := order.CheckMark(m, c.rules, c.now); err != nil {
			return err
		}
		m.At = c.now
		if m.Empty() || slices.ContainsFunc(order.Marks, m.Says) {
			return c.DeleteMarkDraft(ctx, query.DeleteMarkDraftParams{OrderID: orderID, ItemID: m.ItemID, ByName: m.By.Name})
		}
		return c.UpsertMarkDraft(ctx, draftRow(orderID, m))
	})
}

// GiveMark gives a mark, in place of the draft (R21).
func (s *Store) GiveMark(ctx context.Context, orderID string, m exam.Mark) error {
	return s.write(ctx, func(c *change) error {
		if err := c.review(orderID, m.By.Name, exam.GiveMark{Mark: m}); err != nil {
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
		Round:          int64(m.Round),
	}
}

func draftRow(orderID string, m exam.Mark) query.UpsertMarkDraftParams {
	row := markRow(orderID, m)
	return query.UpsertMarkDraftParams{
		OrderID: row.OrderID, ItemID: row.ItemID, Technique: row.Technique, Tempo: row.Tempo, Interpretation: row.Interpretation,
		Level: row.Level, Remarks: row.Remarks, ByName: row.ByName, At: row.At,
	}
}

func draftOf(row query.MarkDraft, zone *time.Location) exam.Mark {
	return markOf(query.Mark{
		ItemID: row.ItemID, Technique: row.Technique, Tempo: row.Tempo, Interpretation: row.Interpretation,
		Level: row.Level, Remarks: row.Remarks, ByName: row.ByName, At: row.At,
	}, zone)
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
		Round:          int(row.Round),
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

// saveRecusals writes down who does not mark the order, in place of what was; what
// they began is gone.
func (c *change) saveRecusals(o exam.Order) error {
	if err := c.DeleteRecusals(c.ctx, o.ID); err != nil {
		return err
	}
	for _, r := range o.Recusals {
		err := c.InsertRecusal(c.ctx, query.InsertRecusalParams{
			OrderID: o.ID, Examiner: r.Examiner, Reason: r.Reason, ByName: r.By.Name, At: r.At.UnixMilli(),
		})
		if err != nil {
			return err
		}
		if err := c.DeleteOpenProbe(c.ctx, query.DeleteOpenProbeParams{Examiner: r.Examiner, OrderID: o.ID}); err != nil {
			return err
		}
		if err := c.DeleteOrderDraftsOf(c.ctx, query.DeleteOrderDraftsOfParams{OrderID: o.ID, ByName: r.Examiner}); err != nil {
			return err
		}
	}
	return c.saveMarks(o)
}

func (l loader) recusals(ctx context.Context, orderID string) (all []exam.Recusal, err error) {
	rows, err := l.ListRecusals(ctx, orderID)
	for _, row := range rows {
		all = append(all, exam.Recusal{
			Examiner: row.Examiner, Reason: row.Reason, By: exam.Actor{Role: exam.ByStaff, Name: row.ByName}, At: at(row.At, l.zone),
		})
	}
	return all, err
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
// transaction (R20). Where the same is in force it stays; AlreadyDecided if that is
// so of all. About an order that is in a batch it is a later fact (R31).
func (s *Store) Decide(ctx context.Context, orderID string, e exam.Decide, allOrders bool) error {
	return s.write(ctx, func(c *change) error {
		order, err := c.load(orderID)
		if err != nil {
			return err
		}
		ids := []string{orderID}
		if allOrders {
			if ids, err = c.ListOrderIDs(ctx, order.PersonKey()); err != nil {
				return err
			}
		}
		made, held := 0, error(nil)
		for _, id := range ids {
			one := e
			if id != orderID {
				one.ID = e.ID + "-" + id // told again it is the same decision
			}
			switch _, err := c.act(id, func(exam.Order) (exam.Event, error) { return one, nil }); {
			case err == nil:
				made++
			case refusal.CodeOf(err) == exam.AlreadyDecided:
				held = err
			default:
				return err
			}
		}
		if made > 0 {
			return nil
		}
		return held
	})
}
