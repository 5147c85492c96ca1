// Package store is the province's memory: one SQLite file, the only place
// with SQL here, and the folder of the media that batches brought.
//
// Every exported method that changes something is one transaction with the
// audit row of the act in it (WAL, synchronous=FULL), so after a crash an act
// is wholly there or not at all. One connection writes, a bounded pool reads
// beside it; several programs may have the store open at once.
//
// Media are kept in the clear, named by their SHA-256, for the service user
// only (0600 in 0700), as the database beside them is: so the pages serve
// ranges without the province's private key being in the program that faces
// the browsers, a lost key loses no evidence, and sha256sum checks them. The
// machine's disk encryption is what guards a stolen disk, of both alike.
//
// What a batch brings comes as rows (TakeIn); the store knows nothing of its
// format. A database that somebody else made is opened over its bytes (SQLite):
// it never lies on the disk in the clear.
//
// It must not import Fiber, the inbox or anything of the centre.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"

	"kaodian/app/base/accounts"
	"kaodian/app/base/audit"
	"kaodian/app/base/clock"
	"kaodian/app/base/durable"
	"kaodian/app/base/migrate"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/province/store/internal/query"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	// oldestSQLite is 3.51.3: older ones can corrupt a WAL file on a reset race.
	oldestSQLite = 3051003
	readers      = 4
	fileName     = "province.db"
)

// Store is the province's database and media folder.
type Store struct {
	sqlkit.Settings[tables] // that outlive a restart
	audit.Log               // of what was done and seen
	accounts.Accounts       // that people log in with

	writer *sql.DB
	reader *sql.DB
	folder string
	clock  clock.Clock
}

// ErrNoStore says that the folder holds no store yet.
var ErrNoStore = errors.New("there is no store here; name the store's folder with --store DIR, or make one with «kaodian-province init --store DIR»")

// exists says whether the folder holds a store.
func exists(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, fileName))
	return err == nil
}

// Create makes the folder's store; one that is there is opened.
func Create(ctx context.Context, folder string) (*Store, error) {
	if !exists(folder) {
		if err := checkEmpty(folder); err != nil {
			return nil, err
		}
		if err := durable.MkdirAll(filepath.Join(folder, mediaFolder), 0o700); err != nil {
			return nil, err
		}
		// Made here, because SQLite would make it readable for others.
		if err := durable.WriteFile(filepath.Join(folder, fileName), nil, 0o600); err != nil {
			return nil, err
		}
	}
	return open(ctx, folder, toMake)
}

// purpose is what a folder is opened for.
type purpose int

const (
	toUse  purpose = iota // a store has to be there
	toMake                // a file without tables becomes one
)

// Open opens the folder's store and brings its schema up to date after a copy
// of the file (.before-N-from-M). It refuses a schema that is newer than the program,
// and ErrNoStore if there is none. Its time is never earlier than the last
// that was written down.
func Open(ctx context.Context, folder string) (*Store, error) {
	return open(ctx, folder, toUse)
}

func open(ctx context.Context, folder string, why purpose) (*Store, error) {
	s, err := openAt(ctx, folder, why, clock.New(releasedAt))
	if err != nil {
		return nil, err
	}
	last, err := s.lastTime(ctx)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if last.After(releasedAt) {
		s.clock = clock.New(last)
	}
	return s, nil
}

// releasedAt is a time that is surely past: a machine whose clock stands
// before it has lost its clock.
var releasedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// OpenAt is Open with a clock of the caller's.
func OpenAt(ctx context.Context, folder string, clk clock.Clock) (*Store, error) {
	return openAt(ctx, folder, toUse, clk)
}

func openAt(ctx context.Context, folder string, why purpose, clk clock.Clock) (*Store, error) {
	if !exists(folder) {
		return nil, fmt.Errorf("%s: %w", folder, ErrNoStore)
	}
	if err := checkWritable(folder); err != nil {
		return nil, err
	}
	path := filepath.Join(folder, fileName)
	made, err := checkOurs(ctx, path)
	if err != nil {
		return nil, err
	}
	if !made && why == toUse {
		return nil, fmt.Errorf("%s: %w", folder, ErrNoStore)
	}
	writer, err := connect(path, writing)
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := migrate.Up(ctx, writer, migrations, path); err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	reader, err := connect(path, reading)
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	s := &Store{writer: writer, reader: reader, folder: folder, clock: clk}
	s.Settings = sqlkit.NewSettings(s.readTables, s.writeTables)
	s.Log = audit.New(s.Settings, s.readTables, s.writeTables)
	s.Accounts = accounts.New(UserAccount, s.readTables, s.writeTables)
	return s, nil
}

// checkOurs refuses another program's database, before anything of it changes.
// One without tables is a store whose making was only begun.
func checkOurs(ctx context.Context, path string) (made bool, err error) {
	db, err := driver.Open("file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		return false, err
	}
	defer db.Close()
	var ours, others int
	err = db.QueryRowContext(ctx, `
		SELECT count(*) FILTER (WHERE name IN ('batches', 'audit', 'installs')), count(*) FILTER (WHERE name <> 'goose_db_version')
		FROM sqlite_schema
		WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`).Scan(&ours, &others)
	if err == nil && others > 0 && ours < 3 {
		err = errors.New("another program made it")
	}
	if err != nil {
		return false, fmt.Errorf("%s is no province's store: %w; name the store's own folder with --store DIR", path, err)
	}
	return others > 0, nil
}

// ownNames may lie in a folder before the store is made.
var ownNames = []string{fileName, mediaFolder, "keys", "intake", "drop", "lost+found"}

// checkEmpty refuses a folder for a new store that is somebody else's.
func checkEmpty(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s cannot be a store's folder: %w; name another with --store DIR", folder, err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, fileName) && !slices.Contains(ownNames, name) {
			return fmt.Errorf("%s holds other things already (%s) and no store; name an empty or a new folder with --store DIR", folder, name)
		}
	}
	return nil
}

// checkWritable says in plain words what SQLite would say in its own.
func checkWritable(folder string) error {
	probe, err := os.CreateTemp(folder, ".writable-")
	if err == nil {
		err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if err != nil {
		return fmt.Errorf("the store's folder cannot be written: %w; make it writable for this user or free its disk, then run this again", err)
	}
	return nil
}

// Close ends the readers, then the writer, which checkpoints the WAL.
func (s *Store) Close() error { return errors.Join(s.reader.Close(), s.writer.Close()) }

// Folder is where the store lies.
func (s *Store) Folder() string { return s.folder }

// Now is the store's moment, to the millisecond, as it is written down.
func (s *Store) Now() time.Time { return s.clock.Now().Truncate(time.Millisecond).UTC() }

// mode is how a connection is used: its pragmas, asserted on every connection.
type mode struct {
	locking string
	pragmas [][2]string
}

var (
	writing = mode{locking: "immediate", pragmas: [][2]string{
		{"busy_timeout", "10000"}, {"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"},
		{"trusted_schema", "0"}, {"cache_size", "-8000"},
	}}
	reading = mode{locking: "deferred", pragmas: [][2]string{
		{"busy_timeout", "10000"}, {"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"},
		{"trusted_schema", "0"}, {"cache_size", "-4000"}, {"query_only", "1"},
	}}
)

func connect(path string, m mode) (*sql.DB, error) {
	values := url.Values{"_txlock": {m.locking}}
	for _, p := range m.pragmas {
		values.Add("_pragma", p[0]+"("+p[1]+")")
	}
	dsn := "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + values.Encode()
	return driver.Open(dsn, m.assert)
}

// assert refuses a connection whose pragmas are not as the DSN asked: a typo
// in a DSN is otherwise silent, and with it durability.
func (m mode) assert(conn *sqlite3.Conn) error {
	for _, p := range m.pragmas {
		got, err := one(conn, "PRAGMA "+p[0])
		if err != nil {
			return err
		}
		if got != p[1] {
			return fmt.Errorf("SQLite runs with %s=%s instead of %s; the disk may not allow it", p[0], got, p[1])
		}
	}
	return assertVersion(conn)
}

func assertVersion(conn *sqlite3.Conn) error {
	text, err := one(conn, "SELECT sqlite_version()")
	if err != nil {
		return err
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(text, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return fmt.Errorf("SQLite says its version is %q: %w", text, err)
	}
	if major*1_000_000+minor*1_000+patch < oldestSQLite {
		return fmt.Errorf("SQLite %s is older than 3.51.3; build with a newer go-sqlite3", text)
	}
	return nil
}

// one is the first column of a statement's first row, as text.
func one(conn *sqlite3.Conn, statement string) (string, error) {
	s, _, err := conn.Prepare(statement)
	if err != nil {
		return "", err
	}
	text := ""
	if s.Step() {
		text = s.ColumnText(0)
	}
	return text, errors.Join(s.Err(), s.Close())
}

// change is one write transaction: its queries and its moment.
type change struct {
	*query.Queries
	ctx context.Context
	tx  *sql.Tx
	now time.Time
}

// write runs do in one transaction of the only writer.
func (s *Store) write(ctx context.Context, do func(*change) error) error {
	return storageError(sqlkit.Within(ctx, s.writer, func(tx *sql.Tx) error {
		return do(&change{Queries: query.New(tx), ctx: ctx, tx: tx, now: s.Now()})
	}))
}

// read runs do on one snapshot, so that what it reads fits together.
func (s *Store) read(ctx context.Context, do func(*query.Queries) error) error {
	return storageError(sqlkit.Within(ctx, s.reader, func(tx *sql.Tx) error { return do(query.New(tx)) }))
}

// storageError names a full disk so that people can act; the rest passes.
func storageError(err error) error {
	if errors.Is(err, sqlite3.FULL) {
		return errors.Join(refusal.New(refusal.DiskFull), err)
	}
	return err
}

// The ends of the years 1 to 9999, in milliseconds since 1970.
const (
	firstTime = -62_135_596_800_000
	lastTime  = 253_402_300_799_999
)

// at is a stored moment. One outside the years 1 to 9999 is none that a page
// could show, and an older program took such ones in: it becomes the nearest.
func at(n int64) time.Time {
	return time.UnixMilli(min(max(n, firstTime), lastTime)).UTC()
}

// finite is a stored value that can be written as JSON, else none.
func finite(value *float64) *float64 {
	if value == nil || math.IsInf(*value, 0) || math.IsNaN(*value) {
		return nil
	}
	return value
}

func maybeAt(n *int64) time.Time {
	if n == nil {
		return time.Time{}
	}
	return at(*n)
}
