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

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Entry is one line of the audit log: a fact of an order (R31), or a look at
// a face, a video or an ID number.
type Entry struct {
	At        time.Time
	Action    string
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
		Action:    string(fact.Kind),
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
	last, err := c.LastAuditHash(c.ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	args, err := json.Marshal(e.Args)
	if err != nil {
		return err
	}
	row := query.InsertAuditParams{
		Seq:        last.Seq + 1,
		At:         ms(e.At),
		RecordedAt: ms(c.now),
		Action:     e.Action,
		ByRole:     string(e.By.Role),
		ByName:     e.By.Name,
		OrderID:    e.OrderID,
		AttemptID:  e.AttemptID,
		ClipID:     e.ClipID,
		Reason:     e.Reason,
		Args:       string(args),
		Previous:   last.Hash,
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

// VerifyAudit walks the whole log and says at which line the chain breaks.
func (s *Store) VerifyAudit(ctx context.Context) (lines int, err error) {
	const step = 1000
	previous := ""
	err = s.read(ctx, func(q *query.Queries) error {
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
