// Package storetest lets tests of other packages look into a centre's
// database and change what no act does, over a connection beside the store's
// own. It owns nothing; only tests may import it.
package storetest

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3" // the centre's driver

	"kaodian/app/base/clock"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// empty is the database of a centre that just began. Its dozens of migrations
// would be most of the time of a test.
var empty = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "kaodian-empty-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) // the system's temporary folder has it
	path := filepath.Join(folder, "kaodian.db")
	s, err := store.Open(context.Background(), path, exam.DefaultRules(time.UTC), clock.New(time.Time{}))
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Path is where the database of a centre lies that just began.
func Path(t testing.TB, folder string) string {
	t.Helper()
	path := filepath.Join(folder, "kaodian.db")
	content, err := empty()
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

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
