package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
	_ "time/tzdata" // the centre's zone, also where the system has no zone files

	"github.com/gofrs/flock"
	"golang.org/x/sys/unix"

	"kaodian/app/centre/store"
	"kaodian/app/clock"
	"kaodian/app/durable"
)

// centre is an opened data folder.
type centre struct {
	*store.Store
	settings settings
	folder   string
	clock    clock.Clock
}

// open reads the settings and opens the data folder's database, making both
// folder and database on first use. The folder is for the service user only.
func (c *common) open(ctx context.Context) (*centre, error) {
	settings, err := readSettings(c.Config)
	if err != nil {
		return nil, err
	}
	rules, err := settings.rules()
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(c.Data)
	if err != nil {
		return nil, err
	}
	unix.Umask(0o077) // what is in the folder is the service user's alone
	if err := durable.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	path := filepath.Join(folder, "kaodian.db")
	clk, err := startClock(ctx, path, func(clk clock.Clock) (*store.Store, error) { return store.Open(ctx, path, rules, clk) })
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, path, rules, clk)
	if err != nil {
		return nil, err
	}
	return &centre{Store: s, settings: settings, folder: folder, clock: clk}, nil
}

// startClock starts the clock no earlier than the last time the database
// wrote down: a machine that starts in 1970 must not reopen a window.
func startClock(ctx context.Context, path string, open func(clock.Clock) (*store.Store, error)) (clock.Clock, error) {
	clk := clock.New(releasedAt)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return clk, nil
	}
	s, err := open(clk)
	if err != nil {
		return nil, err
	}
	last, err := s.LastTime(ctx)
	if err := errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	if last.After(releasedAt) {
		clk = clock.New(last)
	}
	return clk, nil
}

// releasedAt is a time that is surely past: a machine whose clock stands
// before it has lost its clock.
var releasedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// lockFolder keeps a second server off the folder until the lock is closed.
func lockFolder(folder string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(folder, "serve.lock"), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	if err == nil && !taken {
		err = fmt.Errorf("another kaodian serves %s; stop it first", folder)
	}
	return lock, err
}
