package records

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
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
	size    int64 // in bytes
	version int   // of the format
	judged  bool  // by Judge, and nothing was wrong
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

// Open opens records of that size, in bytes, which src decrypts as they are
// read, and checks that they have exactly the schema of one of the format's
// versions and are sound. What is wrong with them is an Error.
func Open(ctx context.Context, driver Driver, src io.ReaderAt, size int64) (*Records, error) {
	const header = 512
	if size < header || size > batch.MaxRecordBytes {
		return nil, bad("they have %d bytes", size)
	}
	plain, err := decrypt(src, size)
	if err != nil {
		return nil, err
	}
	db, release, err := driver.OpenForeign(bytes.NewReader(plain), size)
	if err != nil {
		return nil, err
	}
	r := &Records{db: db, release: release, size: size}
	err = r.findVersion(ctx, driver)
	if err == nil {
		err = r.check(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// decrypt reads everything into memory, once: SQLite reads a page as often as
// rows far from each other are looked up, and each time 64 KiB would be decrypted.
func decrypt(src io.ReaderAt, size int64) ([]byte, error) {
	plain := make([]byte, size)
	_, err := io.ReadFull(io.NewSectionReader(src, 0, size), plain)
	if _, ours := errors.AsType[*fs.PathError](err); ours {
		return nil, err
	}
	if err != nil {
		return nil, bad("they cannot be decrypted: %v", err)
	}
	return plain, nil
}

// Close lets the records go.
func (r *Records) Close() error {
	defer r.release()
	return r.db.Close()
}

// check refuses damaged files.
func (r *Records) check(ctx context.Context) error {
	var size int64
	if err := r.db.QueryRowContext(ctx, "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").Scan(&size); err != nil {
		return explain(ctx, err)
	}
	if size != r.size {
		return bad("they are cut off")
	}
	var verdict string
	if err := r.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return explain(ctx, err)
	}
	if verdict != "ok" {
		return bad("they are damaged inside")
	}
	return nil
}

// explain makes an Error of what SQLite said, but not of the end of the run.
func explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
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
		return nil, explain(ctx, err)
	}
	var all []Media
	for _, m := range rows {
		all = append(all, Media{SHA256: m.Sha256, Sealed: m.Sealed, Size: m.Size, Type: m.Type, Role: m.Role, Owner: m.Owner})
	}
	return all, nil
}
