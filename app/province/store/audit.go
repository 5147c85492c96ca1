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

// VerifyAudit walks the whole log and says at which line the chain breaks.
func (s *Store) VerifyAudit(ctx context.Context) (lines int, err error) {
	const step = 1000
	err = s.read(ctx, func(q *query.Queries) error {
		previous := ""
		for after := int64(0); ; {
			rows, err := q.ListAudit(ctx, query.ListAuditParams{Seq: after, Limit: step})
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, row := range rows {
				hash, err := hashAudit(query.InsertAuditParams(row))
				if err != nil {
					return err
				}
				if row.Seq != after+1 || row.Previous != previous || row.Hash != hash {
					return fmt.Errorf("the audit log was changed at line %d; restore a backup and compare", row.Seq)
				}
				after, previous = row.Seq, row.Hash
				lines++
			}
		}
	})
	return lines, err
}
