package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/base/text"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// What a list of results takes: as many names as a sheet has room for.
const (
	MaxCommittee     = 20
	MaxCommitteeName = 40 // characters
)

// MaxConfirmed is how many results a list has at most: while they are written
// down, no phone's upload is.
const MaxConfirmed = 500

// The refusals of confirmed results.
const (
	CommitteeMissing refusal.Code = "committee_missing"
	CommitteeTooLong refusal.Code = "committee_too_long"
	MeetingInvalid   refusal.Code = "meeting_invalid"
	NothingToConfirm refusal.Code = "nothing_to_confirm"
	TooManyToConfirm refusal.Code = "too_many_to_confirm"
	ResultsChanged   refusal.Code = "results_changed"
)

// NewResultList is what a committee confirms at once: of a scope every complete
// result that is not confirmed yet, or with Corrects every one that is another
// than was confirmed (R21).
type NewResultList struct {
	ID        string // by whoever asks: told twice it counts once
	MetOn     string // the day of the meeting, as 2026-08-03
	Committee []string
	Reason    string // of corrections; else what it rests on, or ""
	Corrects  bool
	Shown     string // the Fingerprint of what the page showed
	By        exam.Actor
}

// ResultList is a list that was confirmed. It is never changed.
type ResultList struct {
	ID        string
	Number    int // 1, 2, 3 …
	MetOn     string
	Committee []string
	Reason    string
	Corrects  bool
	By        string
	At        time.Time
	Results   int // on it
	Hold      int // of them, that no later list corrects
	Published int // of these, that their candidates see
}

// ConfirmedResult is an order's result as a committee confirmed it.
type ConfirmedResult struct {
	Revision int
	ListID   string
	List     int // its number
	At       time.Time
	exam.Result
}

// Confirmable are those of the rows that a list would hold.
func Confirmable(rows []ResultRow, corrects bool) (chosen []ResultRow) {
	for _, row := range rows {
		if row.Outcome != "" && (corrects && row.Differs || !corrects && row.Confirmed == nil) {
			chosen = append(chosen, row)
		}
	}
	return chosen
}

func orderIDs(rows []ResultRow) (ids []string) {
	for _, row := range rows {
		ids = append(ids, row.OrderID)
	}
	return ids
}

// Fingerprint is of results as somebody saw them, with what was confirmed before:
// "" of none.
func Fingerprint(rows []ResultRow) (string, error) {
	if len(rows) == 0 {
		return "", nil
	}
	sum := sha256.New()
	for _, row := range rows {
		line, err := json.Marshal([]any{row.OrderID, row.revision(), row.Outcome, row.Reason, row.Items})
		if err != nil {
			return "", err
		}
		sum.Write(line)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

func (r ResultRow) revision() int {
	if r.Confirmed == nil {
		return 0
	}
	return r.Confirmed.Revision
}

// ConfirmResults writes a list down, with the results that it holds and a fact of
// every order (R31), or nothing: ResultsChanged where one is another than the
// page showed. The list of that ID comes back if it is there. It can never be taken
// back, so not while the date is in doubt.
func (s *Store) ConfirmResults(ctx context.Context, f Scope, n NewResultList) (list ResultList, err error) {
	if err := s.checkDate(); err != nil {
		return list, err
	}
	if list, _, err = s.FindResultList(ctx, n.ID); refusal.CodeOf(err) != refusal.NotFound {
		return list, err
	}
	if n, err = n.checked(s.Now()); err != nil {
		return list, err
	}
	rows, err := s.ListResults(ctx, f) // outside: it may read every order of a season
	if err != nil {
		return list, err
	}
	chosen := Confirmable(rows, n.Corrects)
	if len(chosen) > MaxConfirmed {
		return list, refusal.New(TooManyToConfirm, "count", len(chosen), "max", MaxConfirmed)
	}
	err = s.write(ctx, func(c *change) error {
		if _, err := c.FindResultList(ctx, n.ID); err == nil { // the same act, told twice at once
			return refusal.New(ResultsChanged)
		} else if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		again, err := s.resultsNow(c, orderIDs(chosen))
		if err != nil {
			return err
		}
		list, err = c.confirmResults(n, Confirmable(again, n.Corrects))
		return err
	})
	return list, err
}

// checked is the list as it is kept, if it can be.
func (n NewResultList) checked(now time.Time) (NewResultList, error) {
	n.Reason = strings.TrimSpace(n.Reason)
	if n.Corrects || n.Reason != "" {
		if err := exam.CheckReason(n.Reason); err != nil {
			return n, err
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, n.MetOn, now.Location())
	if err != nil || day.After(now) {
		return n, refusal.New(MeetingInvalid)
	}
	n.Committee, err = committeeOf(n.Committee)
	return n, err
}

// committeeOf are the names as the list keeps them: each once, in their order.
func committeeOf(typed []string) (names []string, err error) {
	for _, one := range typed {
		name := strings.Join(strings.Fields(one), " ")
		switch err := text.Check(name); {
		case err != nil:
			return nil, err
		case utf8.RuneCountInString(name) > MaxCommitteeName:
			return nil, refusal.New(CommitteeTooLong, "max", MaxCommitteeName)
		case !text.Blank(name) && !slices.Contains(names, name):
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 0:
		return nil, refusal.New(CommitteeMissing)
	case len(names) > MaxCommittee:
		return nil, refusal.New(CommitteeTooLong, "max", MaxCommitteeName)
	}
	return names, nil
}

func (c *change) confirmResults(n NewResultList, rows []ResultRow) (ResultList, error) {
	print, err := Fingerprint(rows)
	switch {
	case err != nil:
		return ResultList{}, err
	case print != n.Shown:
		return ResultList{}, refusal.New(ResultsChanged)
	case len(rows) == 0:
		return ResultList{}, refusal.New(NothingToConfirm)
	}
	last, err := c.LastResultList(c.ctx)
	if err != nil {
		return ResultList{}, err
	}
	list := ResultList{
		ID: n.ID, Number: int(last) + 1, MetOn: n.MetOn, Committee: n.Committee, Reason: n.Reason, Corrects: n.Corrects,
		By: n.By.Name, At: c.now, Results: len(rows), Hold: len(rows),
	}
	if err := c.insertResultList(list); err != nil {
		return list, err
	}
	for _, row := range rows {
		if err := c.confirmResult(list, row, n.By); err != nil {
			return list, err
		}
	}
	return list, c.audit(Entry{Action: ActionResultsConfirmed, By: n.By, Reason: n.Reason, Args: map[string]any{
		"list": list.Number, "orders": len(rows), "met_on": list.MetOn, "committee": list.Committee, "corrects": list.Corrects,
	}})
}

func (c *change) insertResultList(list ResultList) error {
	committee, err := json.Marshal(list.Committee)
	if err != nil {
		return err
	}
	return c.InsertResultList(c.ctx, query.InsertResultListParams{
		ID: list.ID, Number: int64(list.Number), MetOn: list.MetOn, Committee: string(committee), Reason: list.Reason,
		Corrects: sqlkit.Flag(list.Corrects), ByName: list.By, At: list.At.UnixMilli(),
	})
}

func (c *change) confirmResult(list ResultList, row ResultRow, by exam.Actor) error {
	items, err := json.Marshal(append([]exam.ItemResult{}, row.Items...))
	if err != nil {
		return err
	}
	revision := row.revision() + 1
	err = c.InsertResult(c.ctx, query.InsertResultParams{
		OrderID: row.OrderID, Revision: int64(revision), ListID: list.ID, Ticket: row.Ticket, Name: row.Name, Subject: row.Subject, Grade: int64(row.Grade), Outcome: string(row.Outcome), Reason: row.Reason, Items: string(items),
	})
	if err != nil {
		return err
	}
	entry := Entry{Action: factAction(exam.FactResultConfirmed), By: by, OrderID: row.OrderID, Reason: list.Reason}
	entry.Args = map[string]any{"list": list.Number, "revision": revision, "outcome": row.Outcome}
	return c.audit(entry)
}

func (s *Store) resultList(row query.ResultList) (ResultList, error) {
	list := ResultList{
		ID: row.ID, Number: int(row.Number), MetOn: row.MetOn, Reason: row.Reason, Corrects: row.Corrects == 1, By: row.ByName, At: s.at(row.At),
	}
	return list, json.Unmarshal([]byte(row.Committee), &list.Committee)
}

// ListResultLists returns every list, the newest first.
func (s *Store) ListResultLists(ctx context.Context) (lists []ResultList, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListResultLists(ctx)
		for _, row := range rows {
			list, err := s.resultList(row.ResultList)
			if err != nil {
				return err
			}
			list.Results, list.Hold, list.Published = int(row.Results), int(row.Hold), int(row.Published)
			lists = append(lists, list)
		}
		return err
	})
	return lists, err
}

// ListedResult is a result of a list with its order.
type ListedResult struct {
	OrderID, Ticket, Name, Subject string
	Grade                          int
	exam.Result
	Revision  int
	Newest    int // revision of the order
	Published int // revision that the candidate sees, 0 of none
}

// FindResultList returns a list with its results, as a committee goes through
// them.
func (s *Store) FindResultList(ctx context.Context, id string) (list ResultList, results []ListedResult, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindResultList(ctx, id)
		if err != nil {
			return sqlkit.Absent(err)
		}
		if list, err = s.resultList(row); err != nil {
			return err
		}
		if results, err = listedResults(ctx, q, id); err != nil {
			return err
		}
		list.count(results)
		return nil
	})
	return list, results, err
}

func (l *ResultList) count(results []ListedResult) {
	l.Results = len(results)
	for _, one := range results {
		if one.Revision != one.Newest {
			continue
		}
		l.Hold++
		if one.Revision == one.Published {
			l.Published++
		}
	}
}

func listedResults(ctx context.Context, q *query.Queries, list string) (results []ListedResult, err error) {
	rows, err := q.ListResultsOfList(ctx, list)
	for _, row := range rows {
		result, err := storedResult(row.Result.Outcome, row.Result.Reason, row.Result.Items)
		if err != nil {
			return nil, err
		}
		results = append(results, ListedResult{
			OrderID: row.Result.OrderID, Ticket: row.Result.Ticket, Name: row.Result.Name, Subject: row.Result.Subject, Grade: int(row.Result.Grade), Result: result,
			Revision: int(row.Result.Revision), Newest: int(row.Newest), Published: int(row.Published),
		})
	}
	return results, err
}

func storedResult(outcome, reason, items string) (exam.Result, error) {
	result := exam.Result{Outcome: exam.Outcome(outcome), Reason: reason}
	err := json.Unmarshal([]byte(items), &result.Items)
	if len(result.Items) == 0 {
		result.Items = nil
	}
	return result, err
}

// ListOrderResults returns what was confirmed of an order, the newest first, each
// with its list.
func (s *Store) ListOrderResults(ctx context.Context, orderID string) (results []ConfirmedResult, lists []ResultList, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		if _, err := q.FindOrder(ctx, orderID); err != nil {
			return sqlkit.Absent(err)
		}
		rows, err := q.ListOrderResults(ctx, orderID)
		for _, row := range rows {
			result, errResult := storedResult(row.Result.Outcome, row.Result.Reason, row.Result.Items)
			list, errList := s.resultList(row.ResultList)
			if err := errors.Join(errResult, errList); err != nil {
				return err
			}
			results = append(results, ConfirmedResult{Revision: int(row.Result.Revision), ListID: list.ID, List: list.Number, At: list.At, Result: result})
			lists = append(lists, list)
		}
		return err
	})
	return results, lists, err
}
