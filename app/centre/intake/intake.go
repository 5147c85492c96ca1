package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/gofrs/flock"
	"golang.org/x/sys/unix"

	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/roster"
)

// The refusals of an import as a whole.
const (
	Busy        refusal.Code = "import_busy"
	PreviewGone refusal.Code = "preview_gone"
	TooLarge    refusal.Code = "intake_too_large"
	RowsRefused refusal.Code = "rows_refused"
)

// Readers read strangers' lists in a process of their own.
type Readers interface {
	Orders(ctx context.Context, path string) (roster.OrderList, error)
	Syllabus(ctx context.Context, dir string) (roster.Syllabus, error)
}

// Faces looks at registration photos until it is closed.
type Faces interface {
	CheckPhoto(ctx context.Context, photo []byte) (roster.PhotoVerdict, error)
	Close() error
}

// Intake takes in for one centre.
type Intake struct {
	Store   *store.Store
	Folder  string // the data folder
	Readers Readers
	Faces   func() Faces // the worker starts with its first photo
	Parcels Parcels

	previews     shelf[*Preview]
	taken        taken[Taken]
	syllabi      shelf[*SyllabusPreview]
	takenSyllabi taken[struct{}]

	account account
}

// Hold locks the vault against another import, also of another process: each
// removes the files that no row names, and the other's are not named yet.
func (i *Intake) Hold() (release func(), err error) {
	lock := flock.New(filepath.Join(i.Folder, "import.lock"), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, err
	case !taken:
		return nil, refusal.New(Busy)
	}
	return func() { _ = lock.Close() }, nil
}

// previewFolder is where the files of previews lie.
func (i *Intake) previewFolder() string { return filepath.Join(i.Folder, "intake") }

// Sweep removes what a killed process left of its previews and imports.
func (i *Intake) Sweep(ctx context.Context) error {
	if err := os.RemoveAll(i.previewFolder()); err != nil {
		return err
	}
	release, err := i.Hold()
	if refusal.CodeOf(err) == Busy {
		return nil // that one sweeps at its end
	}
	if err != nil {
		return err
	}
	defer release()
	return errors.Join(i.sweepPhotos(ctx), i.sweepScores(ctx), i.sweepConsents(ctx))
}

// sweepConsents removes the scans of consents that no order has any more.
func (i *Intake) sweepConsents(ctx context.Context) error {
	dir := filepath.Join(i.Folder, filepath.FromSlash(path.Dir(store.ConsentFile("x"))))
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	named, err := i.Store.ListConsentFiles(ctx)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if slices.Contains(named, entry.Name()) {
			continue
		}
		if err := durable.Remove(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// keep writes a file of the vault.
func (i *Intake) keep(name string, content []byte) error {
	return Keep(durable.OS(), filepath.Join(i.Folder, filepath.FromSlash(name)), content)
}

// Keep writes a file whose name is its SHA-256, if it is not there whole: one that a
// disk damaged, or a link in its place, is replaced, as the health page says that it
// is. The folder is synced also if it is: a process may have been killed before it did that.
func Keep(disk durable.Disk, file string, content []byte) error {
	dir := filepath.Dir(file)
	if isWhole(disk, file, content) {
		return disk.SyncDir(dir)
	}
	if err := disk.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return disk.WriteFile(file, content, 0o600)
}

// isWhole says whether the file is there with that content.
func isWhole(disk durable.Disk, file string, content []byte) bool {
	info, err := disk.FS.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false
	}
	from, err := disk.FS.OpenFile(file, os.O_RDONLY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return false
	}
	there, err := io.ReadAll(from)
	return errors.Join(err, from.Close()) == nil && bytes.Equal(there, content)
}

// sweepPhotos removes the photos that no order names: those of refused rows,
// those that a list replaced, and those that a killed process left. No other
// import may be running.
func (i *Intake) sweepPhotos(ctx context.Context) error {
	return i.sweep(ctx, path.Dir(store.PhotoFile("x")), i.Store.ListPhotos)
}

// sweepScores is the same for the scores of drawn questions.
func (i *Intake) sweepScores(ctx context.Context) error {
	return i.sweep(ctx, path.Dir(store.QuestionFile("x")), i.Store.ListScores)
}

// sweep removes a folder's files that are not in use.
func (i *Intake) sweep(ctx context.Context, folder string, listUsed func(context.Context) ([]string, error)) error {
	dir := filepath.Join(i.Folder, filepath.FromSlash(folder))
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	used, err := listUsed(ctx)
	if err != nil {
		return err
	}
	slices.Sort(used)
	var failed []error
	for _, entry := range entries {
		if _, inUse := slices.BinarySearch(used, entry.Name()); !inUse {
			failed = append(failed, durable.Remove(filepath.Join(dir, entry.Name())))
		}
	}
	return errors.Join(failed...)
}
