package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mattn/go-sqlite3"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

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
