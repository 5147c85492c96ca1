package inbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"kaodian/app/base/ctxio"
	"kaodian/sync/batch"
	"kaodian/sync/records"
	"kaodian/sync/seal"
)

// Two boxes with the keys of one install (a cloned disk, a restored backup) send
// to one folder. If both send before the province looks, one's manifest replaces
// the other's, but not the other's files: a whole sealed file that is not in the
// manifest was sealed by another box.

// lookForFork reports if the folder of a batch that was just processed holds a
// file that another box sealed. It only reports: anybody who can write at the
// drop could put such a file there.
func (r *run) lookForFork(ctx context.Context, m batch.Manifest, taken error) error {
	found, err := r.foreignMedia(ctx, m)
	if err != nil {
		return err
	}
	if damaged, ok := errors.AsType[*damage](taken); found == "" && ok && damaged.file == batch.RecordsName {
		if found, err = r.foreignRecords(ctx, m.Ref()); err != nil {
			return err
		}
	}
	if found == "" {
		return nil
	}
	r.forks = append(r.forks, Outcome{Name: m.Ref().Folder(), Status: Forked, New: true, Reasons: []string{
		fmt.Sprintf("%s was sealed by another box with the keys of this install: its disk was cloned, or a backup restored; find the second box and enrol it again", found),
	}})
	return nil
}

// foreignMedia is a whole media file in the batch's folder that its manifest
// does not name, "" if there is none. A few of the smallest are read.
func (r *run) foreignMedia(ctx context.Context, m batch.Manifest) (string, error) {
	named := map[string]bool{}
	for _, file := range m.Files {
		named[file.Name] = true
	}
	const tries = 3
	var smallest [tries]batch.File
	for _, name := range r.look(path.Join(m.Ref().Folder(), "media"), anyName) {
		name = path.Join("media", name)
		info, err := r.root.Lstat(path.Join(m.Ref().Folder(), name))
		if named[name] || !batch.IsMedia(name) || err != nil || !info.Mode().IsRegular() {
			continue
		}
		one := batch.File{Name: name, Size: info.Size(), SHA256: name[len("media/") : len(name)-len(".age")]}
		for i, other := range smallest {
			if other.Name == "" || one.Size < other.Size {
				smallest[i], one = one, other
			}
		}
	}
	for _, file := range smallest {
		if file.Name == "" || file.Size > batch.MaxFileBytes {
			continue
		}
		switch whole, err := r.isWhole(ctx, m.Ref(), file); {
		case err != nil:
			return "", err
		case whole:
			return file.Name, nil
		}
	}
	return "", nil
}

// anyName accepts every entry: the manifest says what belongs to a batch.
func anyName(os.DirEntry) (ours, known bool) { return true, true }

// isWhole says whether the file's bytes have the hash that is its name.
func (r *run) isWhole(ctx context.Context, ref batch.Ref, file batch.File) (bool, error) {
	source, err := r.openSent(ref, file)
	if _, damaged := errors.AsType[*damage](err); damaged || errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer source.Close()
	if _, err := io.Copy(io.Discard, ctxio.Reader(ctx, source)); err != nil {
		return false, err
	}
	return source.check() == nil, nil
}

// foreignRecords says whether a file that does not match the manifest's records
// is nevertheless a whole records file of this very batch: damage in transit
// cannot produce one.
func (r *run) foreignRecords(ctx context.Context, ref batch.Ref) (string, error) {
	copied, size, err := r.copyOf(ctx, path.Join(ref.Folder(), batch.RecordsName))
	if err != nil || copied == nil {
		return "", err
	}
	defer func() { _ = errors.Join(copied.Close(), os.Remove(copied.Name())) }() // a file that stays is swept later
	if _, err := copied.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	if seal.Decrypt(io.Discard, ctxio.Reader(ctx, copied), r.Identity) != nil {
		return "", ctx.Err() // not whole
	}
	plain, plainSize, err := seal.DecryptReaderAt(copied, size, r.Identity)
	if err != nil {
		return "", nil
	}
	foreign, err := records.Open(ctx, r.SQLite, plain, plainSize)
	if err != nil {
		return "", ctx.Err() // sealed, but not this batch's records
	}
	defer foreign.Close()
	if header, err := foreign.Header(ctx); err != nil || header.Ref != ref {
		return "", ctx.Err()
	}
	return batch.RecordsName, nil
}

// copyOf copies a file of the drop into the scratch folder; nil if it is too
// large or none.
func (r *run) copyOf(ctx context.Context, name string) (*os.File, int64, error) {
	source, size, err := r.open(name)
	if _, damaged := errors.AsType[*damage](err); damaged || errors.Is(err, fs.ErrNotExist) || size > batch.MaxRecordBytes+sealedOverhead {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	defer source.Close()
	scratch, err := os.CreateTemp(r.Scratch, "records-*.age") // 0600
	if err != nil {
		return nil, 0, err
	}
	if _, err := io.Copy(scratch, io.LimitReader(ctxio.Reader(ctx, source), size)); err != nil {
		return nil, 0, errors.Join(err, scratch.Close(), os.Remove(scratch.Name()))
	}
	return scratch, size, nil
}
