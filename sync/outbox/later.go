package outbox

import (
	"encoding/json"
	"fmt"
	"slices"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/internal/query"
)

// later writes what happened to an order after the batches that hold it (R31):
// the log's lines since, and everything that may have changed with them, as it
// stands now; the province lets a later row take the place of what it knew.
func (r *recorder) later(s Store, l store.Later) {
	o, err := s.FindRecord(r.ctx, l.OrderID)
	if err != nil {
		r.note(err)
		return
	}
	r.note(r.InsertSubject(r.ctx, query.InsertSubjectParams{OrderID: o.ID, Install: l.Install, Sequence: l.Sequence}))
	for _, clip := range o.Clips {
		if clip.ExaminedAt.After(l.Since) {
			r.examination(o, clip)
		}
	}
	for _, attempt := range o.Attempts {
		for _, item := range attempt.Items {
			if item.Clip != nil && attempt.Travels(o.At) {
				r.review(o.ID, *item.Clip)
			}
		}
	}
	for _, d := range o.Decisions {
		r.decision(o.ID, d)
	}
	for _, m := range o.Marks {
		r.mark(o.ID, m)
	}
	for _, i := range o.Irregularities {
		r.irregularity(o.ID, i)
	}
	for _, e := range o.Erasures {
		r.erasure(o.ID, e)
	}
	since := slices.DeleteFunc(o.Lines, func(line store.AuditLine) bool { return line.Seq <= l.Seen })
	for _, line := range since {
		r.fact(line)
	}
	r.withdrawn(o, since)
}

// takenBack is what a line of the log says of a tick or a departure.
type takenBack struct {
	Part      exam.Part
	Departure string
	Category  string
	ClipMs    *int64 `json:"clip_ms"`
}

// withdrawn tells of ticks and departures that are no more, the newest line of
// each: an earlier batch may have told of them.
func (r *recorder) withdrawn(o store.Record, lines []store.AuditLine) {
	told := map[string]bool{}
	for _, line := range slices.Backward(lines) {
		clip, travels := clipOf(o, line.ClipID)
		kind := exam.FactKind(line.Action)
		if !travels || kind != exam.FactHeard && kind != exam.FactDepartureUndone {
			continue
		}
		var of takenBack
		if err := json.Unmarshal([]byte(line.Args), &of); err != nil {
			r.note(fmt.Errorf("line %d of the audit log: %w", line.Seq, err))
			return
		}
		key := clip.ID + " " + string(of.Part) + of.Departure
		if told[key] || clip.HeardOf(of.Part) != "" {
			continue
		}
		told[key] = true
		r.gone(o.ID, line, of)
	}
}

func (r *recorder) gone(orderID string, line store.AuditLine, of takenBack) {
	if of.Departure == "" {
		r.note(r.InsertTick(r.ctx, query.InsertTickParams{
			OrderID: orderID, ClipID: line.ClipID, What: string(of.Part), ByName: line.By.Name, At: line.At.UnixMilli(),
		}))
		return
	}
	r.note(r.InsertDeparture(r.ctx, query.InsertDepartureParams{
		OrderID: orderID, ClipID: line.ClipID, ID: of.Departure, Category: of.Category, ClipMs: of.ClipMs, ByName: line.By.Name,
		At: line.At.UnixMilli(), WithdrawnAt: new(line.At.UnixMilli()),
	}))
}

// clipOf is a clip of the order that travels.
func clipOf(o store.Record, id string) (exam.Clip, bool) {
	attempt, item := o.FindClip(id)
	if item == nil || item.Clip == nil || !attempt.Travels(o.At) {
		return exam.Clip{}, false
	}
	return *item.Clip, true
}
