package store

import (
	"crypto/rand"
	"database/sql"
	"io"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/vfs/readervfs"
)

// SQLite opens databases that are not the store's, by the store's driver.
type SQLite struct{}

// OpenEmpty opens an empty database in memory.
func (SQLite) OpenEmpty() (*sql.DB, error) {
	db, err := driver.Open("file::memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// OpenForeign opens a database that somebody else made over its bytes; nothing
// of it can run, be written, or reach the disk. release is for after its Close.
func (SQLite) OpenForeign(src io.ReaderAt, size int64) (db *sql.DB, release func(), err error) {
	name := "foreign-" + rand.Text()
	readervfs.Create(name, sized{src, size})
	release = func() { readervfs.Delete(name) }
	db, err = driver.Open("file:"+name+"?vfs=reader&mode=ro&immutable=1&_txlock=deferred&_pragma=query_only(1)", guard)
	if err != nil {
		release()
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	return db, release, nil
}

// sized tells SQLite how many bytes there are.
type sized struct {
	io.ReaderAt
	size int64
}

// Size is how many.
func (s sized) Size() (int64, error) { return s.size, nil }

// maxCell is how long a text may be at all, in bytes.
const maxCell = 1 << 20

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
