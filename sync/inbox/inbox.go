// Package inbox takes in what centres left at the drop: it verifies a batch
// before it parses a byte of it, stores its media, takes in its records, and
// answers with a signed receipt.
//
// A batch is verified in this order: the signature of its manifest by the key
// of the install in whose folder it lies; the manifest's own form, place and
// recipient; its place in the install's chain; the size and SHA-256 of every
// file as sent; then the decrypted content.
//
// A batch is (I4): accepted, in one transaction after its media are stored; or
// refused, or quarantined (a fork: its place in the chain is taken), with a
// signed refusal; or it waits without an answer, because a batch before it is
// missing or it was damaged in transit. A damaged file is set aside under
// another name, so that the centre's next run sends it again. An unknown sender
// gets no answer, and no answer is given to a manifest whose signature does not
// hold.
//
// After a crash the work is repeated: media are named by their content, the
// transaction was committed or not, and receipts are made from the batch's row,
// so the same bytes are written again.
//
// Enrolled boxes and invited centres are looked for by name, so that no other
// file at the drop can hide them; the number of strangers' folders that are
// looked into is bounded, and foreign files are counted and reported. Everything
// happens below the drop's folder: links are not followed and only plain files
// are opened. A batch that cannot be processed does not hold up the others.
//
// A batch that was answered is not read again while its files and its receipt
// are unchanged at the drop; a lost receipt is written again from its row. This
// is remembered in memory only: a new process reads everything once.
//
// It must not import Fiber, SQL or anything of the centre.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/records"
	"kaodian/sync/seal"
)

// Store is what the inbox needs of the province's store; each method is one
// transaction.
type Store interface {
	Now() time.Time
	MediaPath(sha256 string) string
	MediaFolder() string
	FindToken(ctx context.Context, centre string) (token string, invited bool, err error)
	WhyNoToken(ctx context.Context, centre string) (why error, err error)
	Enrol(ctx context.Context, install store.Install, token string) (store.Install, error)
	FindInstall(ctx context.Context, centre, install string) (store.Install, bool, error)
	ListInstalls(ctx context.Context) (installs []store.Install, centres []string, err error)
	RecordNotices(ctx context.Context, notices []store.Notice) error
	FindBatch(ctx context.Context, ref store.Ref, manifestSHA256 string) (store.Batch, bool, error)
	RecordOutcome(ctx context.Context, b store.Batch) (store.Batch, error)
	TakeIn(ctx context.Context, b store.Batch, previous string, rows store.Rows) (store.Batch, error)
	IsMediaKnown(ctx context.Context, sha256 string) (bool, error)
}

// Inbox takes in what lies at a drop. Several processes may have one over the
// same store; their runs wait for one another.
type Inbox struct {
	Store    Store
	Identity *seal.Identity // opens batches
	Signer   *seal.Signer   // signs receipts
	Scratch  string         // folder for files under way, on the store's disk
	Disk     durable.Disk   // where media and receipts appear
	SQLite   records.Driver // opens the records of batches

	seen seen // what was answered
}

// Outcome is what became of one thing at the drop.
type Outcome struct {
	Name    string   `json:"name"` // its folder or file at the drop
	Status  string   `json:"status"`
	Reasons []string `json:"reasons,omitempty"`
	Orders  int64    `json:"orders,omitempty"`
	Clips   int64    `json:"clips,omitempty"`
	New     bool     `json:"new"` // by this run
}

// The statuses of an Outcome besides a batch's: of an enrolment, of what an
// unknown install sent, and of what is no batch.
const (
	Enrolled      = "enrolled"
	EnrolRefused  = "enrolment refused"
	UnknownSender = "unknown sender"
	Forked        = "fork"    // two boxes send as one install
	Junk          = "junk"    // foreign files
	Trouble       = "trouble" // no plain file or folder where one belongs
)

// Receive goes through the drop once: enrolments, then batches, each install's
// in the order of its chain. One that cannot be processed now does not hold up
// the others; the error names all of them.
func (in *Inbox) Receive(ctx context.Context, dir string) ([]Outcome, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder %s cannot be read: %w; put the stick in or correct --root", dir, err)
	}
	defer root.Close()
	if err := in.begin(); err != nil {
		return nil, fmt.Errorf("the store's folder cannot be written: %w; make it writable for this user or free some disk", err)
	}
	unlock, err := in.lockStore(ctx)
	if err != nil {
		return nil, err
	}
	r := &run{Inbox: in, root: root, dir: dir, junk: map[string]*junk{}}
	if err := in.sweepMedia(ctx); err != nil {
		return nil, errors.Join(err, unlock())
	}
	r.enrolments(ctx)
	r.batches(ctx)
	r.outcomes = append(r.outcomes, r.forks...)
	r.tellJunk()
	noted := r.note(ctx)
	return r.outcomes, errors.Join(append(r.errs, noted, ctx.Err(), unlock())...)
}

// leftover is the age from which a scratch file counts as left by a crash.
const leftover = 24 * time.Hour

func (in *Inbox) begin() error {
	if err := in.Disk.MkdirAll(in.Scratch, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(in.Scratch)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == markName {
			continue
		}
		info, err := entry.Info()
		if err != nil || in.Store.Now().Sub(info.ModTime()) < leftover {
			continue // gone meanwhile, or in use
		}
		if err := os.Remove(filepath.Join(in.Scratch, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// run is one pass over a drop.
type run struct {
	*Inbox
	root      *os.Root // everything is read through it: no link leads out
	dir       string
	outcomes  []Outcome
	forks     []Outcome
	errs      []error
	troubles  []store.Notice   // what errs are about
	junk      map[string]*junk // by folder
	readOnly  bool             // the drop cannot be written
	strangers int              // folders of centres that never enrolled
	refusals  int              // enrolments that were refused and answered
}

func (r *run) failed(name string, err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		r.errs = append(r.errs, fmt.Errorf("%s: %w", name, err))
		r.troubles = append(r.troubles, store.Notice{Name: name, Kind: store.Trouble, Reasons: []string{err.Error()}})
	}
}

// batches takes in every install's batches in order: first those of known
// installs, then strangers'.
func (r *run) batches(ctx context.Context) {
	installs, _, err := r.Store.ListInstalls(ctx)
	if err != nil {
		r.failed("the store", err)
		return
	}
	known := map[string]bool{}
	for _, one := range installs {
		known[one.Centre], known[one.Centre+"/"+one.Install] = true, true
		r.install(ctx, one.Centre, one.Install, &one)
	}
	for _, centre := range r.look(".", folderOf(batch.CheckCentre, batch.IsOurTop)) {
		if !known[centre] {
			if r.strangers++; r.strangers > maxStrangers {
				continue
			}
		}
		for _, install := range r.look(centre, folderOf(batch.CheckInstall, nil)) {
			if !known[centre+"/"+install] {
				r.install(ctx, centre, install, nil)
			}
		}
	}
}

// install goes through the batches of one box; known is nil for a stranger's.
func (r *run) install(ctx context.Context, centre, install string, known *store.Install) {
	folder := path.Join(centre, install)
	if !r.isFolder(centre) || !r.isFolder(folder) {
		return
	}
	for _, name := range r.look(folder, folderOf(checkSequence, nil)) {
		if ctx.Err() != nil {
			return
		}
		sequence, _ := batch.ParseSequence(name) // look checked it
		ref := batch.Ref{Centre: centre, Install: install, Sequence: sequence}
		outcome, err := r.batch(ctx, ref, known)
		r.failed(ref.Folder(), err)
		if err == nil && outcome.Status != "" {
			r.outcomes = append(r.outcomes, outcome)
		}
		if outcome.Status == UnknownSender {
			return // one notice of a stranger's box is enough
		}
	}
}

func checkSequence(name string) error {
	if _, ok := batch.ParseSequence(name); !ok {
		return fmt.Errorf("%q is no sequence", name)
	}
	return nil
}

// Watch receives until the context ends, resting in between, and calls tell
// after every run.
func (in *Inbox) Watch(ctx context.Context, dir string, rest time.Duration, tell func([]Outcome, error)) error {
	for {
		tell(in.Receive(ctx, dir))
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(rest):
		}
	}
}
