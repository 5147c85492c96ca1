package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"kaodian/app/base/blot"
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
	// Lost says that the words were lost after the rows were emptied.
	Lost bool `json:"-"`
}

// Check refuses an erasure that may not begin.
func (e Erasing) Check() error {
	if err := exam.CheckReason(e.Reason); err != nil {
		return err
	}
	if slices.ContainsFunc(e.Whom.Words(), func(word blot.Word) bool { return word.In(e.Reason) }) {
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
		if err := s.checkErase(ctx, c.Queries, e); err != nil {
			return err
		}
		return c.erasePerson(e)
	})
}

func (c *change) erasePerson(e Erasing) error {
	plan, err := planErasure(c.ctx, c.tx, e.Whom, c.now.UnixMilli())
	if err != nil {
		return err
	}
	if err := errors.Join(c.noteErasure(e, plan.Erasable), c.markErased(e)); err != nil {
		return err
	}
	if err := c.emptyLines(e, plan.lines); err != nil {
		return err
	}
	if err := c.noteEvents(plan.args, e.Whom); err != nil {
		return err
	}
	if err := errors.Join(c.blotTyped(plan.typed), c.blurFormers(plan.ties)); err != nil {
		return err
	}
	for _, place := range erasePlaces {
		if _, err := c.tx.ExecContext(c.ctx, place.statement(), plan.args...); err != nil {
			return fmt.Errorf("erase the %s: %w", place.name, err)
		}
	}
	return c.dropBare(plan.args)
}

// noteErasure writes the erasure down, with what the next batch tells of it.
func (c *change) noteErasure(e Erasing, found Erasable) error {
	var texts [3]string
	for i, value := range []any{e.Whom.Orders, found.Places, found.Files} {
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
func (c *change) emptyLines(e Erasing, lines []query.Audit) error {
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

// dropBare removes what is left of orders of which nothing happened and nothing
// was sent: no count needs them.
func (c *change) dropBare(args []any) error {
	_, err := c.tx.ExecContext(c.ctx, `DELETE FROM orders
		WHERE id IN (SELECT value FROM json_each(:orders))
			AND id NOT IN (SELECT order_id FROM attempts WHERE practice = 0)
			AND id NOT IN (SELECT order_id FROM batch_orders)
			AND id NOT IN (SELECT order_id FROM results)`, args...)
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
