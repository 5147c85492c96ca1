package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"
	"time"

	"kaodian/sync/batch"
	"kaodian/sync/internal/query"
)

// Driver opens SQLite for reading, as the program that links it does.
type Driver interface {
	// OpenForeign opens a database that somebody else made, of that size, over
	// its bytes. It lets nothing of it run or write, and nothing of it reach the
	// disk; release frees what the driver keeps, after the database is closed.
	OpenForeign(src io.ReaderAt, size int64) (db *sql.DB, release func(), err error)
	// OpenEmpty opens an empty database in memory.
	OpenEmpty() (*sql.DB, error)
}

// Error says what is wrong with the records that a centre sent. The same bytes
// will never be better.
type Error struct{ Reason string }

func (e *Error) Error() string { return "records: " + e.Reason }

func bad(format string, args ...any) error { return &Error{Reason: fmt.Sprintf(format, args...)} }

// Records is the records.sqlite of a batch, open where it lies. Whoever made
// it may be hostile: nothing of it is believed before it was checked.
type Records struct {
	db      *sql.DB
	release func()
	source  *watched
	version int  // of the format
	judged  bool // by Judge, and nothing was wrong
}

// Header is what records.sqlite says of its batch.
type Header struct {
	Version   int
	Ref       batch.Ref
	MadeAt    time.Time
	Program   string
	AuditSeq  int64  // the last line of the centre's audit log when it was sealed; 0 where it is not told
	AuditHash string // of that line
}

// Open opens records of that size, which src decrypts as they are read, and
// checks that they have exactly the schema of one of the format's versions and
// are sound. What is wrong with them is an Error.
func Open(ctx context.Context, driver Driver, src io.ReaderAt, size int64) (*Records, error) {
	const header = 512
	if size < header || size > batch.MaxRecordBytes {
		return nil, bad("they have %d bytes", size)
	}
	source := &watched{src: src, size: size}
	db, release, err := driver.OpenForeign(source, size)
	if err != nil {
		return nil, err
	}
	r := &Records{db: db, release: release, source: source}
	err = r.findVersion(ctx, driver)
	if err == nil {
		err = r.check(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Close lets the source go.
func (r *Records) Close() error {
	defer r.release()
	return r.db.Close()
}

// check refuses damaged files.
func (r *Records) check(ctx context.Context) error {
	var size int64
	if err := r.db.QueryRowContext(ctx, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").Scan(&size); err != nil {
		return r.explain(ctx, err)
	}
	if size != r.source.size {
		return bad("they are cut off")
	}
	var verdict string
	if err := r.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return r.explain(ctx, err)
	}
	if verdict != "ok" {
		return bad("they are damaged inside")
	}
	return nil
}

// explain makes an Error of what SQLite or the decryption said, but not of our
// own disk's errors or the end of the run.
func (r *Records) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if cause := r.source.failed(); cause != nil {
		if _, ours := errors.AsType[*fs.PathError](cause); ours {
			return cause
		}
		return bad("they cannot be decrypted: %v", cause)
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	return bad("they cannot be read: %v", err)
}

// Header returns the one row that says which batch the records are of.
func (r *Records) Header(ctx context.Context) (Header, error) {
	row, err := r.batchRow(ctx)
	if err != nil {
		return Header{}, err
	}
	return Header{
		Version: int(row[0].(int64)), Ref: batch.Ref{Centre: row[1].(string), Install: row[2].(string), Sequence: row[3].(int64)},
		MadeAt: time.UnixMilli(row[4].(int64)).UTC(), Program: row[5].(string), AuditSeq: row[6].(int64), AuditHash: row[7].(string),
	}, nil
}

// batchRow is that row, column for column.
func (r *Records) batchRow(ctx context.Context) (row []any, err error) {
	count := 0
	err = r.eachOf(ctx, "batch", header[r.version], func(_ string, values []any) error {
		if count++; count > 1 {
			return bad("they name several batches")
		}
		row = slices.Clone(values)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if count == 0 {
		return nil, bad("they name no batch")
	}
	if err := batch.CheckRow("batch", row); err != nil {
		return nil, bad("%v", err)
	}
	if row[0] != int64(r.version) {
		return nil, bad("they have version %d and the schema of version %d", row[0], r.version)
	}
	return row, nil
}

// Media is a file of a batch and what it is.
type Media struct {
	SHA256 string // of the plain bytes
	Sealed string // SHA-256 of the sealed file
	Size   int64  // of the plain bytes
	Type   string
	Role   string // original, rendition, photo, evidence
	Owner  string // clip or order id
}

// Media returns which sealed file is what.
func (r *Records) Media(ctx context.Context) ([]Media, error) {
	rows, err := query.New(r.db).ListMedia(ctx, batch.MaxRows)
	if err != nil {
		return nil, r.explain(ctx, err)
	}
	var all []Media
	for _, m := range rows {
		all = append(all, Media{SHA256: m.Sha256, Sealed: m.Sealed, Size: m.Size, Type: m.Type, Role: m.Role, Owner: m.Owner})
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
