// Package storetest lets tests of other packages look into a centre's
// database and change what no act does, over a connection beside the store's
// own. It owns nothing; only tests may import it.
package storetest

import (
	"database/sql"
	"net/url"
	"testing"

	_ "github.com/mattn/go-sqlite3" // the centre's driver
)

// DB is a connection to the database.
type DB = sql.DB

// Open opens the database file until the test ends. A transaction begins by
// taking the only write lock.
func Open(t testing.TB, path string) *DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_txlock=immediate&_foreign_keys=on&_busy_timeout=10000")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Exec runs statements one after the other and closes the file again.
func Exec(t testing.TB, path string, statements ...string) {
	t.Helper()
	db := Open(t, path)
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}
