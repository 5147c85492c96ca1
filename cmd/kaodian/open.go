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

	"kaodian/app/base/clock"
	"kaodian/app/centre/reserve"
	"kaodian/app/centre/store"
	"kaodian/app/centre/timekeeper"
	"kaodian/app/exam"
)

// centre is an opened data folder.
type centre struct {
	*store.Store
	live    *live
	folder  string
	clock   *clock.System
	reserve *reserve.Reserve // room for records on a full disk; nil for a command
}

// open opens an existing data folder for a command, which may run beside the
// server: then it uses the server's clock.
func (c *common) open(ctx context.Context) (*centre, error) { return c.openTo(ctx, toUse) }

// withCentre runs do with the opened centre.
func (c *common) withCentre(ctx context.Context, do func(*centre) error) error {
	centre, err := c.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(centre), centre.Close())
}

func (c *common) openTo(ctx context.Context, why purpose) (*centre, error) {
	p, err := c.prepare(ctx, why)
	if err != nil {
		return nil, err
	}
	served, err := isServed(p.folder)
	if err != nil {
		return nil, err
	}
	if served {
		return p.open(ctx, startBesideServer)
	}
	return p.open(ctx, startClock)
}

// openExclusive opens the data folder for its only server, until the lock is
// closed.
func (c *common) openExclusive(ctx context.Context, start startFunc) (*centre, *flock.Flock, error) {
	p, err := c.prepare(ctx, toUse)
	if err != nil {
		return nil, nil, err
	}
	return openPrepared(ctx, p, start)
}

func openPrepared(ctx context.Context, p prepared, start startFunc) (*centre, *flock.Flock, error) {
	lock, err := lockFolder(ctx, p.folder)
	if err != nil {
		return nil, nil, err
	}
	centre, err := p.open(ctx, start)
	if err != nil {
		return nil, nil, errors.Join(err, lock.Close())
	}
	return centre, lock, nil
}

// prepared is a data folder before its database is opened.
type prepared struct {
	live   *live
	rules  exam.Rules
	folder string
}

// prepare reads the settings and checks that the data folder may be opened. New
// files in it are for the service user only.
func (c *common) prepare(ctx context.Context, why purpose) (prepared, error) {
	live, rules, err := c.readLive(ctx)
	if err != nil {
		return prepared{}, err
	}
	unix.Umask(0o077) // new files are the service user's alone
	folder, err := c.ready(ctx, why)
	if err != nil {
		return prepared{}, err
	}
	return prepared{live: live, rules: rules, folder: folder}, nil
}

// readLive reads the settings, with what was chosen in the data folder.
func (c *common) readLive(ctx context.Context) (*live, exam.Rules, error) {
	written, err := readWritten(c.Config)
	if err != nil {
		return nil, exam.Rules{}, err
	}
	var chosen map[string]string
	if database := filepath.Join(c.Data, databaseName); isFile(database) {
		chosen = store.ReadChoices(ctx, database)
	}
	live, err := newLive(written, chosen)
	if err != nil {
		return nil, exam.Rules{}, err
	}
	rules, err := live.settings().rules()
	return live, rules, err
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// startFunc starts the clock from the database's settings.
type startFunc func(context.Context, *store.Store) (*clock.System, error)

// startingClock is the clock of a database before its own is chosen.
type startingClock struct{ *clock.System }

// open opens the database, making it on first use.
func (p prepared) open(ctx context.Context, start startFunc) (*centre, error) {
	clk := &startingClock{clock.New(timekeeper.ReleasedAt)}
	s, err := store.Open(ctx, filepath.Join(p.folder, databaseName), p.rules, clk)
	if err != nil {
		return nil, err
	}
	if clk.System, err = start(ctx, s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	p.live.store = s
	return &centre{Store: s, live: p.live, folder: p.folder, clock: clk.System}, nil
}

// settings are those that hold now.
func (c *centre) settings() settings { return c.live.settings() }

// retention is how long a video stays after its receipt.
func (c *centre) retention() time.Duration { return c.settings().Retention.AfterReceipt }

const (
	databaseName = "kaodian.db"
	lockName     = "serve.lock"
	// probing is how long a command may hold the lock to test whether it is free.
	probing = 2 * time.Second
)

// lockFolder locks the folder against a second server until the lock is closed.
func lockFolder(ctx context.Context, folder string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(folder, lockName), flock.SetPermissions(0o600))
	short, cancel := context.WithTimeout(ctx, probing)
	defer cancel()
	taken, err := lock.TryLockContext(short, probing/20)
	if !taken && ctx.Err() == nil && (err == nil || errors.Is(err, context.DeadlineExceeded)) {
		err = fmt.Errorf("another kaodian serves %s; stop it first", folder)
	}
	return lock, err
}

// isServed says whether a server runs on the folder.
func isServed(folder string) (bool, error) {
	path := filepath.Join(folder, lockName)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	lock := flock.New(path, flock.SetPermissions(0o600))
	free, err := lock.TryRLock()
	if err != nil {
		return false, fmt.Errorf("see whether a server runs: %w; run this as the user that serves", err)
	}
	return !free, lock.Close()
}
