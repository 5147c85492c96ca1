package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/province/store/internal/query"
)

// Entry is one line of the audit log: a change, or a look at a face or a video.
type Entry struct {
	Action  audit.Action
	By      string         // user, "" for the program itself
	Subject string         // what it was done to: a centre, a batch, a clip, a hash
	Args    map[string]any // no personal data
}

// Audit notes what changed nothing else: a view, a log-in.
func (s *Store) Audit(ctx context.Context, e Entry) error {
	return s.write(ctx, func(c *change) error { return c.audit(e) })
}

// audit appends to the log, chained to the line before.
func (c *change) audit(e Entry) error {
	last, err := audit.End(c.ctx, c.tables())
	if err != nil {
		return err
	}
	args, err := json.Marshal(e.Args)
	if err != nil {
		return err
	}
	row := query.InsertAuditParams{
		Seq:      last.Seq + 1,
		At:       c.now.UnixMilli(),
		Action:   string(e.Action),
		ByName:   e.By,
		Subject:  e.Subject,
		Args:     string(args),
		Previous: last.Hash,
	}
	if row.Hash, err = audit.Hash(row); err != nil {
		return err
	}
	return c.InsertAudit(c.ctx, row)
}

// lastTime is the last moment that was written down.
func (s *Store) lastTime(ctx context.Context) (last time.Time, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.LastAudit(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		last = at(row.At)
		return err
	})
	return last, err
}

func (t tables) LastLine(ctx context.Context) (audit.Line, error) {
	row, err := t.LastAudit(ctx)
	return audit.Line{Seq: row.Seq, Hash: row.Hash}, err
}

func (t tables) Links(ctx context.Context, from, limit int64) (links []audit.Link, err error) {
	rows, err := t.ListAudit(ctx, query.ListAuditParams{Seq: from, Limit: limit})
	for _, row := range rows {
		line := audit.Line{Seq: row.Seq, Hash: row.Hash}
		row.Hash = ""
		links = append(links, audit.Link{Line: line, Previous: row.Previous, Bare: row})
	}
	return links, err
}

// CheckErased is nothing here: no line of this log holds a person.
func (tables) CheckErased(context.Context) error { return nil }

func (t tables) Head(ctx context.Context) (audit.Line, error) {
	head, err := t.FindAuditHead(ctx)
	return audit.Line(head), err
}

func (t tables) SetHead(ctx context.Context, line audit.Line) error {
	return t.SetAuditHead(ctx, query.SetAuditHeadParams(line))
}

func (t tables) AddGap(_ context.Context, reason string, args map[string]any) error {
	args["reason"] = reason
	return t.c.audit(Entry{Action: ActionAuditGapAccepted, Args: args})
}
