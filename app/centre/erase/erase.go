// Package erase takes a person out of a centre's data folder for good and proves it
// (R25, reliability «Face data»). inventory.md beside the code lists every place in
// which a person lies and what becomes of it.
//
// It owns the folder erasures. An erasure that somebody confirmed is written there
// first, with the words by which the person is searched for (ID.pending), so a crash
// at any line is gone on with at the next call of GoOn: the rows are emptied in one
// transaction, then files go, the database file is written anew, everything is
// searched, and the proof is written; each step may be done twice. The pending file
// goes last: nothing of the person is kept. One erasure at a time, over processes.
// It must not import what sends or serves.
package erase

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// Store is what an erasure needs of the centre's store; each method is one
// transaction.
type Store interface {
	ErasePerson(ctx context.Context, e store.Erasing) error
	FindErasable(ctx context.Context, w store.Whom) ([]store.Found, []store.EraseFile, error)
	FindPersonErasure(ctx context.Context, id string) (store.PersonErasure, bool, error)
	EndErasure(ctx context.Context, id, proof string, by exam.Actor, complete bool) error
	CleanFile(ctx context.Context) error
	ListTrash(ctx context.Context) ([]string, error)
	EmptyTrash(ctx context.Context, paths []string) error
	ListUntoldOf(ctx context.Context, orders []string) ([]string, error)
	CountWaitingParcels(ctx context.Context) (int64, error)
	Now() time.Time
}

// Eraser erases.
type Eraser struct {
	Store   Store
	Folder  string // the data folder
	Program string // version
	// Step is told of each step before it begins, nil for nobody; an error ends it
	// there, as a crash would.
	Step func(name string) error
}

// Top is the eraser's folder in the data folder.
const Top = "erasures"

const pending = ".pending"

// ErrBusy says that another erasure is going on.
var ErrBusy = errors.New("another erasure is going on; try again when it is done")

func (e *Eraser) path(name string) string { return filepath.Join(e.Folder, Top, name) }

func (e *Eraser) lock() (unlock func(), err error) {
	if err := durable.MkdirAll(e.path(""), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(e.path("lock"), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	if err == nil && !taken {
		err = ErrBusy
	}
	return func() { _ = lock.Close() }, err // it goes with the file at the latest
}

// Erase erases the person and returns the proof. What was begun is gone on with by
// GoOn, also after a crash.
func (e *Eraser) Erase(ctx context.Context, what store.Erasing) (Proof, error) {
	if err := what.Check(); err != nil {
		return Proof{}, err
	}
	unlock, err := e.lock()
	if err != nil {
		return Proof{}, err
	}
	defer unlock()
	text, err := json.Marshal(what)
	if err != nil {
		return Proof{}, err
	}
	if err := e.step("begin"); err != nil {
		return Proof{}, err
	}
	if err := durable.WriteFile(e.path(what.ID+pending), text, 0o600); err != nil {
		return Proof{}, err
	}
	return e.run(ctx, what)
}

// GoOn goes on with what a crash broke off. While another process erases it does
// nothing.
func (e *Eraser) GoOn(ctx context.Context) error {
	names, err := filepath.Glob(e.path("*" + pending))
	if err != nil || len(names) == 0 {
		return err
	}
	unlock, err := e.lock()
	if errors.Is(err, ErrBusy) {
		return nil
	}
	if err != nil {
		return err
	}
	defer unlock()
	for _, name := range names {
		err = errors.Join(err, e.goOn(ctx, name))
	}
	return err
}

func (e *Eraser) goOn(ctx context.Context, name string) error {
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil // the other process was done meanwhile
	}
	if err != nil {
		return err
	}
	var what store.Erasing
	if err := json.Unmarshal(text, &what); err != nil {
		return fmt.Errorf("%s is damaged: %w; erase the person again, then remove the file", filepath.Base(name), err)
	}
	_, err = e.run(ctx, what)
	return err
}

func (e *Eraser) step(name string) error {
	if e.Step == nil {
		return nil
	}
	return e.Step(name)
}

// run does every step; whatever was done before is done again and changes nothing.
func (e *Eraser) run(ctx context.Context, what store.Erasing) (Proof, error) {
	if err := e.step("rows"); err != nil {
		return Proof{}, err
	}
	if err := e.rows(ctx, what); err != nil {
		return Proof{}, err
	}
	noted, _, err := e.Store.FindPersonErasure(ctx, what.ID)
	if err != nil {
		return Proof{}, err
	}
	proof, err := e.remove(ctx, what.Whom, noted)
	if err != nil {
		return Proof{}, err
	}
	if err := e.prove(ctx, &proof, what); err != nil {
		return Proof{}, err
	}
	if err := e.step("forget"); err != nil {
		return Proof{}, err
	}
	if err := durable.Remove(e.path(what.ID + pending)); err != nil {
		return Proof{}, err
	}
	return proof, proof.incomplete()
}

// rows empties the database's rows. An erasure that is refused is forgotten; one
// that the disk or a stop broke off is kept.
func (e *Eraser) rows(ctx context.Context, what store.Erasing) error {
	err := e.Store.ErasePerson(ctx, what)
	if err == nil || !refused(err) {
		return err
	}
	return errors.Join(err, durable.Remove(e.path(what.ID+pending)))
}

func refused(err error) bool {
	for _, known := range []error{store.ErrEraseRunning, store.ErrEraseLanding, store.ErrEraseLent, store.ErrEraseUnsent, store.ErrEraseReason, store.ErrEraseMoved} {
		if errors.Is(err, known) {
			return true
		}
	}
	code := refusal.CodeOf(err)
	return code != "" && code != refusal.DiskFull && code != refusal.StorageFailed
}

// remove removes the person's files and cleans what else holds the person.
func (e *Eraser) remove(ctx context.Context, whom store.Whom, noted store.PersonErasure) (Proof, error) {
	proof := e.begin(noted)
	for _, step := range []struct {
		name string
		do   func(context.Context, store.Whom, store.PersonErasure, *Proof) error
	}{
		{"files", e.removeFiles}, {"trash", e.sweep}, {"lists", e.removeLists}, {"copies", e.removeCopies}, {"texts", e.blotTexts}, {"database", e.clean},
		{"search", e.search}, {"told", e.tell},
	} {
		if err := e.step(step.name); err != nil {
			return proof, err
		}
		if err := step.do(ctx, whom, noted, &proof); err != nil {
			return proof, fmt.Errorf("%s: %w; it is gone on with by «kaodian serve» or by the same command", step.name, err)
		}
	}
	return proof, nil
}

func (e *Eraser) clean(ctx context.Context, _ store.Whom, _ store.PersonErasure, _ *Proof) error {
	return e.Store.CleanFile(ctx)
}

// local is a path of the store in the data folder.
func (e *Eraser) local(name string) string {
	return filepath.Join(e.Folder, filepath.FromSlash(strings.TrimPrefix(name, "/")))
}
