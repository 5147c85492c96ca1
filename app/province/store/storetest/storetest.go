// Package storetest changes a store's file by hand, for the tests of the
// province's side. It links the province's driver and is in no program.
package storetest

import (
	"path/filepath"

	"github.com/ncruces/go-sqlite3/driver"
)

// TB is what it needs of a test; rapid's T is one too.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

// Exec runs statements on a store's file, past everything that checks: an
// older program, or a hand, may have left there what today's would not take.
func Exec(t TB, folder string, statements ...string) {
	t.Helper()
	db, err := driver.Open("file:" + filepath.ToSlash(filepath.Join(folder, "province.db")) + "?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatalf("%v", err)
	}
}

// Count is what a statement counts in a store's file.
func Count(t TB, folder, statement string) (count int) {
	t.Helper()
	db, err := driver.Open("file:" + filepath.ToSlash(filepath.Join(folder, "province.db")) + "?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatalf("%v", err)
	}
	if err := db.QueryRow(statement).Scan(&count); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	if err := db.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return count
}
