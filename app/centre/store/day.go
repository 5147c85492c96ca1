package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Standing is how an order stands, as the record of a day says it.
type Standing struct {
	OrderID, Ticket, Name, Subject string
	Grade                          int
	Window                         exam.Window
	Status                         exam.Status
	Attempts                       int       // that count
	Voided                         int       // that do not, for a fault of the centre (R22)
	StartedAt, EndedAt             time.Time // of the last that counts
	Items, Clips                   int       // of the last that counts; a clip that cannot be opened is none
	Broken                         int       // clips of it that cannot be opened
	Unseen                         int       // clips of it that nobody looked at yet
	Extra                          time.Duration
	Reset                          int  // attempts that the candidate or the desk reset (R15)
	Emergency                      bool // registered by hand, the province did not send it
	Final                          bool
	Photo                          bool
	Consent                        exam.ConsentAnswer
	Disqualified                   string // why, "" where it is not
	Reported                       bool   // a decision waits for the province
	InvalidClips                   int
	Irregularities                 []exam.Irregularity // oldest first, those taken back among them
	Travel                         Travel
	ConsentPaper                   bool          // a consent on paper was entered (R25)
	CheckIn                        *exam.CheckIn // at the desk, nil without one
	CheckInFrom                    time.Time     // from when the desk may check it in
	CheckInRefused                 error         // why it may not now, nil where it may
}

// Travel is how far an order is on its way to the province.
type Travel string

// The ways of an order: in no batch; in one without a receipt; received.
const (
	TravelNone     Travel = "none"
	TravelBatch    Travel = "batch"
	TravelReceived Travel = "received"
)

// Reckon returns how every order of the scope stands now. It asks seven
// questions for all of them, however many there are; the exam's rules say what
// each order's status is.
func (s *Store) Reckon(ctx context.Context, f Scope) (outcomes []Standing, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		outcomes, err = s.reckon(ctx, q, f)
		return err
	})
	return outcomes, err
}

func (s *Store) reckon(ctx context.Context, q *query.Queries, f Scope) ([]Standing, error) {
	rows, err := q.ListScope(ctx, f.params(s.Rules().Location))
	if err != nil {
		return nil, err
	}
	facts, err := s.dayFacts(ctx, q, rows)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	outcomes := make([]Standing, 0, len(rows))
	for _, row := range rows {
		outcomes = append(outcomes, s.outcome(row, facts, now))
	}
	return outcomes, nil
}

// dayFacts are what the status of the scope's orders follows from.
type dayFacts struct {
	attempts  map[string][]exam.Attempt // by order
	items     map[string]query.ListScopeItemsRow
	decisions map[string][]exam.Decision
	travels   map[string]Travel
	checkIns  map[string][]exam.CheckIn
	irregular map[string][]exam.Irregularity
	papers    map[string]bool
}

func (s *Store) dayFacts(ctx context.Context, q *query.Queries, orders []query.ListScopeRow) (d dayFacts, err error) {
	ids, err := idsOf(orders)
	if err != nil {
		return d, err
	}
	d = dayFacts{
		map[string][]exam.Attempt{}, map[string]query.ListScopeItemsRow{}, map[string][]exam.Decision{}, map[string]Travel{},
		map[string][]exam.CheckIn{}, map[string][]exam.Irregularity{}, map[string]bool{},
	}
	items, err := q.ListScopeItems(ctx, ids)
	if err != nil {
		return d, err
	}
	for _, row := range items {
		d.items[row.ID] = row
	}
	attempts, err := q.ListScopeAttempts(ctx, ids)
	if err != nil {
		return d, err
	}
	for _, row := range attempts {
		attempt := s.loader(q).attempt(row)
		attempt.Items = countedItems(d.items[row.ID])
		d.attempts[row.OrderID] = append(d.attempts[row.OrderID], attempt)
	}
	if err := s.addSaid(ctx, q, ids, d); err != nil {
		return d, err
	}
	papers, err := q.ListScopeConsentPapers(ctx, ids)
	if err != nil {
		return d, err
	}
	for _, id := range papers {
		d.papers[id] = true
	}
	delivered, err := q.ListDeliveredOrders(ctx)
	for _, row := range delivered {
		d.travels[row.OrderID] = TravelBatch
		if row.Accepted == 1 {
			d.travels[row.OrderID] = TravelReceived
		}
	}
	return d, err
}

// addSaid adds what people decided and noted, and how they checked in.
func (s *Store) addSaid(ctx context.Context, q *query.Queries, ids string, d dayFacts) error {
	decisions, err := q.ListScopeDecisions(ctx, ids)
	if err != nil {
		return err
	}
	for _, row := range decisions {
		d.decisions[row.OrderID] = append(d.decisions[row.OrderID], s.loader(q).decision(row))
	}
	seen, err := q.ListScopeCheckIns(ctx, ids)
	if err != nil {
		return err
	}
	for _, row := range seen {
		d.checkIns[row.OrderID] = append(d.checkIns[row.OrderID], s.loader(q).checkIn(row))
	}
	irregularities, err := q.ListScopeIrregularities(ctx, ids)
	if err != nil {
		return err
	}
	for _, row := range irregularities {
		d.irregular[row.OrderID] = append(d.irregular[row.OrderID], s.loader(q).irregularity(row))
	}
	return nil
}

func idsOf(orders []query.ListScopeRow) (string, error) {
	ids := make([]string, 0, len(orders))
	for _, row := range orders {
		ids = append(ids, row.ID)
	}
	list, err := json.Marshal(ids)
	return string(list), err
}

func idsOfStanding(outcomes []Standing) (string, error) {
	rows := make([]query.ListScopeRow, 0, len(outcomes))
	for _, one := range outcomes {
		rows = append(rows, query.ListScopeRow{ID: one.OrderID})
	}
	return idsOf(rows)
}

// countedItems are an attempt's items as far as its status asks: how many, and
// which clips hold no video (R14).
func countedItems(row query.ListScopeItemsRow) []exam.Item {
	items := make([]exam.Item, row.Items)
	for i := range min(row.Clips, row.Items) {
		items[i].Clip = &exam.Clip{}
	}
	broken := 0
	for line := range strings.SplitSeq(row.Hints, "\n") {
		var hints []string
		if json.Unmarshal([]byte(line), &hints) == nil && exam.Broken(hints) && broken < len(items) {
			items[broken].Clip = &exam.Clip{Broken: true}
			broken++
		}
	}
	return items
}

func (s *Store) outcome(row query.ListScopeRow, d dayFacts, now time.Time) Standing {
	order := exam.Order{
		ID:            row.ID,
		Registration:  exam.Registration{Window: exam.Window{OpensAt: s.at(row.WindowOpens), ClosesAt: s.at(row.WindowCloses)}},
		WindowMovedAt: maybeAt(row.WindowMovedAt, s.Rules().Location),
		SealedAt:      maybeAt(row.SealedAt, s.Rules().Location),
		Attempts:      d.attempts[row.ID],
		Decisions:     d.decisions[row.ID],
		CheckIns:      d.checkIns[row.ID],
	}
	out := Standing{
		OrderID: row.ID, Ticket: row.Ticket, Name: row.Name, Subject: row.Subject, Grade: int(row.Grade),
		Window: order.Window, Status: order.Status(s.Rules(), now), Final: order.IsFinal(s.Rules(), now),
		Attempts: order.AttemptsUsed(), Voided: len(order.Attempts) - order.AttemptsUsed(),
		Photo: row.Photo != "", Consent: exam.ConsentAnswer(row.Consent),
		Disqualified: order.DisqualifiedFor(), Irregularities: d.irregular[row.ID], Travel: TravelNone,
		ConsentPaper: d.papers[row.ID],
		Emergency:    row.Emergency != 0,
		CheckIn:      order.CheckedIn(), CheckInFrom: order.CheckInFrom(s.Rules()), CheckInRefused: order.MayCheckIn(s.Rules(), now),
	}
	if travel := d.travels[row.ID]; travel != "" {
		out.Travel = travel
	}
	for _, attempt := range order.Attempts {
		out.Extra += attempt.Extra
		if attempt.State == exam.Reset {
			out.Reset++
		}
	}
	for _, one := range order.Decisions {
		out.Reported = out.Reported || one.Pending && one.UndoneAt.IsZero()
		if one.Kind == exam.ClipInvalid && one.InForce() {
			out.InvalidClips++
		}
	}
	if last := order.Last(); last != nil {
		out.StartedAt, out.EndedAt = last.StartedAt, last.EndAt(now)
		out.Items, out.Clips = len(last.Items), last.Videos()
		out.Broken = last.Clips() - last.Videos()
		out.Unseen = int(d.items[last.ID].Unseen)
	}
	return out
}
