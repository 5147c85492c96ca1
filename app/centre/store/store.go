// Package store is the centre's memory: one SQLite file, and the only place
// with SQL and *sql.Tx.
//
// Every exported method that changes something is one transaction, with the
// audit row and the queue row of the act in it, so after a crash an act is
// wholly there or not at all (WAL, synchronous=FULL). One connection writes;
// a bounded pool reads beside it, because unbounded readers starve the
// writer. It knows no HTTP and no files but its own; files that a row no
// longer needs are named in the trash table and removed after the commit.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"

	"kaodian/app/base/accounts"
	"kaodian/app/base/audit"
	"kaodian/app/base/clock"
	"kaodian/app/base/durable"
	"kaodian/app/base/migrate"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// The numbers 7, 14, 16, 17, 25 and 31 were never used.
//
//go:embed migrations/*.sql
var migrations embed.FS

const (
	// oldestSQLite is 3.51.3: older ones can corrupt a WAL file on a reset race.
	oldestSQLite = 3051003
	readers      = 8
)

// Store is the centre's database.
type Store struct {
	sqlkit.Settings[tables] // that outlive a restart
	audit.Log               // of what was done and seen
	accounts.Accounts       // that people log in with

	writer *sql.DB
	reader *sql.DB
	path   string // of the database
	folder string // the data folder, in which it lies
	rules  atomic.Pointer[exam.Rules]
	clock  clock.Clock
	fault  *durable.Fault // after it nothing is acknowledged
	room   Room           // nil: there is none in reserve

	watchers watchers
	lanes    Lanes // nil: nobody is told
}

// Open opens the database file, making it if it is absent, and brings its
// schema up to date after a copy of the file (path.before-N-from-M). It refuses a
// schema that is newer than the program.
func Open(ctx context.Context, path string, rules exam.Rules, clk clock.Clock) (*Store, error) {
	if _, number, _ := sqlite3.Version(); number < oldestSQLite {
		return nil, fmt.Errorf("SQLite %d is older than %d; build with a newer go-sqlite3", number, oldestSQLite)
	}
	fault := new(durable.Fault)
	writer := open(path, writing, fault)
	writer.SetMaxOpenConns(1)
	if err := migrate.Up(ctx, writer, migrations, path); err != nil {
		return nil, errors.Join(storageError(err), writer.Close())
	}
	reader := open(path, reading, nil)
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	if err := openAll(ctx, reader); err != nil {
		return nil, errors.Join(storageError(err), reader.Close(), writer.Close())
	}
	s := &Store{writer: writer, reader: reader, path: path, folder: filepath.Dir(path), clock: clk, fault: fault}
	s.UseRules(rules)
	s.Settings = sqlkit.NewSettings(s.readTables, s.writeTables)
	s.Log = audit.New(s.Settings, s.readTables, s.writeTables)
	s.Accounts = accounts.New(StaffAccount, s.readTables, s.writeTables)
	return s, nil
}

// openAll opens every reader now: later there may be no descriptors for one,
// and what is open goes on (I7).
func openAll(ctx context.Context, db *sql.DB) error {
	var all []*sql.Conn
	var err error
	for range readers {
		var conn *sql.Conn
		if conn, err = db.Conn(ctx); err != nil {
			break
		}
		all = append(all, conn)
	}
	for _, conn := range all {
		err = errors.Join(err, conn.Close()) // back into the pool
	}
	return err
}

// Close ends the readers, then the writer, which checkpoints the WAL.
func (s *Store) Close() error { return errors.Join(s.reader.Close(), s.writer.Close()) }

// Damage has SQLite read the whole database and says what it found wrong, ""
// for nothing. It takes about a second for each gigabyte.
func (s *Store) Damage(ctx context.Context) (found string, err error) {
	err = s.reader.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found)
	if found == "ok" {
		found = ""
	}
	return found, storageError(err)
}

// Checkpoint brings what was committed from the log into the database file as
// far as readers let it. SQLite does so by itself, but keeps to itself when the
// disk fails over it; here it is noted.
func (s *Store) Checkpoint(ctx context.Context) error {
	var busy, log, done int
	err := s.writer.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &log, &done)
	if e, ok := errors.AsType[sqlite3.Error](err); ok && isDiskFailure(e) {
		s.fault.Note(err)
	}
	return storageError(err)
}

// Rules are the settings the store's acts are judged by.
func (s *Store) Rules() exam.Rules { return *s.rules.Load() }

// UseRules has the acts that begin from now on judged by these settings.
func (s *Store) UseRules(rules exam.Rules) { s.rules.Store(&rules) }

// Fault is where a failure of the disk is noted: whoever writes to the same
// disk notes it there, and acknowledges nothing afterwards.
func (s *Store) Fault() *durable.Fault { return s.fault }

// SetPatience sets for how long a write waits while another process writes.
func (s *Store) SetPatience(ctx context.Context, patience time.Duration) error {
	_, err := s.writer.ExecContext(ctx, "PRAGMA busy_timeout = "+strconv.FormatInt(patience.Milliseconds(), 10))
	return storageError(err)
}

// Now is the store's moment, to the millisecond, as it is written down.
func (s *Store) Now() time.Time {
	return s.clock.Now().Truncate(time.Millisecond).In(s.Rules().Location)
}

// mode is how a connection is used: its pragmas are in the DSN and asserted
// on every connection.
type mode struct {
	dsn    url.Values
	pragma map[string]string
}

// statements are as many as a connection keeps prepared: reading an order takes a
// dozen, and a list of thousands would prepare them thousands of times.
var statements = []string{"128"}

var writing = mode{
	dsn: url.Values{
		"_txlock":       {"immediate"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_busy_timeout": {"10000"},
		"_cache_size":   {"-8000"},

		"_stmt_cache_size": statements,
	},
	pragma: map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"},
}

var reading = mode{
	dsn: url.Values{
		"_journal_mode": {"WAL"},
		"_synchronous":  {"FULL"},
		"_foreign_keys": {"on"},
		"_busy_timeout": {"10000"},
		"_query_only":   {"on"},
		"_cache_size":   {"-4000"},

		"_stmt_cache_size": statements,
	},
	pragma: map[string]string{"journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "10000", "query_only": "1"},
}

// looking changes nothing, not even how the file keeps its log.
var looking = mode{dsn: url.Values{"mode": {"ro"}, "_busy_timeout": {"10000"}}}

func open(path string, m mode, fault *durable.Fault) *sql.DB {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + m.dsn.Encode()
	return sql.OpenDB(connector{dsn: dsn, driver: &sqlite3.SQLiteDriver{ConnectHook: m.assert}, fault: fault})
}

// assert refuses a connection whose pragmas are not as the DSN asked: a typo
// in a DSN is otherwise silent, and with it durability.
func (m mode) assert(conn *sqlite3.SQLiteConn) error {
	for name, want := range m.pragma {
		got, err := pragma(conn, name)
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("SQLite runs with %s=%s instead of %s; the disk may not allow it", name, got, want)
		}
	}
	return nil
}

// change is one write transaction: its queries, its moment and its rules.
type change struct {
	*query.Queries
	tx    *sql.Tx // for an erasure, whose statements are one list
	ctx   context.Context
	now   time.Time
	rules exam.Rules

	changed []string    // orders and other keys, for the watchers
	waiting []jobs.Kind // of jobs added, for the lanes
	dropped []string    // clips whose jobs went, for the lanes
}

// Room is kept for records on a disk that is full.
type Room interface {
	// GiveUp makes room; false when none is left.
	GiveUp() bool
}

// UseRoom has records take of the room when the disk is full. It is called
// before the store is used.
func (s *Store) UseRoom(room Room) { s.room = room }

// write runs do in one transaction of the only writer. On a full disk room is
// given up and do runs once more, so what it counts it counts from zero.
func (s *Store) write(ctx context.Context, do func(*change) error) error {
	for {
		err := s.writeOnce(ctx, do)
		if e, ok := errors.AsType[sqlite3.Error](err); !ok || !isFull(e) || s.room == nil || !s.room.GiveUp() {
			return err
		}
	}
}

func (s *Store) writeOnce(ctx context.Context, do func(*change) error) error {
	var c *change
	err := sqlkit.Within(ctx, s.writer, func(tx *sql.Tx) error {
		c = &change{Queries: query.New(tx), tx: tx, ctx: ctx, now: s.Now(), rules: s.Rules()}
		return do(c)
	})
	if err != nil {
		return storageError(err)
	}
	s.watchers.tell(c.changed)
	s.tellLanes(c)
	return nil
}

// read runs do on one snapshot, so that what it reads fits together.
func (s *Store) read(ctx context.Context, do func(*query.Queries) error) error {
	return storageError(sqlkit.Within(ctx, s.reader, func(tx *sql.Tx) error { return do(query.New(tx)) }))
}

// storageError names a full disk so that staff can act; a disk that failed;
// and a database that cannot be opened or is busy for now, where trying again
// helps: nothing of this was written. The rest passes.
func storageError(err error) error {
	if err == nil || refusal.CodeOf(err) != "" {
		return err
	}
	if errors.Is(err, durable.ErrDiskFailed) {
		return errors.Join(refusal.New(refusal.StorageFailed), err)
	}
	e, ok := errors.AsType[sqlite3.Error](err)
	switch {
	case !ok:
	case isFull(e):
		return errors.Join(refusal.New(refusal.DiskFull), err)
	case isDiskFailure(e):
		return errors.Join(refusal.New(refusal.StorageFailed), durable.ErrDiskFailed, err)
	case e.Code == sqlite3.ErrBusy, e.Code == sqlite3.ErrLocked, e.Code == sqlite3.ErrCantOpen, e.Code == sqlite3.ErrIoErr:
		return errors.Join(refusal.New(refusal.StorageFailed), err)
	}
	return err
}

func (s *Store) at(n int64) time.Time { return at(n, s.Rules().Location) }

func at(n int64, zone *time.Location) time.Time { return time.UnixMilli(n).In(zone) }

func maybeAt(n *int64, zone *time.Location) time.Time {
	if n == nil {
		return time.Time{}
	}
	return at(*n, zone)
}
