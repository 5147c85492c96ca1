package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// The queue of an examiner with the probes in it. An examiner who takes it from its
// top has the day's first order and every so many-th as a standard order; nothing of
// a row tells which.

// placed is a clip of an examiner's queue.
type placed struct {
	place
	row query.ListReviewQueueRow
}

// examinersQueue is all that the filter chooses, in the examiner's order: a page is a
// piece of it, and the count its length.
func (s *Store) examinersQueue(ctx context.Context, q *query.Queries, f ReviewFilter) ([]placed, error) {
	base, err := s.clipsToReview(ctx, q, f)
	if err != nil {
		return nil, err
	}
	work, err := workOf(ctx, q, s.Rules(), f.Examiner)
	if err != nil {
		return nil, err
	}
	queue := work.real(base)
	if !work.nothing() {
		probes, err := s.probesIn(ctx, q, f, work, base)
		if err != nil {
			return nil, err
		}
		queue = append(queue, probes...)
	}
	slices.SortFunc(queue, func(a, b placed) int { return a.compare(b.place) })
	return queue, nil
}

// real are the clips that are no probe and may be marked, each in its place.
func (w work) real(base []query.ListReviewQueueRow) []placed {
	queue := make([]placed, 0, len(base))
	waits := map[string]bool{}
	for _, row := range base {
		if _, known := waits[row.Subject]; !known {
			waits[row.Subject] = len(w.toQualify(row.Subject)) > 0
		}
		if w.isProbe(row.OrderID) || waits[row.Subject] && !w.met[row.OrderID] {
			continue
		}
		queue = append(queue, placed{placeOf(w.examiner, row.OrderID, row.ItemID), row})
	}
	return queue
}

// probesIn are the clips of the probes that the filter chooses.
func (s *Store) probesIn(ctx context.Context, q *query.Queries, f ReviewFilter, w work, rows []query.ListReviewQueueRow) (queue []placed, err error) {
	if !f.Unmarked { // places are the same whatever is asked for
		waiting := f
		waiting.Unmarked = true
		if rows, err = s.clipsToReview(ctx, q, waiting); err != nil {
			return nil, err
		}
	}
	places := w.qualifying(rows)
	if err := s.addSeeds(ctx, q, w, rows, places); err != nil {
		return nil, err
	}
	for _, one := range w.probes {
		if one.ended() && !(one.OfStandard() && w.met[one.OrderID]) {
			places[one.OrderID] = placeOf(w.examiner, one.OrderID, "")
		}
	}
	for _, one := range w.appeals {
		if known := w.find(one.OrderID); w.appeal(one.OrderID) != nil && (known == nil || known.Finished.IsZero()) {
			places[one.OrderID] = placeOf(w.examiner, one.OrderID, "")
		}
	}
	for _, one := range w.begun(exam.ProbeAgain) { // not in its former neighbourhood
		places[one.OrderID] = place{lot: lot(w.examiner, one.OrderID+" again")}
	}
	return w.clipsAt(ctx, q, f, places)
}

// qualifying are the places of the standard orders that come before real ones.
func (w work) qualifying(waiting []query.ListReviewQueueRow) map[string]place {
	places := map[string]place{}
	known := map[string]bool{}
	for _, row := range waiting {
		if known[row.Subject] || w.isProbe(row.OrderID) || w.met[row.OrderID] {
			continue
		}
		known[row.Subject] = true
		for _, id := range w.toQualify(row.Subject) {
			places[id] = placeOf(w.examiner, id, "")
		}
	}
	return places
}

// addSeeds puts standard orders between the real ones that wait: each where it is due,
// before an order of its subject.
func (s *Store) addSeeds(ctx context.Context, q *query.Queries, w work, rows []query.ListReviewQueueRow, places map[string]place) error {
	if w.rules.SeedEvery == 0 {
		return nil
	}
	left, err := w.untilSeed(ctx, q, s.Now())
	if err != nil {
		return err
	}
	seeds := w.seeds(places)
	before := place{}
	for _, order := range ordersOf(w.real(rows)) {
		at := slices.IndexFunc(seeds, func(seed seed) bool { return seed.subject == order.row.Subject })
		if left <= 0 && at >= 0 {
			places[seeds[at].orderID] = place{lot: before.lot, behind: 1}
			seeds = slices.Delete(seeds, at, at+1)
			left = w.rules.SeedEvery - 1
		}
		left--
		before = order.place
	}
	return nil
}

type seed struct{ orderID, subject string }

// seeds are the standard orders that may come next, begun ones first.
func (w work) seeds(taken map[string]place) (seeds []seed) {
	for _, row := range w.begun(exam.ProbeSeed) {
		seeds = append(seeds, seed{row.OrderID, row.Subject})
	}
	for _, row := range w.byLot(w.unmet()) {
		if _, is := taken[row.OrderID]; !is {
			seeds = append(seeds, seed{row.OrderID, row.Subject})
		}
	}
	return seeds
}

// byLot is in the examiner's own random order.
func (w work) byLot(rows []StandardRow) []StandardRow {
	slices.SortFunc(rows, func(a, b StandardRow) int {
		return cmp.Compare(lot(w.examiner, a.OrderID), lot(w.examiner, b.OrderID))
	})
	return rows
}

// untilSeed is how many real orders come before the next standard order: none on a day
// that has had none yet.
func (w work) untilSeed(ctx context.Context, q *query.Queries, now time.Time) (int, error) {
	var last time.Time
	for _, row := range w.probes {
		if row.OfStandard() && row.Finished.After(last) {
			last = row.Finished
		}
	}
	if last.Format(time.DateOnly) != now.Format(time.DateOnly) {
		return 0, nil
	}
	marked, err := q.CountWholesSince(ctx, query.CountWholesSinceParams{ByName: w.examiner, At: last.UnixMilli()})
	return w.rules.SeedEvery - 1 - int(marked), err
}

// ordersOf is one row of each order, in their order.
func ordersOf(queue []placed) (orders []placed) {
	slices.SortFunc(queue, func(a, b placed) int { return a.compare(b.place) })
	for i, one := range queue {
		if i == 0 || one.row.OrderID != queue[i-1].row.OrderID {
			orders = append(orders, one)
		}
	}
	return orders
}

// clipsAt are the clips of these orders that the filter chooses, at their places.
func (w work) clipsAt(ctx context.Context, q *query.Queries, f ReviewFilter, places map[string]place) (queue []placed, err error) {
	ids := make([]string, 0, len(places))
	for id := range places {
		ids = append(ids, id)
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	rows, err := q.ListProbeClips(ctx, string(list))
	for _, row := range rows {
		if !w.chooses(f, row) {
			continue
		}
		at := places[row.OrderID]
		at.order, at.item = row.OrderID, row.ItemID
		queue = append(queue, placed{at, query.ListReviewQueueRow{
			ID: row.ID, Urgency: row.Urgency, ReceivedAt: row.ReceivedAt, ItemID: row.ItemID, DurationMs: row.DurationMs, OrderID: row.OrderID, Subject: row.Subject,
		}})
	}
	return queue, err
}

// chooses says whether the filter chooses the clip as it is in the probe: ticked and
// marked by its examiner alone, and in no batch.
func (w work) chooses(f ReviewFilter, row query.ListProbeClipsRow) bool {
	probe := w.find(row.OrderID)
	if probe == nil {
		probe = &exam.Probe{}
	}
	unmarkable := func(i exam.Irregularity) bool { return i.ClipID == row.ID }
	switch {
	case f.State != "" && string(f.State) != row.State,
		f.Subject != "" && f.Subject != row.Subject,
		f.Grade != 0 && int64(f.Grade) != row.Grade,
		f.Verdict != "" && exam.Urgency(f.Verdict) != row.Urgency,
		f.Sealed == SealedOnly,
		f.Open && len(probe.Said.Hearings[row.ID]) == len(exam.Parts),
		f.Unmarked && (probe.Item(row.ItemID) != nil || slices.ContainsFunc(probe.Said.Unmarkable, unmarkable)):
		return false
	}
	return true
}

// asInProbe are the rows as the examiner of the probes sees them.
func (w work) asInProbe(clips []ClipRow) []ClipRow {
	for i, clip := range clips {
		if !w.isProbe(clip.OrderID) {
			continue
		}
		clips[i].Sealed, clips[i].Ticks, clips[i].Marked = false, 0, false
		if probe := w.find(clip.OrderID); probe != nil {
			clips[i].Ticks, clips[i].Marked = len(probe.Said.Hearings[clip.ID]), probe.Item(clip.itemID) != nil
		}
	}
	return clips
}

// marksIn are the marks of items that the examiner gave in probes of the filter's
// subject and grade.
func (w work) marksIn(f ReviewFilter) (marks []exam.Mark) {
	for _, row := range w.probes {
		if f.Subject != "" && f.Subject != row.Subject || f.Grade != 0 && f.Grade != row.Grade {
			continue
		}
		for _, mark := range row.Said.Marks {
			if mark.ItemID != "" {
				marks = append(marks, mark)
			}
		}
	}
	return marks
}
