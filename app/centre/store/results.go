package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ResultRow is what an order comes to, for the committee.
type ResultRow struct {
	OrderID, Ticket, Name, Subject string
	Grade                          int
	Window                         exam.Window
	Status                         exam.Status
	exam.Result
	ClipID         string              // the first of those that count, "" of none
	Voices         []exam.Voice        // where several examiners mark
	Chair          *exam.Mark          // the chair's word, nil where there is none
	Irregularities []exam.Irregularity // oldest first, those taken back among them
	Confirmed      *ConfirmedResult    // the newest, nil where nothing is
	Differs        bool                // what was confirmed says something else, or was of another name
	Published      int                 // the revision that the candidate sees, 0 of none
}

// ResultSort is what a result's page chooses rows by.
type ResultSort string

// The kinds of results: the gaps are such too, by their names.
const (
	ResultsComplete   ResultSort = "complete"   // there is an outcome
	ResultsIncomplete ResultSort = "incomplete" // there is a gap
	ResultsUnmarkable ResultSort = "unmarkable" // an item is missing, unreadable or invalid
	ResultsIrregular  ResultSort = "irregular"  // an irregularity stands

	ResultsToConfirm ResultSort = "to_confirm" // complete, and nothing is confirmed yet
	ResultsConfirmed ResultSort = "confirmed"
	ResultsDiffer    ResultSort = "differ"     // a later mark or decision says something else than was confirmed
	ResultsToPublish ResultSort = "to_publish" // the candidate does not see what was confirmed last, and it holds
	ResultsPublished ResultSort = "published"
)

// ResultSorts are all of them, in the order in which a page offers them.
func ResultSorts() []ResultSort {
	sorts := []ResultSort{ResultsComplete, ResultsIncomplete}
	for _, gap := range exam.Gaps() {
		sorts = append(sorts, ResultSort(gap))
	}
	return append(sorts, ResultsUnmarkable, ResultsIrregular, ResultsToConfirm, ResultsConfirmed, ResultsDiffer, ResultsToPublish, ResultsPublished)
}

// Is says whether the row is of that kind; every row is of «».
func (r ResultRow) Is(sort ResultSort) bool {
	switch sort {
	case "":
		return true
	case ResultsComplete:
		return r.Outcome != ""
	case ResultsIncomplete:
		return r.Outcome == ""
	case ResultsUnmarkable:
		return slices.ContainsFunc(r.Items, unmarkable)
	case ResultsIrregular:
		return slices.ContainsFunc(r.Irregularities, func(i exam.Irregularity) bool { return i.UndoneAt.IsZero() })
	}
	return r.isConfirmed(sort) || slices.Contains(r.Gaps, exam.Gap(sort))
}

func (r ResultRow) isConfirmed(sort ResultSort) bool {
	switch sort {
	case ResultsToConfirm:
		return r.Outcome != "" && r.Confirmed == nil
	case ResultsConfirmed:
		return r.Confirmed != nil
	case ResultsDiffer:
		return r.Differs
	case ResultsToPublish:
		return r.Confirmed != nil && r.Published != r.Confirmed.Revision && !r.Differs
	case ResultsPublished:
		return r.Published > 0
	}
	return false
}

func unmarkable(i exam.ItemResult) bool {
	return slices.Contains([]exam.ItemState{exam.ItemMissing, exam.ItemUnreadable, exam.ItemInvalid, exam.ItemUnmarkable}, i.State)
}

// ListResults returns what every order of the scope comes to now (R21). It asks
// a handful of questions for all of them, however many there are.
func (s *Store) ListResults(ctx context.Context, f Scope) (rows []ResultRow, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err = s.results(ctx, q, f, s.Now())
		return err
	})
	return rows, err
}

func (s *Store) results(ctx context.Context, q *query.Queries, f Scope, now time.Time) ([]ResultRow, error) {
	orders, err := q.ListScope(ctx, f.params(s.Rules().Location))
	if err != nil {
		return nil, err
	}
	// An order without a person has nobody to be told.
	orders = slices.DeleteFunc(orders, func(o query.ListScopeRow) bool { return o.ErasedAt != nil })
	return s.resultsOf(ctx, q, orders, now)
}

// resultsNow are these orders' results at the moment of a change, in their order.
func (s *Store) resultsNow(c *change, orderIDs []string) ([]ResultRow, error) {
	ids, err := json.Marshal(orderIDs)
	if err != nil {
		return nil, err
	}
	found, err := c.ListOrdersNow(c.ctx, string(ids))
	if err != nil {
		return nil, err
	}
	var orders []query.ListScopeRow
	for _, one := range found {
		orders = append(orders, query.ListScopeRow(one))
	}
	place := map[string]int{}
	for i, id := range orderIDs {
		place[id] = i
	}
	slices.SortFunc(orders, func(a, b query.ListScopeRow) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	return s.resultsOf(c.ctx, c.Queries, orders, c.now)
}

func (s *Store) resultsOf(ctx context.Context, q *query.Queries, orders []query.ListScopeRow, now time.Time) ([]ResultRow, error) {
	ids, err := idsOf(orders)
	if err != nil {
		return nil, err
	}
	facts, err := s.resultFacts(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]ResultRow, 0, len(orders))
	for _, order := range orders {
		row := s.resultRow(order, facts, now)
		if err := s.addConfirmed(&row, facts); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// resultFacts are what results follow from, by order.
type resultFacts struct {
	dayFacts
	marks     map[string][]exam.Mark
	confirmed map[string]query.ListScopeConfirmedRow
}

func (s *Store) resultFacts(ctx context.Context, q *query.Queries, ids string) (f resultFacts, err error) {
	f.dayFacts = dayFacts{
		attempts: map[string][]exam.Attempt{}, decisions: map[string][]exam.Decision{},
		checkIns: map[string][]exam.CheckIn{}, irregular: map[string][]exam.Irregularity{},
	}
	items, err := s.resultItems(ctx, q, ids)
	if err != nil {
		return f, err
	}
	attempts, err := q.ListScopeAttempts(ctx, ids)
	if err != nil {
		return f, err
	}
	for _, row := range attempts {
		attempt := s.loader(q).attempt(row)
		attempt.Items = items[row.ID]
		f.attempts[row.OrderID] = append(f.attempts[row.OrderID], attempt)
	}
	f.marks = map[string][]exam.Mark{}
	marks, err := q.ListScopeMarks(ctx, ids)
	if err != nil {
		return f, err
	}
	for _, row := range marks {
		f.marks[row.OrderID] = append(f.marks[row.OrderID], markOf(row, s.Rules().Location))
	}
	f.confirmed = map[string]query.ListScopeConfirmedRow{}
	confirmed, err := q.ListScopeConfirmed(ctx, ids)
	for _, row := range confirmed {
		f.confirmed[row.OrderID] = row
	}
	return f, errors.Join(err, s.addSaid(ctx, q, ids, f.dayFacts))
}

func (s *Store) resultItems(ctx context.Context, q *query.Queries, ids string) (map[string][]exam.Item, error) {
	rows, err := q.ListScopeResultItems(ctx, ids)
	if err != nil {
		return nil, err
	}
	items := map[string][]exam.Item{}
	for _, row := range rows {
		item, err := resultItem(row)
		if err != nil {
			return nil, err
		}
		items[row.AttemptID] = append(items[row.AttemptID], item)
	}
	return items, nil
}

func resultItem(row query.ListScopeResultItemsRow) (exam.Item, error) {
	item := exam.Item{ID: row.ID, Name: row.Name, Piece: row.Piece}
	if row.QuestionID != nil {
		item.Question = &exam.Question{ID: *row.QuestionID, Title: row.QuestionTitle}
	}
	if row.ClipID == "" {
		return item, nil
	}
	var hints []string
	err := json.Unmarshal([]byte(row.Hints), &hints)
	item.Clip = &exam.Clip{ID: row.ClipID, Broken: exam.Broken(hints)}
	return item, err
}

func (s *Store) resultRow(row query.ListScopeRow, f resultFacts, now time.Time) ResultRow {
	rules := s.Rules()
	order := exam.Order{
		ID:             row.ID,
		Registration:   exam.Registration{Window: exam.Window{OpensAt: s.at(row.WindowOpens), ClosesAt: s.at(row.WindowCloses)}},
		WindowMovedAt:  maybeAt(row.WindowMovedAt, rules.Location),
		SealedAt:       maybeAt(row.SealedAt, rules.Location),
		Attempts:       f.attempts[row.ID],
		Decisions:      f.decisions[row.ID],
		Marks:          f.marks[row.ID],
		Irregularities: f.irregular[row.ID],
		Marking:        exam.Marking{Markers: int(row.Markers), Tolerance: int(row.MarkTolerance)},
	}
	return ResultRow{
		OrderID: row.ID, Ticket: row.Ticket, Name: row.Name, Subject: row.Subject, Grade: int(row.Grade),
		Window: order.Window, Status: order.Status(rules, now), Result: order.Result(rules, now), Irregularities: f.irregular[row.ID],
		Voices: voicesOf(order), Chair: order.Chair(), ClipID: firstClip(order),
	}
}

func voicesOf(o exam.Order) []exam.Voice {
	if !o.ByVoices() {
		return nil
	}
	return o.Voices()
}

func firstClip(o exam.Order) string {
	last := o.Last()
	if last == nil {
		return ""
	}
	for _, item := range last.Items {
		if item.Clip != nil {
			return item.Clip.ID
		}
	}
	return ""
}

func (s *Store) addConfirmed(row *ResultRow, f resultFacts) error {
	stored, found := f.confirmed[row.OrderID]
	if !found {
		return nil
	}
	result, err := storedResult(stored.Outcome, stored.Reason, stored.Items)
	row.Confirmed = &ConfirmedResult{Revision: int(stored.Revision), ListID: stored.ListID, List: int(stored.Number), At: s.at(stored.At), Result: result}
	row.Published = int(stored.Published)
	row.Differs = !row.Result.Says(result) || row.Name != stored.Name
	return err
}
