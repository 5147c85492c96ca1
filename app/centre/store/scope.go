package store

import (
	"context"
	"time"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Scope chooses orders, for papers and for the reckoning of a day; what is
// empty chooses all.
type Scope struct {
	OrderID string
	Day     time.Time   // any moment of it: windows that are open then at some time
	Window  exam.Window // exactly this one
	Subject string
	Grade   int
	Who     string // part of the name or ticket number
}

// span is the scope's day in the centre's zone, zero without one.
func (f Scope) span(zone *time.Location) (since, until time.Time) {
	if f.Day.IsZero() {
		return since, until
	}
	year, month, day := f.Day.In(zone).Date()
	since = time.Date(year, month, day, 0, 0, 0, 0, zone)
	return since, since.AddDate(0, 0, 1)
}

func (f Scope) params(zone *time.Location) query.ListScopeParams {
	since, until := f.span(zone)
	return query.ListScopeParams{
		OrderID: f.OrderID,
		Since:   milli(since),
		Until:   milli(until),
		Opens:   milli(f.Window.OpensAt),
		Closes:  milli(f.Window.ClosesAt),
		Subject: f.Subject,
		Grade:   int64(f.Grade),
		Who:     f.Who,
	}
}

// milli is 0 for the zero time.
func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Scopes are what a scope can be made of.
type Scopes struct {
	Windows []WindowChoice
	Exams   []ExamChoice
}

// WindowChoice is a window and how many orders have it.
type WindowChoice struct {
	exam.Window
	Orders int
}

// ExamChoice is a subject at a grade and how many orders have it.
type ExamChoice struct {
	Subject string
	Grade   int
	Orders  int
}

// ListScopes returns the windows, subjects and grades of all orders.
func (s *Store) ListScopes(ctx context.Context) (choices Scopes, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		windows, err := q.ListWindows(ctx)
		if err != nil {
			return err
		}
		for _, row := range windows {
			window := exam.Window{OpensAt: s.at(row.WindowOpens), ClosesAt: s.at(row.WindowCloses)}
			choices.Windows = append(choices.Windows, WindowChoice{window, int(row.Orders)})
		}
		exams, err := q.ListExams(ctx)
		for _, row := range exams {
			choices.Exams = append(choices.Exams, ExamChoice{row.Subject, int(row.Grade), int(row.Orders)})
		}
		return err
	})
	return choices, err
}
