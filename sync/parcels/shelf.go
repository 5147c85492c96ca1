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
	"strings"

	"kaodian/app/base/ctxio"
	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/sync/batch"
	"kaodian/sync/seal"
)

// Store is what a shelf needs of the centre's store; each method is one
// transaction.
type Store interface {
	LastParcel(ctx context.Context, install string) (store.Parcel, bool, error)
	FindParcel(ctx context.Context, install string, sequence int64) (store.Parcel, error)
	ListParcels(ctx context.Context, install string, limit int) ([]store.Parcel, error)
	RecordFetched(ctx context.Context, p store.Parcel, refused string) error
}

// Shelf keeps the parcels of one install.
type Shelf struct {
	Store    Store
	Folder   string // the data folder
	Centre   string
	Install  string
	Province *seal.Verifier // the key that the centre enrolled with
	Identity *seal.Identity // the install's
	// Room refuses to let that many bytes be kept.
	Room func(ctx context.Context, bytes int64) error
}

const (
	top      = "down"
	fetching = "fetching" // the parcel that comes in; it is none yet
)

func (s Shelf) path(name string) string { return filepath.Join(s.Folder, top, name) }

func folderName(p store.ParcelRef) string {
	return p.Install + "-" + batch.SequenceName(p.Sequence)
}

// local is the name that a parcel's file has on this disk.
func local(name string) string { return path.Base(name) }

// Tidy removes the folders that no parcel which waits for an answer needs. No
// other process may fetch meanwhile.
func (s Shelf) Tidy(ctx context.Context) error {
	entries, err := os.ReadDir(s.path(""))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	keep := map[string]bool{fetching: true}
	list, err := s.Store.ListParcels(ctx, s.Install, shown)
	if err != nil {
		return err
	}
	for _, p := range list {
		keep[folderName(p.ParcelRef)] = p.State == store.ParcelWaiting
	}
	for _, entry := range entries {
		if !keep[entry.Name()] {
			err = errors.Join(err, os.RemoveAll(s.path(entry.Name())))
		}
	}
	return err
}

// shown is more parcels than any install has waiting.
const shown = 10_000

// Opened is a parcel in the clear.
type Opened struct {
	batch.Contents
	List     string   // path of the order list, "" for none
	Photos   []string // paths of archives
	Syllabus string   // path of an archive, "" for none
}

// Open opens a parcel that waits into dir, which is the caller's to remove. What
// lies on the disk is verified once more.
func (s Shelf) Open(ctx context.Context, p store.Parcel, dir string) (Opened, error) {
	m, err := s.manifest(p.ParcelRef)
	if err != nil {
		return Opened{}, err
	}
	folder := s.path(folderName(p.ParcelRef))
	contents, err := s.contents(folder, m)
	if err != nil {
		return Opened{}, hurt(err)
	}
	opened := Opened{Contents: contents}
	for place, file := range contents.Files {
		// The name is ours: nothing that was sent becomes a path.
		to := filepath.Join(dir, fmt.Sprintf("%s-%d%s", file.Role, place, strings.ToLower(filepath.Ext(file.Name))))
		if err := s.unseal(ctx, folder, file, to); err != nil {
			return Opened{}, hurt(err)
		}
		opened.add(file.Role, to)
	}
	return opened, nil
}

func (o *Opened) add(role batch.ContentRole, file string) {
	switch role {
	case batch.ListContent:
		o.List = file
	case batch.PhotosContent:
		o.Photos = append(o.Photos, file)
	case batch.SyllabusContent:
		o.Syllabus = file
	}
}

// hurt is a parcel that this disk damaged since it was fetched, and how.
func hurt(err error) error { return errors.Join(refusal.New(store.ParcelDamaged), err) }

// manifest is that of a parcel that was fetched.
func (s Shelf) manifest(p store.ParcelRef) (batch.Manifest, error) {
	text, err := os.ReadFile(filepath.Join(s.path(folderName(p)), batch.ManifestName))
	if err == nil && batch.Sum(text) != p.ManifestSHA256 {
		err = errors.New("its manifest is another one")
	}
	if err != nil {
		return batch.Manifest{}, hurt(err)
	}
	return batch.ParseParcel(text)
}

// contents opens what says what the other files are.
func (s Shelf) contents(folder string, m batch.Manifest) (batch.Contents, error) {
	file, err := os.Open(filepath.Join(folder, batch.ContentsName))
	if err != nil {
		return batch.Contents{}, err
	}
	defer file.Close()
	var plain bytes.Buffer
	to := &seal.Bounded{To: &plain, Left: batch.MaxContentsBytes}
	if err := seal.Decrypt(to, file, s.Identity); err != nil {
		return batch.Contents{}, wrong(to, "its contents cannot be opened with this install's key", err)
	}
	return batch.ParseContents(plain.Bytes(), m)
}

// unseal writes a file's plain bytes to the path to, with "" nowhere, and compares
// them with the contents.
func (s Shelf) unseal(ctx context.Context, folder string, file batch.Content, to string) error {
	in, err := os.Open(filepath.Join(folder, local(batch.MediaName(file.Sealed))))
	if err != nil {
		return err
	}
	defer in.Close()
	out := io.Writer(io.Discard)
	if to != "" {
		created, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer created.Close()
		out = created
	}
	sum := sha256.New()
	plain := &seal.Bounded{To: io.MultiWriter(out, sum), Left: file.Size}
	if err := seal.Decrypt(plain, ctxio.Reader(ctx, in), s.Identity); err != nil {
		return errors.Join(ctx.Err(), wrong(plain, file.Name+" cannot be opened with this install's key", err))
	}
	if plain.Left != 0 || hex.EncodeToString(sum.Sum(nil)) != file.SHA256 {
		return &sealedWrong{file.Name + " is not what its contents say"}
	}
	return nil
}

// sealedWrong is a fault of what the province sealed: it comes no better.
type sealedWrong struct{ reason string }

func (w *sealedWrong) Error() string { return w.reason }

// wrong tells a fault of what was sealed from one of this disk.
func wrong(to *seal.Bounded, reason string, err error) error {
	if _, own := errors.AsType[*fs.PathError](err); own && !to.Over {
		return err
	}
	if to.Failed != nil {
		return to.Failed
	}
	return &sealedWrong{reason}
}

// makeFolder makes a folder for the service user only.
func makeFolder(dir string) error { return durable.MkdirAll(dir, 0o700) }
