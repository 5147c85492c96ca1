package store

import (
	"context"

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
}

// Decision is what was decided, and by whom and why it was taken back.
type Decision struct {
	exam.Decision
	UndoneBy, UndoneFor string // "" while it holds
}

func reviewOf(ctx context.Context, q *query.Queries, row query.ListClipsRow) (r Review, err error) {
	ticks, err := q.ListTicks(ctx, query.ListTicksParams{Batch: row.Batch, ClipID: row.ID})
	if err != nil {
		return r, err
	}
	for _, t := range ticks {
		r.Hearings = append(r.Hearings, exam.Hearing{Part: exam.Part(t.What), Heard: exam.Heard(t.Heard), By: staff(t.ByName), At: at(t.At)})
	}
	departures, err := q.ListDepartures(ctx, query.ListDeparturesParams{Batch: row.Batch, Clip: row.ID})
	if err != nil {
		return r, err
	}
	for _, d := range departures {
		departure := exam.Departure{Category: d.Category, Remark: d.Remark, By: staff(d.ByName), At: at(d.At)}
		if d.ClipMs != nil {
			departure.Moment = new(milliseconds(*d.ClipMs))
		}
		r.Departures = append(r.Departures, departure)
	}
	marks, err := q.ListMarks(ctx, query.ListMarksParams{Batch: row.Batch, OrderID: row.OrderID, ItemID: row.ItemID})
	for _, m := range marks {
		r.Marks = append(r.Marks, exam.Mark{
			ItemID: m.ItemID, Technique: exam.Level(m.Technique), Tempo: exam.Level(m.Tempo), Interpretation: exam.Level(m.Interpretation),
			Level: exam.Level(m.Level), Remarks: m.Remarks, By: staff(m.ByName), At: at(m.At),
		})
	}
	if err != nil {
		return r, err
	}
	r.Decisions, err = decisionsOf(ctx, q, row)
	return r, err
}

func decisionsOf(ctx context.Context, q *query.Queries, row query.ListClipsRow) (all []Decision, err error) {
	rows, err := q.ListDecisions(ctx, query.ListDecisionsParams{Batch: row.Batch, OrderID: row.OrderID, Clip: row.ID})
	for _, d := range rows {
		all = append(all, Decision{
			Decision: exam.Decision{
				ID: d.ID, Kind: exam.DecisionKind(d.Kind), ClipID: d.ClipID, Reason: d.Reason,
				By: exam.Actor{Role: exam.Role(d.ByRole), Name: d.ByName}, At: at(d.At), Pending: d.Pending != 0,
				ConfirmedAt: maybeAt(d.ConfirmedAt), UndoneAt: maybeAt(d.UndoneAt),
			},
			UndoneBy: d.UndoneBy, UndoneFor: d.UndoneFor,
		})
	}
	return all, err
}

func staff(name string) exam.Actor { return exam.Actor{Role: exam.ByStaff, Name: name} }
