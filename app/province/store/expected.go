package store

import (
	"context"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/province/store/internal/query"
)

// Expected is an order that a published list tells a centre to examine.
type Expected struct {
	Ticket            string
	Subject           string
	Grade             int64
	OpensAt, ClosesAt time.Time // its window
	Day               string    // the window's last, as 2026-07-01 in the zone of the list
}

// ExpectedDay is how much of one day of a centre has come.
type ExpectedDay struct {
	Centre             string
	Day                string
	Expected, Received int64
	Late               int64 // did not come, although the window closed LateAfter ago
}

// LateAfter is how long after the end of its window an order is late. A centre
// seals what is final every evening and sends it with the next line; a day in
// which nobody opened the centre is between.
const LateAfter = 48 * time.Hour

// ListExpected returns the days of a centre, with "" of all that the account may
// see: those with something late first, then the newest.
func (s *Store) ListExpected(ctx context.Context, within login.Centres, centre string, limit int) (days []ExpectedDay, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListExpectedDays(ctx, query.ListExpectedDaysParams{
			LateFrom: s.Now().Add(-LateAfter).UnixMilli(), Centre: centre, Centres: string(within), MaxRows: int64(limit),
		})
		for _, row := range rows {
			days = append(days, ExpectedDay{Centre: row.Centre, Day: row.Day, Expected: row.Expected, Received: row.Received, Late: row.Late})
		}
		return err
	})
	return days, err
}

// ListMissing returns what did not come of one day of a centre, by ticket, after
// the one named.
func (s *Store) ListMissing(ctx context.Context, centre, day, after string, limit int) (list []Expected, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListMissing(ctx, query.ListMissingParams{Centre: centre, Day: day, After: after, MaxRows: int64(limit)})
		for _, row := range rows {
			list = append(list, Expected{Ticket: row.Ticket, Subject: row.Subject, Grade: row.Grade, OpensAt: at(row.WindowOpens), ClosesAt: at(row.WindowCloses), Day: day})
		}
		return err
	})
	return list, err
}

// expect writes down what a list tells its centre to examine.
func (c *change) expect(ctx context.Context, of Ref, list []Expected) error {
	for _, one := range list {
		err := c.InsertExpected(ctx, query.InsertExpectedParams{
			Centre: of.Centre, Ticket: one.Ticket, Install: of.Install, Sequence: of.Sequence, Subject: one.Subject, Grade: one.Grade,
			WindowOpens: one.OpensAt.UnixMilli(), WindowCloses: one.ClosesAt.UnixMilli(), Day: one.Day,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
