package store

import (
	"context"
	"slices"
	"strings"

	"kaodian/app/exam"
	"kaodian/app/province/store/internal/query"
)

// Review is what people at the centre said of a clip: the announcement's ticks
// (R33), the departures that they marked (R32), the marks (R21) and what they
// decided (R20).
type Review struct {
	Hearings   []exam.Hearing
	Departures []exam.Departure
	Marks      []exam.Mark // of the clip's item, then of the order as a whole
	Decisions  []Decision  // of the clip, and of the order as a whole
	// What went wrong at the order, also in another attempt (R31).
	Irregularities []Irregularity
}

// Irregularity is what was noted, and by whom and why it was taken back.
type Irregularity struct {
	exam.Irregularity
	UndoneBy, UndoneFor string // "" while it stands
}

// Decision is what was decided, and by whom and why it was taken back.
type Decision struct {
	exam.Decision
	UndoneBy, UndoneFor string // "" while it holds
}

// newest leaves of the rows of one key only the last, at the place of the first.
func newest[R any, K comparable](rows []R, key func(R) K) []R {
	places := map[K]int{}
	var list []R
	for _, row := range rows {
		if place, found := places[key(row)]; found {
			list[place] = row
			continue
		}
		places[key(row)] = len(list)
		list = append(list, row)
	}
	return list
}

// reviewOf reads what the clip's batch and the later ones tell of it (R31).
func reviewOf(ctx context.Context, q *query.Queries, row query.ListClipsRow) (r Review, err error) {
	ticks, err := q.ListTicks(ctx, query.ListTicksParams{Batch: row.Batch, OrderID: row.OrderID, Clip: row.ID})
	if err != nil {
		return r, err
	}
	for _, t := range newest(ticks, func(t query.Tick) string { return t.What }) {
		if t.Heard != "" { // else it was taken back
			r.Hearings = append(r.Hearings, exam.Hearing{Part: exam.Part(t.What), Heard: exam.Heard(t.Heard), By: staff(t.ByName), At: at(t.At)})
		}
	}
	if r.Departures, err = departuresOf(ctx, q, row); err != nil {
		return r, err
	}
	if r.Marks, err = marksOf(ctx, q, row); err != nil {
		return r, err
	}
	if r.Decisions, err = decisionsOf(ctx, q, row); err != nil {
		return r, err
	}
	r.Irregularities, err = irregularitiesOf(ctx, q, row)
	return r, err
}

func departuresOf(ctx context.Context, q *query.Queries, row query.ListClipsRow) (all []exam.Departure, err error) {
	rows, err := q.ListDepartures(ctx, query.ListDeparturesParams{Batch: row.Batch, OrderID: row.OrderID, Clip: row.ID})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	facts, err := q.ListRemarks(ctx, query.ListRemarksParams{Batch: row.Batch, OrderID: row.OrderID, Clip: row.ID})
	if err != nil {
		return nil, err
	}
	type marked struct {
		at       int64
		category string
	}
	remarks := map[marked]string{}
	for _, f := range facts { // the last one in the list is the first that was written
		remarks[marked{f.At, f.Category}] = f.Reason
	}
	for _, d := range newest(rows, func(d query.Departure) string { return d.ID }) {
		if d.WithdrawnAt != nil {
			continue
		}
		departure := exam.Departure{Category: d.Category, Remark: remarks[marked{d.At, d.Category}], By: staff(d.ByName), At: at(d.At)}
		if d.ClipMs != nil {
			departure.Moment = new(milliseconds(*d.ClipMs))
		}
		all = append(all, departure)
	}
	return all, nil
}

// marksOf are the newest marks of each examiner, of the item before those of
// the order.
func marksOf(ctx context.Context, q *query.Queries, row query.ListClipsRow) (all []exam.Mark, err error) {
	rows, err := q.ListMarks(ctx, query.ListMarksParams{Batch: row.Batch, OrderID: row.OrderID, ItemID: row.ItemID})
	type giver struct {
		item, side, examiner string
		round                int64
	}
	for _, m := range newest(rows, func(m query.Mark) giver { return giver{m.ItemID, m.Side, m.Examiner, m.Round} }) {
		all = append(all, exam.Mark{
			ItemID: m.ItemID, Technique: exam.Level(m.Technique), Tempo: exam.Level(m.Tempo), Interpretation: exam.Level(m.Interpretation),
			Level: exam.Level(m.Level), Remarks: m.Remarks, By: staff(m.ByName), At: at(m.At), Round: int(m.Round),
		})
	}
	slices.SortStableFunc(all, func(a, b exam.Mark) int { return strings.Compare(b.ItemID, a.ItemID) })
	return all, err
}

func decisionsOf(ctx context.Context, q *query.Queries, row query.ListClipsRow) (all []Decision, err error) {
	rows, err := q.ListDecisions(ctx, query.ListDecisionsParams{Batch: row.Batch, OrderID: row.OrderID, Clip: row.ID})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	undone, err := undoneOf(ctx, q, row)
	if err != nil {
		return nil, err
	}
	for _, d := range newest(rows, func(d query.Decision) string { return d.ID }) {
		decision := Decision{Decision: exam.Decision{
			ID: d.ID, Kind: exam.DecisionKind(d.Kind), ClipID: d.ClipID, Reason: d.Reason,
			By: exam.Actor{Role: exam.Role(d.ByRole), Name: d.ByName}, At: at(d.At), Pending: d.Pending != 0,
			ConfirmedAt: maybeAt(d.ConfirmedAt), UndoneAt: maybeAt(d.UndoneAt),
		}}
		if d.UndoneAt != nil {
			by := undone[takenBack{d.ID, *d.UndoneAt}]
			decision.UndoneBy, decision.UndoneFor = by.ByName, by.Reason
		}
		all = append(all, decision)
	}
	return all, nil
}

// takenBack is a decision or an irregularity, and when it was taken back.
type takenBack struct {
	id string
	at int64
}

func undoneOf(ctx context.Context, q *query.Queries, row query.ListClipsRow) (map[takenBack]query.ListUndoneRow, error) {
	facts, err := q.ListUndone(ctx, query.ListUndoneParams{Batch: row.Batch, OrderID: row.OrderID})
	undone := map[takenBack]query.ListUndoneRow{}
	for _, f := range facts {
		undone[takenBack{f.Of, f.At}] = f
	}
	return undone, err
}

func irregularitiesOf(ctx context.Context, q *query.Queries, row query.ListClipsRow) (all []Irregularity, err error) {
	rows, err := q.ListIrregularities(ctx, query.ListIrregularitiesParams{Batch: row.Batch, OrderID: row.OrderID})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	undone, err := undoneOf(ctx, q, row)
	if err != nil {
		return nil, err
	}
	for _, i := range newest(rows, func(i query.Irregularity) string { return i.ID }) {
		one := Irregularity{Irregularity: exam.Irregularity{
			ID: i.ID, AttemptID: i.AttemptID, Category: i.Category, Remark: i.Remark,
			By: exam.Actor{Role: exam.Role(i.ByRole), Name: i.ByName}, At: at(i.At), UndoneAt: maybeAt(i.UndoneAt),
		}}
		if i.UndoneAt != nil {
			by := undone[takenBack{i.ID, *i.UndoneAt}]
			one.UndoneBy, one.UndoneFor = by.ByName, by.Reason
		}
		all = append(all, one)
	}
	return all, nil
}

func staff(name string) exam.Actor { return exam.Actor{Role: exam.ByStaff, Name: name} }
