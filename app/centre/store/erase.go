package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Erasing is an erasure of a person that somebody has confirmed.
type Erasing struct {
	ID     string     `json:"id"`
	Whom   Whom       `json:"whom"`
	Reason string     `json:"reason"`
	By     exam.Actor `json:"by"`
	Unsent bool       `json:"unsent"` // also what the province has not received
}

// ErrEraseReason says that the reason names the person, and would stay.
var ErrEraseReason = errors.New("the reason stays when the person is gone, so it may not hold the person's name or numbers; write it without them")

// Check refuses an erasure that may not begin.
func (e Erasing) Check() error {
	if err := exam.CheckReason(e.Reason); err != nil {
		return err
	}
	text := exam.FoldID(e.Reason)
	if slices.ContainsFunc(e.Whom.Words(), func(word string) bool { return strings.Contains(text, word) }) {
		return ErrEraseReason
	}
	return nil
}

// ErasePerson empties the rows of the person and takes the words out of the log's
// lines, in one transaction; told again it changes nothing. Files go afterwards
// (PersonErasure.Files), then CleanFile leaves nothing in the database's free pages.
func (s *Store) ErasePerson(ctx context.Context, e Erasing) error {
	return s.write(ctx, func(c *change) error {
		_, err := c.FindPersonErasure(ctx, e.ID)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := errors.Join(s.checkDate(), e.Check()); err != nil {
			return err
		}
		if err := s.checkErase(ctx, c.Queries, e.Whom, e.Unsent); err != nil {
			return err
		}
		return s.erasePerson(c, e)
	})
}

func (s *Store) erasePerson(c *change, e Erasing) error {
	found, files, err := s.erasable(c.ctx, c.tx, e.Whom)
	if err != nil {
		return err
	}
	args, err := e.Whom.bound(c.now.UnixMilli())
	if err != nil {
		return err
	}
	if err := c.noteErasure(e, found, files); err != nil {
		return err
	}
	if err := c.emptyLines(e); err != nil {
		return err
	}
	if err := c.noteEvents(args, e.Whom); err != nil {
		return err
	}
	for _, place := range erasePlaces {
		if _, err := c.tx.ExecContext(c.ctx, place.statement(), args...); err != nil {
			return fmt.Errorf("erase the %s: %w", place.name, err)
		}
	}
	return errors.Join(c.blotTyped(e.Whom), c.dropBare(args))
}

// noteErasure writes the erasure down, with what the next batch tells of it.
func (c *change) noteErasure(e Erasing, found []Found, files []EraseFile) error {
	var texts [3]string
	for i, value := range []any{e.Whom.Orders, found, files} {
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		texts[i] = string(text)
	}
	err := c.InsertPersonErasure(c.ctx, query.InsertPersonErasureParams{
		ID: e.ID, At: c.now.UnixMilli(), ByRole: string(e.By.Role), ByName: e.By.Name, Reason: e.Reason, Orders: texts[0], Places: texts[1], Files: texts[2],
	})
	for _, id := range e.Whom.Orders {
		err = errors.Join(err, c.InsertErasure(c.ctx, query.InsertErasureParams{
			ID: e.ID + "/" + id, OrderID: id, What: ErasedPerson, Reason: e.Reason, ByRole: string(e.By.Role), ByName: e.By.Name, At: c.now.UnixMilli(),
		}))
	}
	return err
}

// emptyLines takes the words out of the log's lines about the person, and appends
// the lines that say so, one for each order.
func (c *change) emptyLines(e Erasing) error {
	lines, err := linesOf(c.ctx, c.Queries, e.Whom)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if err := c.emptyLine(e.ID, line); err != nil {
			return err
		}
	}
	left, err := c.ListErasedLinesOf(c.ctx, e.ID)
	if err != nil {
		return err
	}
	args := map[string]any{"erasure": e.ID, "lines": len(left), "lines_hash": hashOfLines(left)}
	for _, id := range e.Whom.Orders {
		if err := c.audit(Entry{Action: ActionPersonErased, By: e.By, OrderID: id, Reason: e.Reason, Args: args}); err != nil {
			return err
		}
	}
	last, err := c.LastAuditHash(c.ctx)
	if err != nil {
		return err
	}
	return c.SetErasureLine(c.ctx, query.SetErasureLineParams{AuditSeq: last.Seq, ID: e.ID})
}

// linesOf are the log's lines about a person that hold words.
func linesOf(ctx context.Context, q *query.Queries, w Whom) ([]query.Audit, error) {
	orders, err := json.Marshal(append([]string{}, w.Orders...))
	if err != nil {
		return nil, err
	}
	words, err := json.Marshal(append([]string{}, w.longWords()...))
	if err != nil {
		return nil, err
	}
	own, err := q.ListLinesOfOrders(ctx, string(orders))
	if err != nil {
		return nil, err
	}
	others, err := q.ListLinesThatHold(ctx, string(words))
	known := map[int64]bool{}
	for _, line := range own {
		known[line.Seq] = true
	}
	for _, line := range others {
		if !known[line.Seq] {
			own = append(own, line)
		}
	}
	return own, err
}

// minWord is how many bytes a word has at least that is looked for in texts about
// somebody else: two Chinese letters. A shorter one is found everywhere.
const minWord = 6

func (w Whom) longWords() []string {
	return slices.DeleteFunc(w.Words(), func(word string) bool { return len(word) < minWord })
}

// blotTyped takes the person's words out of what staff wrote of others.
func (c *change) blotTyped(w Whom) error {
	for _, place := range typed {
		for _, word := range w.longWords() {
			text := fmt.Sprintf("UPDATE %[1]s SET %[2]s = replace(lower(%[2]s), ?1, '…') WHERE instr(lower(%[2]s), ?1) > 0", place.table, place.column)
			if _, err := c.tx.ExecContext(c.ctx, text, word); err != nil {
				return fmt.Errorf("%s.%s: %w", place.table, place.column, err)
			}
		}
	}
	return nil
}

// dropBare removes what is left of orders of which nothing happened and nothing
// was sent: no count needs them.
func (c *change) dropBare(args []any) error {
	_, err := c.tx.ExecContext(c.ctx, `DELETE FROM orders
		WHERE id IN (SELECT value FROM json_each(:orders))
			AND id NOT IN (SELECT order_id FROM attempts WHERE practice = 0)
			AND id NOT IN (SELECT order_id FROM batch_orders)`, args...)
	return err
}

// noteEvents tells the lanes which clips' jobs go, and the watchers which orders changed.
func (c *change) noteEvents(args []any, w Whom) error {
	clips, err := listTexts(c.ctx, c.tx, "SELECT id FROM clips WHERE "+ofAttempts, args)
	c.dropped = append(c.dropped, clips...)
	c.changed = append(append(c.changed, w.Orders...), BoardKey)
	return err
}

// What an erasure took.
const (
	ErasedPerson   = "person"
	ErasedEvidence = "evidence"
)

// Erasure is what was deleted of an order, as the next batch tells it.
type Erasure struct {
	ID     string
	What   string
	Reason string
	By     exam.Actor
	At     time.Time
}

func (l loader) erasures(ctx context.Context, orderID string) (list []Erasure, err error) {
	rows, err := l.ListErasures(ctx, orderID)
	for _, row := range rows {
		list = append(list, Erasure{ID: row.ID, What: row.What, Reason: row.Reason, By: exam.Actor{Role: exam.Role(row.ByRole), Name: row.ByName}, At: at(row.At, l.zone)})
	}
	return list, err
}

// PersonErasure is an erasure as it was written down.
type PersonErasure struct {
	ID       string
	At       time.Time
	By       exam.Actor
	Reason   string
	Orders   []string
	Places   []Found
	Files    []EraseFile // that are still to be removed
	Line     int64       // of the audit log
	ProvedAt time.Time   // zero while it is going on
}

// FindPersonErasure returns an erasure; false if it was not begun.
func (s *Store) FindPersonErasure(ctx context.Context, id string) (e PersonErasure, begun bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindPersonErasure(ctx, id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		begun = true
		e = PersonErasure{
			ID: row.ID, At: s.at(row.At), By: exam.Actor{Role: exam.Role(row.ByRole), Name: row.ByName}, Reason: row.Reason, Line: row.AuditSeq,
			ProvedAt: maybeAt(row.ProvedAt, s.Rules().Location),
		}
		return errors.Join(json.Unmarshal([]byte(row.Orders), &e.Orders), json.Unmarshal([]byte(row.Places), &e.Places), json.Unmarshal([]byte(row.Files), &e.Files))
	})
	return e, begun, err
}

// EndErasure notes that the proof of that SHA-256 is on the disk. Told again it
// changes nothing.
func (s *Store) EndErasure(ctx context.Context, id, proof string, by exam.Actor, complete bool) error {
	return s.write(ctx, func(c *change) error {
		rows, err := c.EndPersonErasure(ctx, query.EndPersonErasureParams{At: new(c.now.UnixMilli()), Proof: proof, ID: id})
		if err != nil || rows == 0 {
			return err
		}
		return c.audit(Entry{Action: ActionErasureProved, By: by, Args: map[string]any{"erasure": id, "proof": proof, "complete": complete}})
	})
}

// ErrFileBusy says that somebody reads the database all the time.
var ErrFileBusy = errors.New("the database could not be written anew, because it is being read or written; it is tried again")

// CleanFile writes the database file anew and empties its log, so that nothing
// which was deleted or emptied stands in them any more. It needs as much room
// again as the file has.
func (s *Store) CleanFile(ctx context.Context) error {
	if _, err := s.writer.ExecContext(ctx, "VACUUM"); err != nil {
		return storageError(err)
	}
	var busy, log, done int
	err := s.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done)
	if e, ok := errors.AsType[sqlite3.Error](err); ok && isDiskFailure(e) {
		s.fault.Note(err)
	}
	if err == nil && busy != 0 {
		return ErrFileBusy
	}
	return storageError(err)
}

// ListUntoldOf are the batches with one of the orders that have no receipt yet, by
// install and number.
func (s *Store) ListUntoldOf(ctx context.Context, orders []string) (list []string, err error) {
	text, err := json.Marshal(append([]string{}, orders...))
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListOpenBatchesOfOrders(ctx, string(text))
		for _, row := range rows {
			list = append(list, fmt.Sprintf("%s %d", row.Install, row.Sequence))
		}
		return err
	})
	return list, err
}

// CountWaitingParcels counts what the province sent and nobody answered.
func (s *Store) CountWaitingParcels(ctx context.Context) (count int64, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		count, err = q.CountWaitingParcels(ctx)
		return err
	})
	return count, err
}
