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
// What needs the whole database (writing it anew, searching it) waits while any
// attempt runs. It must not import what sends or serves.
package erase

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// Store is what an erasure needs of the centre's store; each method is one
// transaction.
type Store interface {
	ErasePerson(ctx context.Context, e store.Erasing) error
	FindErasable(ctx context.Context, w store.Whom) (store.Erasable, error)
	WalkTexts(ctx context.Context, w store.Whom) (store.FoundWords, error)
	FindPersonErasure(ctx context.Context, id string) (store.PersonErasure, bool, error)
	ListUnprovedErasures(ctx context.Context) ([]string, error)
	EndErasure(ctx context.Context, id, proof string, by exam.Actor, complete bool) error
	FileIsNamed(ctx context.Context, file string) (bool, error)
	ExamRuns(ctx context.Context) (bool, error)
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
	// Backups names the backups that hold the person still, a sentence each; nil for
	// none.
	Backups func(ctx context.Context) ([]string, error)
	// Patience is how long GoOn leaves an erasure alone that could not end.
	Patience time.Duration
	// Step is told of each step before it begins, nil for nobody; an error ends it
	// there, as a crash would.
	Step func(name string) error

	waits map[string]waiting // what GoOn could not end, by erasure; only its own
}

// waiting is an erasure that could not end.
type waiting struct {
	since time.Time
	exam  bool // it waits for the end of an exam
}

// Top is the eraser's folder in the data folder.
const Top = "erasures"

const pending = ".pending"

// What an erasure waits for.
var (
	ErrBusy = errors.New("another erasure is going on; try again when it is done")
	// ErrExamRuns is told once rows and files are gone: writing the database anew
	// would hold up an exam.
	ErrExamRuns = errors.New("the person's rows and files are gone; the database is written anew and the proof made once no attempt runs, by the running server or by «kaodian erase --go-on»")
	ErrImport   = errors.New("an import is going on, which may need the same photo; it is gone on with afterwards, by the running server or by «kaodian erase --go-on»")
	ErrBackup   = errors.New("a backup or the check of one is under way; it is gone on with afterwards, by the running server or by «kaodian erase --go-on»")
)

func (e *Eraser) path(name string) string { return filepath.Join(e.Folder, Top, name) }

func (e *Eraser) lock() (unlock func(), err error) {
	if err := durable.MkdirAll(e.path(""), 0o700); err != nil {
		return nil, err
	}
	unlock, err = hold(e.path("lock"), ErrBusy)
	if err != nil {
		return unlock, err
	}
	if err := e.sweepUnwritten(); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// unwritten are files of this folder that a kill left half written: they may hold the
// person's words.
func (e *Eraser) unwritten() ([]string, error) {
	return namesIn(e.path(""), func(name string) bool { return strings.HasPrefix(name, ".new-") })
}

// namesIn are the paths of a folder's entries whose names fit; none where it is not there.
func namesIn(dir string, fits func(name string) bool) (paths []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	for _, entry := range entries {
		if fits(entry.Name()) {
			paths = append(paths, filepath.Join(dir, entry.Name()))
		}
	}
	return paths, err
}

func (e *Eraser) sweepUnwritten() error {
	names, err := e.unwritten()
	for _, name := range names {
		err = errors.Join(err, removeFile(name))
	}
	return err
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

// GoOn goes on with every erasure that is not proved: what a crash broke off, and what
// waited. One that cannot end holds up no other. While another process erases it does
// nothing.
func (e *Eraser) GoOn(ctx context.Context) error {
	ids, err := e.unended(ctx)
	if err != nil {
		return err
	}
	if unwritten, err := e.unwritten(); err != nil || len(ids)+len(unwritten) == 0 {
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
	runs, err := e.Store.ExamRuns(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if e.rests(id, runs) {
			continue
		}
		if own := e.goOn(ctx, id); own != nil {
			err = errors.Join(err, fmt.Errorf("erasure %s: %w", id, own))
		}
	}
	return err
}

// Unended are the erasures that are not proved.
func (e *Eraser) Unended(ctx context.Context) ([]string, error) { return e.unended(ctx) }

func (e *Eraser) unended(ctx context.Context) (ids []string, err error) {
	names, err := namesIn(e.path(""), func(name string) bool { return strings.HasSuffix(name, pending) })
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		ids = append(ids, strings.TrimSuffix(filepath.Base(name), pending))
	}
	noted, err := e.Store.ListUnprovedErasures(ctx)
	ids = append(ids, noted...)
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// rests says whether it is too early to try again.
func (e *Eraser) rests(id string, examRuns bool) bool {
	w, waits := e.waits[id]
	if !waits {
		return false
	}
	if w.exam {
		return examRuns
	}
	return e.Store.Now().Sub(w.since) < e.Patience
}

func (e *Eraser) goOn(ctx context.Context, id string) error {
	what, err := e.pending(ctx, id)
	if err == nil {
		_, err = e.run(ctx, what)
	}
	if err == nil || ctx.Err() != nil {
		delete(e.waits, id)
		return err
	}
	if e.waits == nil {
		e.waits = map[string]waiting{}
	}
	e.waits[id] = waiting{since: e.Store.Now(), exam: errors.Is(err, ErrExamRuns)}
	if errors.Is(err, ErrExamRuns) {
		return nil // that was told when it was begun
	}
	return err
}

// pending reads what is to be erased. Of an erasure whose words are lost after its
// rows were emptied the rest is done all the same; the proof tells that nobody could
// search.
func (e *Eraser) pending(ctx context.Context, id string) (what store.Erasing, err error) {
	text, err := os.ReadFile(e.path(id + pending))
	if err == nil {
		err = json.Unmarshal(text, &what)
	}
	if err == nil && what.ID == id {
		return what, nil
	}
	noted, begun, own := e.Store.FindPersonErasure(ctx, id)
	if own != nil {
		return what, own
	}
	if !begun {
		return what, fmt.Errorf("%s is damaged, and nothing was erased by it; remove it and erase the person again", id+pending)
	}
	return store.Erasing{ID: id, By: noted.By, Reason: noted.Reason, Whom: store.Whom{Orders: noted.Orders}, Lost: true}, nil
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
	if !noted.ProvedAt.IsZero() { // only the file that says so was left
		return Proof{}, e.forget(what.ID)
	}
	proof, err := e.remove(ctx, what, noted)
	if err != nil {
		return Proof{}, err
	}
	if err := e.prove(ctx, &proof, what); err != nil {
		return Proof{}, err
	}
	if err := e.forget(what.ID); err != nil {
		return Proof{}, err
	}
	return proof, proof.incomplete()
}

func (e *Eraser) forget(id string) error {
	if err := e.step("forget"); err != nil {
		return err
	}
	return removeFile(e.path(id + pending))
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
	for _, known := range []error{
		store.ErrEraseRunning, store.ErrEraseLanding, store.ErrEraseLent, store.ErrEraseUnsent, store.ErrEraseReason, store.ErrEraseOther, store.ErrEraseMoved,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	code := refusal.CodeOf(err)
	return code != "" && code != refusal.DiskFull && code != refusal.StorageFailed
}

// act is an erasure whose rows are emptied, and its proof so far.
type act struct {
	*Eraser
	whom  store.Whom
	noted store.PersonErasure
	proof *Proof
}

// remove removes the person's files and cleans what else holds the person.
func (e *Eraser) remove(ctx context.Context, what store.Erasing, noted store.PersonErasure) (Proof, error) {
	proof := e.begin(noted)
	proof.Search.Lost = what.Lost
	a := act{e, what.Whom, noted, &proof}
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"files", a.removeFiles}, {"trash", a.sweep}, {"lists", a.removeLists}, {"copies", a.removeCopies}, {"texts", a.blotTexts},
		{"database", a.clean}, {"search", a.search}, {"told", a.tell},
	} {
		if err := e.step(step.name); err != nil {
			return proof, err
		}
		if err := step.do(ctx); err != nil {
			return proof, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return proof, nil
}

// clean writes the database anew, once everything else is gone: beside an exam it
// would keep phones waiting.
func (a act) clean(ctx context.Context) error {
	runs, err := a.Store.ExamRuns(ctx)
	if err == nil && runs {
		err = ErrExamRuns
	}
	if err != nil {
		return err
	}
	return a.Store.CleanFile(ctx)
}

// local is a path of the store in the data folder.
func (e *Eraser) local(name string) string {
	return filepath.Join(e.Folder, filepath.FromSlash(strings.TrimPrefix(name, "/")))
}
