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

// blotTyped takes the person's words out of what staff wrote of others. A phrase
// goes whole: two that are alike without the word could not both stay.
func (c *change) blotTyped(w Whom) error {
	for _, word := range w.longWords() {
		for _, place := range typed {
			text := fmt.Sprintf("UPDATE %[1]s SET %[2]s = replace(lower(%[2]s), ?1, '…') WHERE instr(lower(%[2]s), ?1) > 0", place.table, place.column) //nolint:gosec // names of the list
			if _, err := c.tx.ExecContext(c.ctx, text, word); err != nil {
				return fmt.Errorf("%s.%s: %w", place.table, place.column, err)
			}
		}
		if _, err := c.tx.ExecContext(c.ctx, "DELETE FROM phrases WHERE instr(lower(phrase), ?) > 0", word); err != nil {
			return fmt.Errorf("phrases: %w", err)
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
