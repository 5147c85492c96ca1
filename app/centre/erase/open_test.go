package erase_test

import (
	"testing"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// open opens a copy of a centre's database after somebody changed it.
func open(t *testing.T, path string, statements []string) *store.Store {
	t.Helper()
	storetest.Exec(t, path, statements...)
	s, err := store.Open(t.Context(), path, exam.DefaultRules(time.UTC), clock.NewFake(time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)))
	webtest.Must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}
