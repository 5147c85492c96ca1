package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/vfs/readervfs"

	"kaodian/sync/batch"
)

// RecordsError says what is wrong with the records that a centre sent. The
// same bytes will never be better.
type RecordsError struct{ Reason string }

func (e *RecordsError) Error() string { return "records: " + e.Reason }

func badRecords(format string, args ...any) error {
	return &RecordsError{Reason: fmt.Sprintf(format, args...)}
}

// Records is the records.sqlite of a batch, open where it lies. Whoever made
// it may be hostile: nothing of it is believed before it was checked.
type Records struct {
	db     *sql.DB
	name   string
	source *watched
	judged bool // by Judge, and nothing was wrong
}

// RecordsHeader is what records.sqlite says of its batch.
type RecordsHeader struct {
	Version int
	Ref     batch.Ref
	MadeAt  time.Time
	Program string
}

// maxCell is how long a text may be at all, in bytes.
const maxCell = 1 << 20

// OpenRecords opens records of that size, which src decrypts as they are read,
// and checks that they have exactly the schema of batch.RecordsSchema and are
// sound. What is wrong with them is a RecordsError.
func OpenRecords(ctx context.Context, src io.ReaderAt, size int64) (*Records, error) {
	const header = 512
	if size < header || size > batch.MaxRecordBytes {
		return nil, badRecords("they have %d bytes", size)
	}
	r := &Records{name: "records-" + rand.Text(), source: &watched{src: src, size: size}}
	readervfs.Create(r.name, r.source)
	db, err := driver.Open("file:"+r.name+"?vfs=reader&mode=ro&immutable=1&_txlock=deferred&_pragma=query_only(1)", guard)
	if err != nil {
		readervfs.Delete(r.name)
		return nil, err
	}
	db.SetMaxOpenConns(1)
	r.db = db
	if err := r.check(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Close lets the source go.
func (r *Records) Close() error {
	err := r.db.Close()
	readervfs.Delete(r.name)
	return err
}

// guard takes from a connection what a hostile file could use, and what could
// write parts of it to the disk in the clear.
func guard(conn *sqlite3.Conn) error {
	for option, on := range map[sqlite3.DBConfig]bool{
		sqlite3.DBCONFIG_TRUSTED_SCHEMA: false,
		sqlite3.DBCONFIG_DEFENSIVE:      true,
		sqlite3.DBCONFIG_ENABLE_TRIGGER: false,
		sqlite3.DBCONFIG_ENABLE_VIEW:    false,
	} {
		if _, err := conn.Config(option, on); err != nil {
			return err
		}
	}
	conn.Limit(sqlite3.LIMIT_LENGTH, maxCell)
	conn.Limit(sqlite3.LIMIT_ATTACHED, 0)
	return conn.Exec("PRAGMA temp_store = memory; PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0; PRAGMA cache_size = -4000")
}

// check refuses other schemas and damaged files.
func (r *Records) check(ctx context.Context) error {
	got, err := schemaOf(ctx, r.db)
	if err != nil {
		return r.explain(ctx, err)
	}
	want, err := wantedSchema()
	if err != nil {
		return err
	}
	if got != want {
		return badRecords("they have another schema than this version's")
	}
	var size int64
	if err := r.db.QueryRowContext(ctx, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").Scan(&size); err != nil {
		return r.explain(ctx, err)
	}
	if size != r.source.size {
		return badRecords("they are cut off")
	}
	var verdict string
	if err := r.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return r.explain(ctx, err)
	}
	if verdict != "ok" {
		return badRecords("they are damaged inside")
	}
	return nil
}

// explain makes a RecordsError of what SQLite or the decryption said, but not
// of our own disk's errors or the end of the run.
func (r *Records) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if cause := r.source.failed(); cause != nil {
		if _, ours := errors.AsType[*fs.PathError](cause); ours {
			return cause
		}
		return badRecords("they cannot be decrypted: %v", cause)
	}
	if known, ok := errors.AsType[*RecordsError](err); ok {
		return known
	}
	return badRecords("they cannot be read: %v", err)
}

// wantedSchema is batch.RecordsSchema as SQLite keeps it.
var wantedSchema = sync.OnceValues(func() (string, error) {
	db, err := driver.Open("file::memory:")
	if err != nil {
		return "", err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(batch.RecordsSchema); err != nil {
		return "", err
	}
	return schemaOf(context.Background(), db)
})

// schemaOf is everything that the schema table holds, without comments and
// white space, which may change while the schema does not.
func schemaOf(ctx context.Context, db *sql.DB) (string, error) {
	const most = 100 // more rows are nobody's records
	rows, err := db.QueryContext(ctx, "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name LIMIT ?", most)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var kind, name, table, text string
		if err := rows.Scan(&kind, &name, &table, &text); err != nil {
			return "", err
		}
		fmt.Fprintf(&all, "%s %s %s %s\n", kind, name, table, squeeze(text))
	}
	return all.String(), rows.Err()
}

func squeeze(statement string) string {
	var words []string
	for line := range strings.Lines(statement) {
		code, _, _ := strings.Cut(line, "--")
		words = append(words, strings.Fields(code)...)
	}
	return strings.Join(words, " ")
}

// Header returns the one row that says which batch the records are of.
func (r *Records) Header(ctx context.Context) (h RecordsHeader, err error) {
	var count int
	var madeAt int64
	err = r.db.QueryRowContext(ctx, "SELECT count(*) FROM batch").Scan(&count)
	if err != nil {
		return h, r.explain(ctx, err)
	}
	if count != 1 {
		return h, badRecords("they name %d batches", count)
	}
	row := r.db.QueryRowContext(ctx, "SELECT version, centre, install, sequence, made_at, program FROM batch")
	if err := row.Scan(&h.Version, &h.Ref.Centre, &h.Ref.Install, &h.Ref.Sequence, &madeAt, &h.Program); err != nil {
		return h, r.explain(ctx, err)
	}
	err = batch.CheckRow("batch", []any{int64(h.Version), h.Ref.Centre, h.Ref.Install, h.Ref.Sequence, madeAt, h.Program})
	if err != nil {
		return h, badRecords("%v", err)
	}
	h.MadeAt = at(madeAt)
	return h, nil
}

// Media returns which sealed file is what.
func (r *Records) Media(ctx context.Context) ([]Media, error) {
	rows, err := r.db.QueryContext(ctx, "SELECT sha256, sealed, size, type, role, owner FROM media LIMIT ?", batch.MaxRows)
	if err != nil {
		return nil, r.explain(ctx, err)
	}
	defer rows.Close()
	var all []Media
	for rows.Next() {
		var m Media
		if err := rows.Scan(&m.SHA256, &m.Sealed, &m.Size, &m.Type, &m.Role, &m.Owner); err != nil {
			return nil, r.explain(ctx, err)
		}
		all = append(all, m)
	}
	if err := rows.Err(); err != nil {
		return nil, r.explain(ctx, err)
	}
	return all, nil
}

// watched remembers why reading failed: SQLite says «I/O error» only.
type watched struct {
	src  io.ReaderAt
	size int64

	mu    sync.Mutex
	cause error
}

// Size is the size of the plain records, for SQLite.
func (w *watched) Size() (int64, error) { return w.size, nil }

// ReadAt reads plain bytes.
func (w *watched) ReadAt(p []byte, off int64) (int, error) {
	n, err := w.src.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.cause = errors.Join(w.cause, err)
	}
	return n, err
}

func (w *watched) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cause
}
