package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Whom is a person whose data are looked for: the orders, and the words by which
// the person is searched for. It is kept until the erasure is proved, nowhere else.
type Whom struct {
	Person  string   `json:"person"` // the key of the person
	Orders  []string `json:"orders"`
	Tickets []string `json:"tickets"`
	// Sure are words that are nobody else's: where one is left, the person is left.
	Sure []string `json:"sure"`
	// Names may be others' too, or a word of the language.
	Names []string `json:"names"`
}

// Words are all words of the person.
func (w Whom) Words() []string { return slices.Concat(w.Sure, w.Names) }

// ErrNobody says that no order is of this person.
var ErrNobody = errors.New("nobody here has this ticket number or ID number; look at it on the desk's list of orders")

// AmbiguousError says that a number names several persons.
type AmbiguousError struct{ Tickets []string }

func (e *AmbiguousError) Error() string {
	return "this number is of several persons; name one by a ticket number that only this person has: " + strings.Join(e.Tickets, ", ")
}

// FindWhom finds a person by a ticket number or an ID number.
func (s *Store) FindWhom(ctx context.Context, number string) (w Whom, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		key := exam.FoldID(number)
		rows, err := q.FindOrdersOfPerson(ctx, key)
		if err != nil {
			return err
		}
		if len(rows) == 0 || key == "" {
			return ErrNobody
		}
		w.Person = rows[0].PersonKey
		for _, row := range rows {
			w.Orders, w.Tickets = append(w.Orders, row.ID), append(w.Tickets, row.Ticket)
			if row.PersonKey != w.Person {
				err = &AmbiguousError{}
			}
		}
		if err != nil {
			return &AmbiguousError{Tickets: w.Tickets}
		}
		return w.gather(ctx, q, rows)
	})
	return w, err
}

// gather fills in the words, without those that an order of somebody else has too.
func (w *Whom) gather(ctx context.Context, q *query.Queries, rows []query.Order) error {
	others, err := q.ListOthersWords(ctx, w.Person)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, other := range others {
		for _, word := range folded(other.Name, other.Pinyin, other.Phone, other.GuardianAddress, other.ConsentGuardian) {
			taken[word] = true
		}
	}
	for _, row := range rows {
		w.Sure = append(w.Sure, folded(row.Ticket, row.IDNumber)...)
		w.Sure = appendFree(w.Sure, taken, row.Phone, row.GuardianAddress)
		w.Names = appendFree(w.Names, taken, row.Name, row.Pinyin, row.ConsentGuardian)
	}
	slices.Sort(w.Sure)
	slices.Sort(w.Names)
	w.Sure, w.Names = slices.Compact(w.Sure), slices.Compact(w.Names)
	return nil
}

func appendFree(list []string, taken map[string]bool, words ...string) []string {
	for _, word := range folded(words...) {
		if !taken[word] {
			list = append(list, word)
		}
	}
	return list
}

// CheckErase refuses an erasure that would cut into an exam, or that would take what
// the province has not received; unsent allows the latter.
func (s *Store) CheckErase(ctx context.Context, w Whom, unsent bool) error {
	return s.read(ctx, func(q *query.Queries) error { return s.checkErase(ctx, q, w, unsent) })
}

// ErrEraseMoved says that the person's orders are not those that were looked at.
var ErrEraseMoved = errors.New("the orders of this person changed meanwhile; look at them again")

func (s *Store) checkErase(ctx context.Context, q *query.Queries, w Whom, unsent bool) error {
	now, err := q.ListOrdersOfPersonKey(ctx, w.Person)
	if err != nil {
		return err
	}
	if !slices.Equal(now, w.Orders) {
		return ErrEraseMoved
	}
	for _, id := range w.Orders {
		order, err := s.loader(q).order(ctx, id)
		if err != nil {
			return err
		}
		if err := s.checkNotBusy(ctx, q, order); err != nil {
			return err
		}
		if unsent {
			continue
		}
		if err := checkReceived(ctx, q, order); err != nil {
			return err
		}
	}
	return nil
}

// The reasons not to erase now.
var (
	ErrEraseRunning = errors.New("an attempt of this person is running; wait for its end, or end it at the desk")
	ErrEraseLanding = errors.New("a video of this person is still arriving or examined; try again in some minutes")
	ErrEraseLent    = errors.New("a phone of the centre that was lent to this person has not been taken back; take it back at the desk first, it may hold videos")
	// ErrEraseUnsent is of an attempt that no accepted receipt names, or of a batch
	// with the person that has none.
	ErrEraseUnsent = errors.New("the province has not received everything of this person (I5)")
)

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

// FindErasable says how much of a person each table and the audit log holds, and
// which files of the data folder are the person's. It changes nothing.
func (s *Store) FindErasable(ctx context.Context, w Whom) (found []Found, files []EraseFile, err error) {
	err = s.readTx(ctx, func(tx *sql.Tx) error {
		found, files, err = s.erasable(ctx, tx, w)
		return err
	})
	return found, files, err
}

func (s *Store) readTx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := s.reader.BeginTx(ctx, nil)
	if err != nil {
		return storageError(err)
	}
	defer func() { _ = tx.Rollback() }() // it only reads
	return storageError(do(tx))
}

func (s *Store) erasable(ctx context.Context, tx *sql.Tx, w Whom) (found []Found, files []EraseFile, err error) {
	args, err := w.bound(0)
	if err != nil {
		return nil, nil, err
	}
	one := func(statement string, args ...any) *sql.Row { return tx.QueryRowContext(ctx, statement, args...) }
	for _, place := range erasePlaces {
		count, err := place.count(one, args)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", place.name, err)
		}
		found = append(found, count)
	}
	lines, err := linesOf(ctx, query.New(tx), w)
	if err != nil {
		return nil, nil, err
	}
	found = append(found, Found{Place: "lines of the audit log", Count: len(lines), Done: DoneEmptied})
	files, err = listEraseFiles(ctx, tx, args)
	return found, files, err
}
