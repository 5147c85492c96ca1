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

// ErasureState is an erasure as a list shows it.
type ErasureState struct {
	ID       string     `json:"erasure"`
	At       time.Time  `json:"at"`
	By       exam.Actor `json:"by"`
	Reason   string     `json:"reason"`
	ProvedAt time.Time  `json:"proved_at,omitzero"`
	Told     []Told     `json:"told"` // by which batches the province hears of it
}

// Told is a batch that tells of an erasure. Its receipt is the province's answer: the
// person is erased there in the transaction that took it in.
type Told struct {
	Install    string    `json:"install"`
	Sequence   int64     `json:"sequence"`
	State      string    `json:"state"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
}

// ListErasures are all erasures, the oldest first.
func (s *Store) ListErasures(ctx context.Context) (list []ErasureState, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListPersonErasures(ctx)
		for _, row := range rows {
			told, own := s.toldOf(ctx, q, row)
			err = errors.Join(err, own)
			list = append(list, ErasureState{
				ID: row.ID, At: s.at(row.At), By: exam.Actor{Role: exam.Role(row.ByRole), Name: row.ByName}, Reason: row.Reason,
				ProvedAt: maybeAt(row.ProvedAt, s.Rules().Location), Told: told,
			})
		}
		return err
	})
	return list, err
}

func (s *Store) toldOf(ctx context.Context, q *query.Queries, e query.PersonErasure) ([]Told, error) {
	rows, err := q.ListErasureBatches(ctx, query.ListErasureBatchesParams{Since: e.At, Orders: e.Orders})
	told := []Told{}
	for _, row := range rows {
		told = append(told, Told{Install: row.Install, Sequence: row.Sequence, State: row.State, AnsweredAt: maybeAt(row.ReceiptAt, s.Rules().Location)})
	}
	return told, err
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

// ListUnprovedErasures are the erasures that go on, the oldest first.
func (s *Store) ListUnprovedErasures(ctx context.Context) (ids []string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		ids, err = q.ListUnprovedErasures(ctx)
		return err
	})
	return ids, err
}

// ExamRuns says whether an attempt that counts runs now, of whomever.
func (s *Store) ExamRuns(ctx context.Context) (runs bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		count, err := q.CountRunningAttempts(ctx, s.Now().UnixMilli())
		runs = count > 0
		return err
	})
	return runs, err
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
