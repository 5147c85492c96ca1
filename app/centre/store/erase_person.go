package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kaodian/app/base/blot"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ErrNobody says that no order is of this person.
var ErrNobody = errors.New("nobody here has this ticket number, ID number or name; look at it on the desk's list of orders")

// AmbiguousError says that several persons match, by an order of each.
type AmbiguousError struct{ Orders []NamedOtherwise }

func (e *AmbiguousError) Error() string {
	var list []string
	for _, order := range e.Orders {
		list = append(list, order.Ticket+" ("+order.Name+")")
	}
	return "several persons match; name one by a ticket number: " + strings.Join(list, ", ")
}

// FindWhom finds a person by a ticket number, an order's id, an ID number or a name.
// Under one ID number two names are two persons: one of them was mistaken for the other.
func (s *Store) FindWhom(ctx context.Context, named string) (w Whom, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := findNamed(ctx, q, strings.TrimSpace(named))
		if err != nil {
			return err
		}
		orders, others, err := ofPerson(ctx, q, row.PersonKey, row.Name)
		if err != nil {
			return err
		}
		w.Person, w.Name, w.Alone = row.PersonKey, blot.Fold(row.Name), others == 0
		for _, order := range orders {
			w.Orders, w.Tickets = append(w.Orders, order.ID), append(w.Tickets, order.Ticket)
		}
		return w.gather(ctx, q, orders)
	})
	return w, err
}

// findNamed is an order of the person that is named; a ticket number names one.
func findNamed(ctx context.Context, q *query.Queries, named string) (row query.Order, err error) {
	key := exam.FoldID(named)
	if key == "" {
		return row, ErrNobody
	}
	rows, err := q.ListNamedOrders(ctx, query.ListNamedOrdersParams{ID: named, Key: key, Name: named})
	if err != nil {
		return row, err
	}
	if len(rows) == 0 {
		return row, ErrNobody
	}
	if at := slices.IndexFunc(rows, func(o query.Order) bool { return o.ID == named || o.TicketKey == key }); at >= 0 {
		return rows[at], nil
	}
	same := func(o query.Order) bool {
		return o.PersonKey == rows[0].PersonKey && blot.Fold(o.Name) == blot.Fold(rows[0].Name)
	}
	if !slices.ContainsFunc(rows, func(o query.Order) bool { return !same(o) }) {
		return rows[0], nil
	}
	several := &AmbiguousError{}
	for _, o := range rows {
		several.Orders = append(several.Orders, NamedOtherwise{Ticket: o.Ticket, Name: o.Name})
	}
	return row, several
}

// ofPerson are the orders of a key and a name, and how many others have the key.
func ofPerson(ctx context.Context, q *query.Queries, key, name string) (orders []query.Order, others int, err error) {
	rows, err := q.ListOrdersOfKey(ctx, key)
	for _, row := range rows {
		if blot.Fold(row.Name) == blot.Fold(name) {
			orders = append(orders, row)
		} else {
			others++
		}
	}
	return orders, others, err
}

// CheckErase refuses an erasure that would cut into an exam, or that would take what
// the province has not received; unsent allows the latter. Nothing is erased while the
// date is in doubt either.
func (s *Store) CheckErase(ctx context.Context, e Erasing) error {
	if err := s.checkDate(); err != nil {
		return err
	}
	return s.read(ctx, func(q *query.Queries) error { return s.checkErase(ctx, q, e) })
}

// The reasons not to erase now.
var (
	// ErrEraseMoved says that the person's orders are not those that were looked at.
	ErrEraseMoved   = errors.New("the orders of this person changed meanwhile; look at them again")
	ErrEraseRunning = errors.New("an attempt of this person is running; wait for its end, or end it at the desk")
	ErrEraseLanding = errors.New("a video of this person is still arriving or examined; try again in some minutes")
	ErrEraseLent    = errors.New("a phone of the centre that was lent to this person has not been taken back; take it back at the desk first, it may hold videos")
	// ErrEraseUnsent is of an attempt that no accepted receipt names, or of a batch
	// with the person that has none (I5).
	ErrEraseUnsent = errors.New("the province has not received everything of this person")
	// ErrEraseReason and ErrEraseOther say that the reason, which stays, names somebody.
	ErrEraseReason = errors.New("the reason stays when the person is gone, so it may not hold the person's name or numbers; write it without them")
	ErrEraseOther  = errors.New("the reason stays for good, and it holds the name or a number of another candidate; write it without them")
)

func (s *Store) checkErase(ctx context.Context, q *query.Queries, e Erasing) error {
	if err := checkMoved(ctx, q, e.Whom); err != nil {
		return err
	}
	others, err := othersWords(ctx, q, e.Whom.Orders)
	if err != nil {
		return err
	}
	if others.namedIn(e.Reason) {
		return ErrEraseOther
	}
	for _, id := range e.Whom.Orders {
		if err := s.checkOrder(ctx, q, id, e.Unsent); err != nil {
			return err
		}
	}
	return nil
}

func checkMoved(ctx context.Context, q *query.Queries, w Whom) error {
	rows, err := q.ListOrdersOfKey(ctx, w.Person)
	if err != nil {
		return err
	}
	var now []string
	for _, row := range rows {
		if blot.Fold(row.Name) == w.Name {
			now = append(now, row.ID)
		}
	}
	if !slices.Equal(now, w.Orders) {
		return ErrEraseMoved
	}
	return nil
}

func (s *Store) checkOrder(ctx context.Context, q *query.Queries, id string, unsent bool) error {
	order, err := s.loader(q).order(ctx, id)
	if err != nil {
		return err
	}
	if err := s.checkNotBusy(ctx, q, order); err != nil || unsent {
		return err
	}
	return checkReceived(ctx, q, order)
}

func (s *Store) checkNotBusy(ctx context.Context, q *query.Queries, order exam.Order) error {
	now := s.Now()
	for _, a := range slices.Concat(order.Attempts, order.Practice) {
		if a.StateAt(now) == exam.Running {
			return fmt.Errorf("%s: %w", order.Ticket, ErrEraseRunning)
		}
	}
	landing, err := q.CountArrivingUploads(ctx, query.CountArrivingUploadsParams{OrderID: order.ID, Since: now.Add(-s.Rules().UploadGrace - landing).UnixMilli()})
	if err != nil {
		return err
	}
	busy, err := q.CountRunningJobsOfOrder(ctx, order.ID)
	if err != nil {
		return err
	}
	if landing+busy > 0 {
		return fmt.Errorf("%s: %w", order.Ticket, ErrEraseLanding)
	}
	lent, err := q.CountOpenLoans(ctx, order.ID)
	if err == nil && lent > 0 {
		err = fmt.Errorf("%s: %w", order.Ticket, ErrEraseLent)
	}
	return err
}

func checkReceived(ctx context.Context, q *query.Queries, order exam.Order) error {
	on, err := q.CountBatchesOfOrder(ctx, order.ID)
	if err != nil {
		return err
	}
	if on.Open > 0 || on.Accepted == 0 && len(order.Attempts) > 0 {
		return fmt.Errorf("%s: %w", order.Ticket, ErrEraseUnsent)
	}
	return nil
}

// Erasable is what an erasure would take.
type Erasable struct {
	Places []Found
	Files  []EraseFile // of the data folder that are the person's
	Looks  []Look      // what only a person can judge, and is left as it is
}

// FindErasable says how much of a person each table and the audit log holds, and
// which files of the data folder are the person's. It changes nothing.
func (s *Store) FindErasable(ctx context.Context, w Whom) (found Erasable, err error) {
	tx, err := s.reader.BeginTx(ctx, nil)
	if err != nil {
		return found, storageError(err)
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	plan, err := planErasure(ctx, tx, w, 0)
	if err != nil {
		return found, storageError(err)
	}
	held, err := walkTexts(ctx, tx, w)
	if err != nil {
		return found, storageError(err)
	}
	plan.Looks, err = plan.ties.looksAfter(ctx, tx, held, plan.lines, plan.args)
	return plan.Erasable, storageError(err)
}

// erasurePlan is what an erasure does in the database.
type erasurePlan struct {
	Erasable
	ties  ties
	args  []any
	lines []query.Audit // as they are left
	typed []typedText
}

func planErasure(ctx context.Context, tx *sql.Tx, w Whom, now int64) (p erasurePlan, err error) {
	if p.args, err = w.bound(now); err != nil {
		return p, err
	}
	if err := p.countPlaces(ctx, tx); err != nil {
		return p, err
	}
	if p.ties, err = tiesOf(ctx, tx, w, p.args); err != nil {
		return p, err
	}
	if p.lines, err = p.ties.lines(ctx, query.New(tx)); err != nil {
		return p, err
	}
	if p.typed, err = p.ties.typed(ctx, tx); err != nil {
		return p, err
	}
	formers, err := p.ties.formers(ctx, query.New(tx))
	if err != nil {
		return p, err
	}
	p.Places = append(p.Places,
		Found{Place: "lines of the audit log", Count: len(p.lines), Done: DoneEmptied},
		Found{Place: "texts about others", Count: len(p.typed), Done: DoneEmptied},
		Found{Place: "others' orders that were the person's, for an undo", Count: len(formers), Done: DoneEmptied})
	p.Files, err = listEraseFiles(ctx, tx, p.args)
	for _, row := range formers {
		if photo := row.photo(); photo != "" {
			p.Files = append(p.Files, EraseFile{"photos", PhotoFile(photo)})
		}
	}
	return p, err
}

func (p *erasurePlan) countPlaces(ctx context.Context, tx *sql.Tx) error {
	for _, place := range erasePlaces {
		count, err := place.count(ctx, tx, p.args)
		if err != nil {
			return fmt.Errorf("%s: %w", place.name, err)
		}
		p.Places = append(p.Places, count)
	}
	return nil
}

// bound are the arguments of every statement of a person.
func (w Whom) bound(now int64) ([]any, error) {
	orders, err := json.Marshal(append([]string{}, w.Orders...))
	if err != nil {
		return nil, err
	}
	accounts := []string{}
	for _, ticket := range w.Tickets {
		accounts = append(accounts, TicketAccount(ticket))
	}
	names, err := json.Marshal(accounts)
	person := w.Person
	if !w.Alone {
		person = "nobody" // what only the key names may be the other's
	}
	return []any{sql.Named("orders", string(orders)), sql.Named("person", person), sql.Named("accounts", string(names)), sql.Named("now", now)}, err
}
