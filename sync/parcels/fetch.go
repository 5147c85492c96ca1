package parcels

import (
	"bytes"
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
	"slices"

	"kaodian/app/base/ctxio"
	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
	"kaodian/sync/batch"
	"kaodian/sync/drop"
)

// trouble is what is wrong with a parcel as it lies at the drop. It is told and
// not answered: another run may find it whole.
type trouble struct{ reason string }

func (t *trouble) Error() string { return t.reason }

func told(format string, args ...any) error { return &trouble{fmt.Sprintf(format, args...)} }

// again is the advice beside every word about damage.
const again = "the province's next «kaodian-province receive» puts it again"

// Fetch fetches what the drop has for this install, in order, and returns what is
// wrong with what lies there; err is the drop's or this disk's. Nothing that was
// fetched is fetched again, whatever lies in its place.
func (s Shelf) Fetch(ctx context.Context, at drop.Drop) (wrong []string, err error) {
	there, err := s.look(ctx, at)
	if err != nil {
		return nil, err
	}
	for _, sequence := range there {
		ref := batch.Ref{Centre: s.Centre, Install: s.Install, Sequence: sequence}
		err := s.one(ctx, at, ref)
		odd, isTrouble := errors.AsType[*trouble](err)
		switch {
		case isTrouble:
			wrong = append(wrong, ref.ParcelFolder()+": "+odd.reason)
		case err != nil:
			return wrong, fmt.Errorf("fetch %s: %w", ref.ParcelFolder(), err)
		}
	}
	if len(there) == 0 { // what a run broke off comes no more
		err = os.RemoveAll(s.path(fetching))
	}
	return wrong, errors.Join(err, s.Tidy(ctx))
}

// maxLooked is how many folders of a drop are looked into: more are somebody's
// mischief.
const maxLooked = 1000

// look is which parcels lie there, by number.
func (s Shelf) look(ctx context.Context, at drop.Drop) (there []int64, err error) {
	entries, err := at.List(ctx, batch.ParcelsFolder(s.Centre, s.Install))
	for _, entry := range entries {
		if sequence, ours := batch.ParseSequence(entry.Name); ours && entry.Dir {
			there = append(there, sequence)
		}
	}
	slices.Sort(there)
	return there[:min(len(there), maxLooked)], err
}

// one fetches one parcel if it is the next one.
func (s Shelf) one(ctx context.Context, at drop.Drop, ref batch.Ref) error {
	text, err := s.signed(ctx, at, ref)
	if err != nil || text == nil {
		return err
	}
	last, _, err := s.Store.LastParcel(ctx, s.Install)
	if err != nil {
		return err
	}
	if ref.Sequence <= last.Sequence {
		return s.known(ctx, ref, batch.Sum(text))
	}
	m, err := s.accept(text, ref, last)
	if err != nil {
		return err
	}
	return s.fetch(ctx, at, m, text)
}

// fetch brings the files of a parcel, looks whether they open, and writes its row.
func (s Shelf) fetch(ctx context.Context, at drop.Drop, m batch.Manifest, text []byte) error {
	if err := s.begin(ctx, m, text); err != nil {
		return err
	}
	bytes := int64(0)
	for _, file := range m.Files {
		bytes += file.Size
		if err := s.file(ctx, at, path.Join(m.Ref().ParcelFolder(), file.Name), file); err != nil {
			return err
		}
	}
	contents, refused, err := s.check(ctx, m)
	if err != nil {
		return err
	}
	ref := store.ParcelRef{Install: m.Install, Sequence: m.Sequence, ManifestSHA256: batch.Sum(text)}
	final := s.path(folderName(ref))
	if err := os.RemoveAll(final); err != nil { // a folder without a row, from a crash
		return err
	}
	if err := durable.Rename(s.path(fetching), final); err != nil {
		return err
	}
	return s.Store.RecordFetched(ctx, store.Parcel{
		ParcelRef: ref, Kind: string(contents.Kind), Title: contents.Title, Files: int64(len(m.Files)), Bytes: bytes, MadeAt: m.MadeAt,
	}, refused)
}

// begin makes the folder for what comes in. What a broken run left of this very
// parcel stays.
func (s Shelf) begin(ctx context.Context, m batch.Manifest, text []byte) error {
	dir := s.path(fetching)
	if left, err := os.ReadFile(filepath.Join(dir, batch.ManifestName)); err == nil && bytes.Equal(left, text) {
		return nil
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	needed := int64(0)
	for _, file := range m.Files {
		needed += file.Size
	}
	if err := s.Room(ctx, needed); err != nil {
		return err
	}
	if err := makeFolder(dir); err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(dir, batch.ManifestName), text, 0o600)
}

// file fetches one file, unless it is there: under its name it is whole.
func (s Shelf) file(ctx context.Context, at drop.Drop, name string, file batch.File) error {
	to := filepath.Join(s.path(fetching), local(file.Name))
	if info, err := os.Stat(to); err == nil && info.Size() == file.Size {
		return nil
	}
	in, err := at.Get(ctx, name, file.Size)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return told("%s is missing; %s", file.Name, again)
	case errors.Is(err, drop.ErrTooLarge):
		return told("%s is larger than its manifest says; %s", file.Name, again)
	case isOfOne(err):
		return told("%s cannot be read: %v; %s", file.Name, err, again)
	case err != nil:
		return err
	}
	defer in.Close()
	out, err := durable.Create(to, 0o600)
	if err != nil {
		return err
	}
	defer out.Discard()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(out, sum), io.LimitReader(ctxio.Reader(ctx, in), file.Size+1))
	if err != nil {
		return err
	}
	if size != file.Size || hex.EncodeToString(sum.Sum(nil)) != file.SHA256 {
		return told("%s is not as it was sent; %s", file.Name, again)
	}
	return out.Commit()
}

// check opens everything to nowhere. refused is what the province sealed wrong.
func (s Shelf) check(ctx context.Context, m batch.Manifest) (contents batch.Contents, refused string, err error) {
	contents, err = s.contents(s.path(fetching), m)
	for _, file := range contents.Files {
		if err == nil {
			err = s.unseal(ctx, s.path(fetching), file, "")
		}
	}
	if _, own := errors.AsType[*fs.PathError](err); err == nil || own || ctx.Err() != nil {
		return contents, "", errors.Join(err, ctx.Err())
	}
	return contents, "it cannot be taken in: " + err.Error(), nil
}
