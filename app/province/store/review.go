package store

import (
	"context"

	"kaodian/app/exam"
	"kaodian/app/province/store/internal/query"
)

// Review is what people at the centre said of a clip: the announcement's ticks
// (R33), the departures that they marked (R32) and the marks (R21).
type Review struct {
	Hearings   []exam.Hearing
	Departures []exam.Departure
	Marks      []exam.Mark // of the clip's item, then of the order as a whole
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
	return r, err
}

func staff(name string) exam.Actor { return exam.Actor{Role: exam.ByStaff, Name: name} }
