package store

import (
	"context"
	"database/sql"
	"net/url"
	"time"

	"github.com/mattn/go-sqlite3"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Record is all that is known of an order at one moment, for whoever sends it.
type Record struct {
	exam.Order
	At      time.Time // the moment
	Status  exam.Status
	FinalAt time.Time             // zero while nobody knows
	Clips   map[string]ClipRecord // those of the attempts that travel (R16), by their ids
	Lines   []AuditLine           // all of the order, oldest first

	Erasures []Erasure // what was deleted of it (R25, retention)
}

// AuditLine is a line of the audit log as it stands there.
type AuditLine struct {
	Seq        int64
	At         time.Time
	RecordedAt time.Time
	Action     string
	By         exam.Actor
	OrderID    string
	AttemptID  string
	ClipID     string
	Reason     string
	Args       string // JSON, unless the log was damaged
	Hash       string
}

// FindRecord reads an order as a whole, from one snapshot, or refusal.NotFound.
func (s *Store) FindRecord(ctx context.Context, orderID string) (r Record, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		r, err = s.loader(q).record(ctx, orderID, s.Rules(), s.Now())
		return err
	})
	return r, err
}

func (l loader) record(ctx context.Context, orderID string, rules exam.Rules, now time.Time) (Record, error) {
	order, err := l.order(ctx, orderID)
	if err != nil {
		return Record{}, err
	}
	final, _ := order.FinalAt(rules, now)
	r := Record{Order: order, At: now, Status: order.Status(rules, now), FinalAt: final, Clips: map[string]ClipRecord{}}
	for _, attempt := range order.Attempts {
		if !attempt.Travels(now) {
			continue
		}
		for _, item := range attempt.Items {
			if item.Clip == nil {
				continue
			}
			if r.Clips[item.Clip.ID], err = l.clipRecord(ctx, item.Clip.ID); err != nil {
				return Record{}, err
			}
		}
	}
	if r.Erasures, err = l.erasures(ctx, orderID); err != nil {
		return Record{}, err
	}
	r.Lines, err = l.auditLines(ctx, orderID)
	return r, err
}

func (l loader) auditLines(ctx context.Context, orderID string) (lines []AuditLine, err error) {
	rows, err := l.ListOrderAudit(ctx, orderID)
	for _, row := range rows {
		lines = append(lines, AuditLine{
			Seq: row.Seq, At: at(row.At, l.zone), RecordedAt: at(row.RecordedAt, l.zone), Action: row.Action,
			By:      exam.Actor{Role: exam.Role(row.ByRole), Name: row.ByName},
			OrderID: row.OrderID, AttemptID: row.AttemptID, ClipID: row.ClipID, Reason: row.Reason, Args: row.Args, Hash: row.Hash,
		})
	}
	return lines, err
}

// CreateFile opens a new SQLite file by this store's driver, for whoever fills
// it. It is written without a journal: after a crash it is nothing.
func (*Store) CreateFile(path string) *sql.DB {
	db := sql.OpenDB(connector{
		dsn:    "file:" + (&url.URL{Path: path}).EscapedPath() + "?_journal_mode=OFF&_foreign_keys=on&_txlock=immediate",
		driver: &sqlite3.SQLiteDriver{},
	})
	db.SetMaxOpenConns(1)
	return db
}
