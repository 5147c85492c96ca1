package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"kaodian/app/base/ctxio"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/drop"
	"kaodian/sync/drop/dirdrop"
)

// stamp is a file at the drop as it was when it was compared.
type stamp struct {
	size    int64
	changed time.Time
}

// most is how many parcels of all centres are looked after at once.
const most = 10_000

// Put puts every parcel that waits for its centre's answer at the drop in that
// folder, the signature of each last, and removes those that were answered. It
// may be repeated after any failure; one that cannot be put holds up no other. It
// returns the parcels that were put for the first time.
func (p *Publisher) Put(ctx context.Context, dir string) (put []store.Parcel, err error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	list, err := p.Store.ListAtDrop(ctx, most) // under the lock: another process may clear what was answered
	if err != nil || len(list) == 0 {
		return nil, err
	}
	at, err := dirdrop.Open(dir)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, parcel := range list {
		done, err := p.tend(ctx, at, dir, parcel)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", batch.Ref(parcel.Ref).ParcelFolder(), err))
		}
		if done && parcel.PutAt.IsZero() {
			put = append(put, parcel)
		}
	}
	return put, errors.Join(append(errs, at.Close(), ctx.Err())...)
}

// tend does what is to be done about one parcel; true says that it lies there.
func (p *Publisher) tend(ctx context.Context, at drop.Drop, dir string, parcel store.Parcel) (bool, error) {
	switch {
	case ctx.Err() != nil:
		return false, nil
	case parcel.Void || parcel.Answer.Outcome != "":
		return false, p.clear(ctx, at, parcel)
	}
	if err := p.put(ctx, at, dir, parcel); err != nil {
		return false, err
	}
	if !parcel.PutAt.IsZero() {
		return true, nil
	}
	return true, p.Store.RecordPut(ctx, parcel.Ref)
}

// put puts one parcel: its files, its manifest, and the signature last.
func (p *Publisher) put(ctx context.Context, at drop.Drop, dir string, parcel store.Parcel) error {
	local := p.path(folderName(parcel.Ref))
	text, err := os.ReadFile(filepath.Join(local, batch.ManifestName))
	if err == nil && batch.Sum(text) != parcel.ManifestSHA256 {
		err = errors.New("its manifest is another one")
	}
	if err != nil {
		return fmt.Errorf("the sealed parcel is damaged on this disk: %w; restore the store from a backup", err)
	}
	m, err := batch.ParseParcel(text)
	if err != nil {
		return err
	}
	folder := m.Ref().ParcelFolder()
	for _, file := range m.Files {
		if err := p.file(ctx, at, dir, local, folder, file); err != nil {
			return err
		}
	}
	for _, name := range []string{batch.ManifestName, batch.SignatureName} {
		file, err := describe(filepath.Join(local, name), name)
		if err == nil {
			err = p.file(ctx, at, dir, local, folder, file)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func describe(path, name string) (batch.File, error) {
	text, err := os.ReadFile(path)
	return batch.File{Name: name, Size: int64(len(text)), SHA256: batch.Sum(text)}, err
}

// file puts one file, in place of one that is not the same.
func (p *Publisher) file(ctx context.Context, at drop.Drop, dir, local, folder string, file batch.File) error {
	name := path.Join(folder, file.Name)
	whole := filepath.Join(dir, filepath.FromSlash(name))
	if p.compared(whole, file.Size) {
		return nil
	}
	same, err := isThere(ctx, at, name, file)
	if err != nil {
		return err
	}
	if !same {
		if err := at.Remove(ctx, name); err != nil {
			return err
		}
		err := at.Put(ctx, name, file.Size, func(offset int64) (io.ReadCloser, error) {
			source, err := os.Open(filepath.Join(local, filepath.FromSlash(file.Name)))
			if err == nil {
				_, err = source.Seek(offset, io.SeekStart)
			}
			return source, err
		})
		if err != nil {
			return err
		}
		share(dir, name)
	}
	p.remember(whole)
	return nil
}

// isThere says whether the drop has that very file.
func isThere(ctx context.Context, at drop.Drop, name string, file batch.File) (bool, error) {
	in, err := at.Get(ctx, name, file.Size)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, drop.ErrTooLarge) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer in.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, ctxio.Reader(ctx, in))
	return size == file.Size && hex.EncodeToString(sum.Sum(nil)) == file.SHA256, err
}

// compared says whether the file was the right one when it was last looked at, and
// has not changed since. This is remembered in memory only.
func (p *Publisher) compared(whole string, size int64) bool {
	now, there := stampOf(whole)
	p.mu.Lock()
	defer p.mu.Unlock()
	return there && now.size == size && p.seen[whole] == now
}

func (p *Publisher) remember(whole string) {
	now, there := stampOf(whole)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[string]stamp{}
	}
	if there {
		p.seen[whole] = now
	}
}

func stampOf(whole string) (stamp, bool) {
	info, err := os.Lstat(whole)
	if err != nil || !info.Mode().IsRegular() {
		return stamp{}, false
	}
	return stamp{size: info.Size(), changed: info.ModTime()}, true
}

// share makes a parcel readable for the FTP server, which may be another user:
// everything in it is sealed. Errors are ignored, since a stick has no permissions.
func share(dir, name string) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return
	}
	defer root.Close()
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		_ = root.Chmod(folder, 0o755)
	}
	_ = root.Chmod(name, 0o644)
}

// clear removes an answered parcel: the signature first, so that nobody takes what
// is left for a parcel. On another drop, such as a stick, it may lie on.
func (p *Publisher) clear(ctx context.Context, at drop.Drop, parcel store.Parcel) error {
	folder := batch.Ref(parcel.Ref).ParcelFolder()
	for _, name := range []string{batch.SignatureName, batch.ManifestName, batch.ContentsName} {
		if err := at.Remove(ctx, path.Join(folder, name)); err != nil {
			return err
		}
	}
	for _, within := range []string{"media", ""} {
		if err := clearFolder(ctx, at, path.Join(folder, within)); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(p.path(folderName(parcel.Ref))); err != nil {
		return err
	}
	return p.Store.RecordParcelCleared(ctx, parcel.Ref)
}

func clearFolder(ctx context.Context, at drop.Drop, folder string) error {
	entries, err := at.List(ctx, folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Dir {
			continue
		}
		if err := at.Remove(ctx, path.Join(folder, entry.Name)); err != nil {
			return err
		}
	}
	return at.RemoveFolder(ctx, folder)
}
