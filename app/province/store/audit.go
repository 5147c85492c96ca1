package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kaodian/app/base/witness"
	"kaodian/app/province/store/internal/query"
)

// Entry is one line of the audit log: a change, or a look at a face or a video.
type Entry struct {
	Action  string
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
	last, err := c.LastAudit(c.ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	args, err := json.Marshal(e.Args)
	if err != nil {
		return err
	}
	row := query.InsertAuditParams{
		Seq:      last.Seq + 1,
		At:       ms(c.now),
		Action:   e.Action,
		ByName:   e.By,
		Subject:  e.Subject,
		Args:     string(args),
		Previous: last.Hash,
	}
	if row.Hash, err = hashAudit(row); err != nil {
		return err
	}
	return c.InsertAudit(c.ctx, row)
}

// hashAudit is the SHA-256 in hex over the row's JSON without its own hash.
func hashAudit(row query.InsertAuditParams) (string, error) {
	row.Hash = ""
	text, err := json.Marshal(row)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
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

// VerifyAudit walks the whole log and says at which line the chain breaks, or
// that lines are missing at its end.
func (s *Store) VerifyAudit(ctx context.Context) (lines int, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		last := witness.Line{}
		if lines, err = walkAudit(ctx, q, &last); err != nil {
			return err
		}
		return checkHead(ctx, q, last)
	})
	return lines, err
}

// CheckAuditEnd is the part of VerifyAudit that costs nothing: whether lines
// are missing at the log's end.
func (s *Store) CheckAuditEnd(ctx context.Context) error {
	return s.read(ctx, func(q *query.Queries) error {
		last, err := lastLine(ctx, q)
		if err != nil {
			return err
		}
		return checkHead(ctx, q, last)
	})
}

func checkHead(ctx context.Context, q *query.Queries, last witness.Line) error {
	head, err := q.FindAuditHead(ctx)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%w, or were: the database does not know any more how far it went", witness.ErrCut)
	case err != nil || head.Seq == last.Seq && head.Hash == last.Hash:
		return err
	case last.Seq < head.Seq:
		return fmt.Errorf("%w: it ends with line %d, and line %d had been written", witness.ErrCut, last.Seq, head.Seq)
	}
	return fmt.Errorf("%w: what had been written after line %d is not what is there", witness.ErrCut, head.Seq)
}

func lastLine(ctx context.Context, q *query.Queries) (witness.Line, error) {
	row, err := q.LastAudit(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return witness.Line{}, nil
	}
	return witness.Line{Seq: row.Seq, Hash: row.Hash}, err
}

// AuditEnd is the end of the log, for its witness.
func (s *Store) AuditEnd(ctx context.Context) (line witness.Line, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		line, err = lastLine(ctx, q)
		return err
	})
	return line, err
}

// AuditHash returns the hash of a line, "" where there is none.
func (s *Store) AuditHash(ctx context.Context, seq int64) (hash string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		hash, err = q.FindAuditHash(ctx, seq)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return hash, err
}

// witnessed is the setting that says that a witness is kept.
const witnessed = "audit_witnessed"

// Witnessed says whether a witness of the log was kept before.
func (s *Store) Witnessed(ctx context.Context) (bool, error) {
	value, err := s.FindSetting(ctx, witnessed)
	return value != "", err
}

// SetWitnessed notes that a witness of the log is kept.
func (s *Store) SetWitnessed(ctx context.Context) error { return s.SetSetting(ctx, witnessed, "1") }

// AcceptGap goes on with a log whose end is missing, which stands in the log
// from then on. A line that was changed is not a gap, and stays an error.
func (s *Store) AcceptGap(ctx context.Context, reason string) error {
	return s.write(ctx, func(c *change) error {
		last := witness.Line{}
		if _, err := walkAudit(ctx, c.Queries, &last); err != nil {
			return err
		}
		head, err := c.FindAuditHead(ctx)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		entry := Entry{Action: "audit_gap_accepted", Args: map[string]any{
			"reason": reason, "ends_at": last.Seq, "known_line": head.Seq, "known_hash": head.Hash,
		}}
		if err := c.audit(entry); err != nil {
			return err
		}
		if last, err = lastLine(ctx, c.Queries); err != nil {
			return err
		}
		return c.SetAuditHead(ctx, query.SetAuditHeadParams{Seq: last.Seq, Hash: last.Hash})
	})
}

// walkAudit walks the chain and says where it ends.
func walkAudit(ctx context.Context, q *query.Queries, last *witness.Line) (lines int, err error) {
	const step = 1000
	for {
		rows, err := q.ListAudit(ctx, query.ListAuditParams{Seq: last.Seq, Limit: step})
		if err != nil || len(rows) == 0 {
			return lines, err
		}
		for _, row := range rows {
			hash, err := hashAudit(query.InsertAuditParams(row))
			if err != nil {
				return lines, err
			}
			if row.Seq != last.Seq+1 || row.Previous != last.Hash || row.Hash != hash {
				return lines, fmt.Errorf("the audit log was changed at line %d; restore a backup and compare", row.Seq)
			}
			*last = witness.Line{Seq: row.Seq, Hash: row.Hash}
			lines++
		}
	}
}
