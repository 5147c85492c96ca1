package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"

	"kaodian/app/base/durable"
	"kaodian/sync/drop"
	"kaodian/sync/drop/dirdrop"
	"kaodian/sync/seal"
)

// Maker makes backups of a data folder, also while a server runs on it.
type Maker struct {
	Folder  string // the data folder
	Program string
	Now     func() time.Time
	// Copy writes the whole database, as it is at one moment, into a new file.
	Copy func(ctx context.Context, to string) error
	// Keep is how many backups stay; 0 for all.
	Keep int
	// Distrust are pieces that a check found damaged: they are written anew.
	Distrust []string
	// Apart refuses a folder on the disk of the data: a stick's own, while the
	// stick is not in.
	Apart bool
	// Held says that the caller holds Lock: no other run or key comes between a
	// backup, its check and Prune.
	Held bool
	// Meter tells how far the run is; nil for nobody.
	Meter *Meter

	piece int64 // for tests; else pieceBytes
}

// Made is what a run did.
type Made struct {
	List
	New      int64 // bytes in the clear that were not there yet
	Gone     int   // files that the centre removed meanwhile
	SameDisk bool  // the folder is on the disk of the data
}

// Make makes a backup in a folder that exists. When it returns, all was read back.
// The older ones stay until Prune, which is for when the new one is known to be good.
func (m *Maker) Make(ctx context.Context, dir string) (Made, error) {
	r, err := m.begin(ctx, dir)
	if err != nil {
		return Made{}, err
	}
	defer r.end()
	if err := r.all(ctx); err != nil {
		return Made{}, err
	}
	return r.made, nil
}

// Prune removes the oldest backups but for Keep, and what no backup needs.
func (m *Maker) Prune(ctx context.Context, dir string) error {
	pruner := *m
	pruner.Distrust = nil // they were written anew
	r, err := pruner.begin(ctx, dir)
	if err != nil {
		return err
	}
	defer r.end()
	return r.prune(ctx)
}

// run is one making of a backup.
type run struct {
	*Maker
	keys     Keys
	to       []*seal.Recipient
	at       drop.Drop
	dir      string
	lock     *flock.Flock     // nil if the caller holds it
	overhead int64            // of a sealed file
	present  map[string]int64 // pieces that lie there, and their sizes
	had      map[string]known
	made     Made
}

// known is a file that is in the list.
type known struct {
	found
	place int // in the list
}

func (m *Maker) begin(ctx context.Context, dir string) (_ *run, err error) {
	keys, err := LoadKeys(m.Folder)
	if err != nil {
		return nil, err
	}
	if err := apart(m.Folder, dir); err != nil {
		return nil, err
	}
	own, err := seal.ParseRecipient(keys.own.Recipient())
	if err != nil {
		return nil, err
	}
	r := &run{Maker: m, keys: keys, dir: dir, to: []*seal.Recipient{keys.paper, own}, had: map[string]known{}}
	if r.at, err = dirdrop.Open(dir); err != nil {
		return nil, err
	}
	if !m.Held {
		r.lock, err = Lock(m.Folder)
	}
	if err != nil {
		return nil, errors.Join(err, r.at.Close())
	}
	if err = r.prepare(ctx); err != nil {
		r.end()
		return nil, err
	}
	return r, nil
}

func (r *run) end() {
	_ = os.RemoveAll(r.scratch()) // else the next run does
	if r.lock != nil {
		_ = r.lock.Close()
	}
	_ = r.at.Close()
}

func (r *run) scratch() string { return filepath.Join(r.Folder, scratchFolder) }

// ErrBusy says that another run or check of the box goes on.
var ErrBusy = errors.New("another backup or check is under way; wait for its end")

// Lock lets one run at a time use the scratch folder and the box's place, and keeps
// its key what it is. ErrBusy while another one does.
func Lock(folder string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(folder, "backup.lock"), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	if err == nil && !taken {
		err = ErrBusy
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// prepare reckons what lies there already.
func (r *run) prepare(ctx context.Context) error {
	if err := errors.Join(os.RemoveAll(r.scratch()), durable.MkdirAll(r.scratch(), 0o700)); err != nil {
		return err
	}
	var err error
	if r.overhead, err = overheadOf(r.to); err != nil {
		return err
	}
	box := boxOf(r.keys.own)
	if r.present, err = pieces(ctx, r.at, box); err != nil {
		return err
	}
	for _, name := range r.Distrust {
		if err := r.at.Remove(ctx, name); err != nil {
			return err
		}
		delete(r.present, name)
	}
	before, err := lists(ctx, r.at, box)
	if err != nil {
		return err
	}
	size := r.piece
	if size == 0 {
		size = pieceBytes
	}
	r.made.List = List{Version: Version, Program: r.Program, Box: box, Number: 1, MadeAt: r.Now().UTC().Truncate(time.Second), PieceBytes: size}
	if len(before) > 0 {
		r.made.Number = before[len(before)-1].number + 1
	}
	r.made.SameDisk = SameDisk(r.Folder, r.dir)
	if r.Apart && r.made.SameDisk {
		return fmt.Errorf("%s is %w; put the stick in, or name a folder on another disk or a share", r.dir, ErrSameDisk)
	}
	return nil
}

// pieces are what lies in the box's folder, by their whole names.
func pieces(ctx context.Context, at drop.Drop, box string) (map[string]int64, error) {
	present := map[string]int64{}
	folders, err := at.List(ctx, top+"/"+box)
	for _, folder := range folders {
		if !folder.Dir {
			continue
		}
		entries, err := at.List(ctx, top+"/"+box+"/"+folder.Name)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			present[top+"/"+box+"/"+folder.Name+"/"+entry.Name] = entry.Size
		}
	}
	return present, err
}

// all is the order of things: media first, which takes long; then the database, so
// that it names little that is not there yet; then what came in between. What was
// removed in between stays in the list, because the database may name it.
func (r *run) all(ctx context.Context) error {
	if err := r.look(ctx); err != nil {
		return err
	}
	if err := r.makeRoom(ctx); err != nil {
		return err
	}
	if err := r.putAll(ctx); err != nil {
		return err
	}
	if err := r.database(ctx); err != nil {
		return err
	}
	if err := r.look(ctx); err != nil {
		return err
	}
	if err := r.putAll(ctx); err != nil {
		return err
	}
	return r.putList(ctx)
}

// look puts into the list what is not in it, or was written since.
func (r *run) look(ctx context.Context) error {
	files, err := walk(r.Folder)
	if err != nil {
		return ownError{err}
	}
	files = slices.DeleteFunc(files, func(f found) bool { return r.had[f.name].found == f })
	r.Meter.begin(Reading, bytesOf(files))
	for _, f := range files {
		err := r.reckon(ctx, f, filepath.Join(r.Folder, filepath.FromSlash(f.name)))
		if errors.Is(err, fs.ErrNotExist) {
			r.made.Gone++
			continue
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", f.name, ownError{err})
		}
	}
	return nil
}

// ownError is a failure of the centre's own disk, which says nothing of the place.
type ownError struct{ error }

func (o ownError) Unwrap() error { return o.error }

// IsOwn says that a run failed by what it read, and not by the place.
func IsOwn(err error) bool {
	_, read := errors.AsType[ownError](err)
	_, sealed := errors.AsType[drop.SourceError](err)
	return read || sealed
}

func bytesOf(files []found) (sum int64) {
	for _, f := range files {
		sum += f.size
	}
	return sum
}

// database copies the database and puts it.
func (r *run) database(ctx context.Context) error {
	to := filepath.Join(r.scratch(), Database)
	if err := r.Copy(ctx, to); err != nil {
		return fmt.Errorf("copy the database: %w", ownError{err})
	}
	info, err := os.Stat(to)
	if err != nil {
		return ownError{err}
	}
	if err := r.reckon(ctx, found{Database, info.Size(), info.ModTime()}, to); err != nil {
		return ownError{err}
	}
	return r.putAll(ctx)
}

func (r *run) putList(ctx context.Context) error {
	kept := r.made.Files[:0]
	for _, f := range r.made.Files {
		if f.Pieces != nil {
			kept = append(kept, f)
		}
	}
	r.made.Files = kept
	if err := r.made.check(); err != nil {
		return fmt.Errorf("the backup would not be one: %w", err)
	}
	text, err := sealList(r.made.List, r.keys, r.to)
	if err != nil {
		return err
	}
	return r.at.Put(ctx, top+"/"+r.made.Box+"/"+r.made.Name(), int64(len(text)), fromMemory(text))
}
