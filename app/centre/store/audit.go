package store

import (
	"context"
	"encoding/json"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Entry is one line of the audit log: a fact of an order (R31), or a look at
// a face, a video or an ID number.
type Entry struct {
	At        time.Time
	Action    audit.Action
	By        exam.Actor
	OrderID   string
	AttemptID string
	ClipID    string
	Reason    string
	Args      map[string]any // no personal data
	Later     bool           // no batch holds it, though the order was in one (R31); only ListFacts says it
}

func entryOf(orderID string, fact exam.Fact) Entry {
	return Entry{
		At:        fact.At,
		Action:    audit.Action(fact.Kind),
		By:        fact.By,
		OrderID:   orderID,
		AttemptID: fact.AttemptID,
		ClipID:    fact.ClipID,
		Reason:    fact.Reason,
		Args:      fact.Args,
	}
}

// Audit notes what changed nothing else: a view, a log-in, a command.
func (s *Store) Audit(ctx context.Context, e Entry) error {
	return s.write(ctx, func(c *change) error { return c.audit(e) })
}

// audit appends to the log, chained to the line before.
func (c *change) audit(e Entry) error {
	if e.At.IsZero() {
		e.At = c.now
	}
	last, err := audit.End(c.ctx, c.tables())
	if err != nil {
		return err
	}
	args, err := json.Marshal(e.Args)
	if err != nil {
		return err
	}
	row := query.InsertAuditParams{
		Seq:        last.Seq + 1,
		At:         e.At.UnixMilli(),
		RecordedAt: c.now.UnixMilli(),
		Action:     string(e.Action),
		ByRole:     string(e.By.Role),
		ByName:     e.By.Name,
		OrderID:    e.OrderID,
		AttemptID:  e.AttemptID,
		ClipID:     e.ClipID,
		Reason:     e.Reason,
		Args:       string(args),
		Previous:   last.Hash,
	}
	if row.Hash, err = audit.Hash(row); err != nil {
		return err
	}
	return c.InsertAudit(c.ctx, row)
}

func (t tables) LastLine(ctx context.Context) (audit.Line, error) {
	row, err := t.LastAuditHash(ctx)
	return audit.Line{Seq: row.Seq, Hash: row.Hash}, err
}

func (t tables) Links(ctx context.Context, from, limit int64) (links []audit.Link, err error) {
	rows, err := t.ListAudit(ctx, query.ListAuditParams{Seq: from, Limit: limit})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	remains, err := t.remains(ctx, rows[0].Seq, rows[len(rows)-1].Seq)
	for _, row := range rows {
		line := audit.Line{Seq: row.Seq, Hash: row.Hash}
		row.Hash = ""
		links = append(links, audit.Link{Line: line, Previous: row.Previous, Bare: row, Remains: remains[line.Seq]})
	}
	return links, err
}

func (t tables) Head(ctx context.Context) (audit.Line, error) {
	head, err := t.FindAuditHead(ctx)
	return audit.Line(head), err
}

func (t tables) SetHead(ctx context.Context, line audit.Line) error {
	return t.SetAuditHead(ctx, query.SetAuditHeadParams(line))
}

func (t tables) AddGap(_ context.Context, reason string, args map[string]any) error {
	return t.c.audit(Entry{Action: ActionAuditGapAccepted, By: exam.Actor{Role: exam.BySystem}, Reason: reason, Args: args})
}
