package migrate_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	_ "github.com/ncruces/go-sqlite3/driver" // either driver would do

	"kaodian/app/base/migrate"
)

// schema is a folder of migrations, one statement each.
func schema(statements ...string) fstest.MapFS {
	folder := fstest.MapFS{}
	for n, statement := range statements {
		name := "migrations/0000" + string(rune('1'+n)) + "_step.sql"
		folder[name] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + statement + ";\n")}
	}
	return folder
}

const (
	first  = "CREATE TABLE notes (text TEXT NOT NULL) STRICT"
	second = "ALTER TABLE notes ADD COLUMN at INTEGER NOT NULL DEFAULT 0"
	broken = "ALTER TABLE nowhere ADD COLUMN at INTEGER"
)

func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// old is a database of the first schema with one note.
func old(t *testing.T) (db *sql.DB, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "store.db")
	db = open(t, path)
	must(t, migrate.Up(t.Context(), db, schema(first), path))
	_, err := db.ExecContext(t.Context(), "INSERT INTO notes VALUES ('kept')")
	must(t, err)
	return db, path
}

func notes(t *testing.T, db *sql.DB) (text string) {
	t.Helper()
	must(t, db.QueryRowContext(t.Context(), "SELECT text FROM notes").Scan(&text))
	return text
}

func TestANewFileGetsTheWholeSchemaAndNoCopy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := open(t, path)
	for range 2 { // the second time there is nothing to do
		must(t, migrate.Up(t.Context(), db, schema(first, second), path))
	}
	_, err := db.ExecContext(t.Context(), "INSERT INTO notes VALUES ('a', 1)")
	must(t, err)
	if copies, _ := filepath.Glob(path + ".before*"); len(copies) > 0 {
		t.Errorf("there is %v", copies)
	}
}

func TestAnOlderFileIsCopiedAndThenBroughtUp(t *testing.T) {
	db, path := old(t)
	must(t, os.WriteFile(path+".before-2-from-1.part", []byte("left by a crash"), 0o600))
	must(t, migrate.Up(t.Context(), db, schema(first, second), path))
	var at int
	must(t, db.QueryRowContext(t.Context(), "SELECT at FROM notes WHERE text = 'kept'").Scan(&at))
	before := open(t, path+".before-2-from-1")
	if notes(t, before) != "kept" {
		t.Error("the copy has other notes")
	}
	if err := before.QueryRowContext(t.Context(), "SELECT at FROM notes").Scan(&at); err == nil {
		t.Error("the copy has the new schema already")
	}
	info, err := os.Stat(path + ".before-2-from-1")
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the copy is %v", info.Mode())
	}
}

func TestABrokenUpgradeNamesTheCopyAndLeavesTheOldSchema(t *testing.T) {
	db, path := old(t)
	for range 2 {
		err := migrate.Up(t.Context(), db, schema(first, broken), path)
		if err == nil || !strings.Contains(err.Error(), "store.db.before-2-from-1") {
			t.Fatalf("it says %v", err)
		}
	}
	if notes(t, db) != "kept" || notes(t, open(t, path+".before-2-from-1")) != "kept" {
		t.Error("a note is gone")
	}
	must(t, migrate.Up(t.Context(), db, schema(first), path))
}

func TestANewerFileIsRefusedWithTheWayBack(t *testing.T) {
	db, path := old(t)
	must(t, migrate.Up(t.Context(), db, schema(first, second), path))
	err := migrate.Up(t.Context(), db, schema(first), path)
	if err == nil || !strings.Contains(err.Error(), "newer program (schema 2, this one knows 1); install that version again") {
		t.Errorf("it says %v", err)
	}
}
