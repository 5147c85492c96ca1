// Package publish seals what the province sends down to its centres into
// parcels, puts these at the drop, and removes them once the centre answered.
//
// It owns the folder parcels/ of the province's store. A parcel is the truth once
// its folder has its final name and its row is committed; from then on its bytes
// never change, so putting it again puts the same, and what somebody damaged at
// the drop is mended. After a crash a folder without a row is thrown away. Nothing
// lies in the clear: files are sealed as they are read. It must not import Fiber,
// SQL or anything of the centre.
package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"kaodian/app/base/ctxio"
	"kaodian/app/base/durable"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/seal"
)

// Store is what publishing needs of the province's store; each method is one
// transaction.
type Store interface {
	Now() time.Time
	NextParcel(ctx context.Context, centre string) (box store.Install, sequence int64, previous string, err error)
	RecordPublished(ctx context.Context, p store.Parcel, previous string) error
	ListAtDrop(ctx context.Context, limit int) ([]store.Parcel, error)
	RecordPut(ctx context.Context, ref store.Ref) error
	RecordParcelCleared(ctx context.Context, ref store.Ref) error
}

// Publisher publishes for one province. Several processes may have one over the
// same store; they wait for one another.
type Publisher struct {
	Store   Store
	Signer  *seal.Signer
	Folder  string // for sealed parcels, on the store's disk
	Program string // what made it, with its version

	mu   sync.Mutex
	seen map[string]stamp // files at the drop that were compared
}

// Source is a file to be published.
type Source struct {
	Name string // as people call it
	Role batch.ContentRole
	Size int64 // bytes; 0 where it is known only once it was read
	Open func() (io.ReadCloser, error)
}

// check refuses a file that is too large before it is read.
func (s Source) check() error {
	if most := batch.MaxContentBytes(s.Role); s.Size > most {
		return fmt.Errorf("%s has %d MiB and may have at most %d; publish it in parts", s.Name, s.Size>>20, most>>20)
	}
	return nil
}

const (
	building = "building" // the parcel that grows; it is none yet
	patience = 50 * time.Millisecond
)

func (p *Publisher) path(name string) string { return filepath.Join(p.Folder, name) }

func folderName(ref store.Ref) string {
	return ref.Centre + "-" + ref.Install + "-" + batch.SequenceName(ref.Sequence)
}

// lock waits for other processes on the same store.
func (p *Publisher) lock(ctx context.Context) (func(), error) {
	if err := durable.MkdirAll(p.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("the store's folder cannot be written: %w; make it writable for this user or free some disk", err)
	}
	lock := flock.New(p.path("publish.lock"), flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, patience); err != nil {
		return nil, err
	}
	return func() { _ = lock.Close() }, nil
}

// Content is what is to be published.
type Content struct {
	Kind     batch.Kind
	Title    string // for the centre's desk; may be empty
	Sources  []Source
	Expected []store.Expected // of an order list: what its centre is to examine
}

// check refuses what could not be published, before anything is read and sealed.
func (c Content) check() error {
	for _, source := range c.Sources {
		if err := source.check(); err != nil {
			return err
		}
	}
	return batch.CheckTitle(c.Title)
}

// Seal makes a centre's next parcel. Once it returns, the parcel is sealed for the
// centre's newest box and goes with the next Put.
func (p *Publisher) Seal(ctx context.Context, centre string, content Content) (store.Parcel, error) {
	if err := content.check(); err != nil {
		return store.Parcel{}, err
	}
	unlock, err := p.lock(ctx)
	if err != nil {
		return store.Parcel{}, err
	}
	defer unlock()
	box, sequence, previous, err := p.Store.NextParcel(ctx, centre)
	if err != nil {
		return store.Parcel{}, err
	}
	s := &sealing{Publisher: p, contents: batch.Contents{Version: batch.ParcelVersion, Kind: content.Kind, Title: content.Title, Files: []batch.Content{}}, expected: content.Expected}
	if s.recipient, err = seal.ParseRecipient(box.AgeRecipient); err != nil {
		return store.Parcel{}, err
	}
	s.manifest = batch.Manifest{
		Version: batch.ParcelVersion, Centre: centre, Install: box.Install, Recipient: box.AgeRecipient, Sequence: sequence, Previous: previous,
		MadeAt: p.Store.Now(), Program: p.Program,
	}
	parcel, err := s.all(ctx, content.Sources)
	if err != nil {
		return parcel, errors.Join(err, os.RemoveAll(p.path(building)))
	}
	return parcel, nil
}

// sealing is a parcel under way.
type sealing struct {
	*Publisher
	recipient *seal.Recipient
	manifest  batch.Manifest
	contents  batch.Contents
	expected  []store.Expected
}

func (s *sealing) all(ctx context.Context, sources []Source) (store.Parcel, error) {
	if err := os.RemoveAll(s.path(building)); err != nil {
		return store.Parcel{}, err
	}
	if err := durable.MkdirAll(filepath.Join(s.path(building), "media"), 0o700); err != nil {
		return store.Parcel{}, err
	}
	for _, source := range sources {
		if err := s.add(ctx, source); err != nil {
			return store.Parcel{}, err
		}
	}
	if err := s.index(); err != nil {
		return store.Parcel{}, err
	}
	return s.publish(ctx)
}

// add seals one file.
func (s *sealing) add(ctx context.Context, source Source) error {
	in, err := source.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	sealing := filepath.Join(s.path(building), "media", "sealing")
	sums, err := s.file(sealing, io.LimitReader(ctxio.Reader(ctx, in), batch.MaxFileBytes+1))
	if err != nil {
		return fmt.Errorf("seal %s: %w", source.Name, err)
	}
	if sums.SealedSize > batch.MaxFileBytes {
		return fmt.Errorf("%s is larger than a parcel's file may be (1 GiB); publish it in parts", source.Name)
	}
	name := batch.MediaName(sums.Sealed)
	if err := os.Rename(sealing, filepath.Join(s.path(building), filepath.FromSlash(name))); err != nil {
		return err
	}
	s.contents.Files = append(s.contents.Files, batch.Content{Name: source.Name, Role: source.Role, Sealed: sums.Sealed, SHA256: sums.Plain, Size: sums.PlainSize})
	s.manifest.Files = append(s.manifest.Files, batch.File{Name: name, Size: sums.SealedSize, SHA256: sums.Sealed})
	return nil
}

func (s *sealing) file(to string, in io.Reader) (seal.Sums, error) {
	out, err := durable.Create(to, 0o600)
	if err != nil {
		return seal.Sums{}, err
	}
	defer out.Discard()
	sums, err := seal.Encrypt(out, s.recipient, in)
	if err != nil {
		return seal.Sums{}, err
	}
	return sums, out.Commit()
}

// index seals what says which file is what.
func (s *sealing) index() error {
	if err := s.contents.Check(); err != nil {
		return err
	}
	text, err := batch.Canonical(s.contents)
	if err != nil {
		return err
	}
	sums, err := s.file(filepath.Join(s.path(building), batch.ContentsName), bytes.NewReader(text))
	if err != nil {
		return err
	}
	s.manifest.Files = append(s.manifest.Files, batch.File{Name: batch.ContentsName, Size: sums.SealedSize, SHA256: sums.Sealed})
	return nil
}

// publish signs the manifest, gives the folder its final name, and writes the row.
func (s *sealing) publish(ctx context.Context) (store.Parcel, error) {
	if err := s.manifest.CheckParcel(); err != nil {
		return store.Parcel{}, err
	}
	text, err := batch.Canonical(s.manifest)
	if err != nil {
		return store.Parcel{}, err
	}
	signature, err := s.Signer.Sign(text, "kaodian "+s.manifest.Ref().ParcelFolder())
	if err != nil {
		return store.Parcel{}, err
	}
	dir := s.path(building)
	err = errors.Join(
		durable.WriteFile(filepath.Join(dir, batch.ManifestName), text, 0o600), durable.WriteFile(filepath.Join(dir, batch.SignatureName), signature, 0o600),
		durable.SyncDir(filepath.Join(dir, "media")),
	)
	if err != nil {
		return store.Parcel{}, err
	}
	parcel := store.Parcel{
		Ref: store.Ref(s.manifest.Ref()), ManifestSHA256: batch.Sum(text), Kind: string(s.contents.Kind), Title: s.contents.Title,
		Files: int64(len(s.manifest.Files)), MadeAt: s.manifest.MadeAt, Expected: s.expected,
	}
	for _, file := range s.manifest.Files {
		parcel.Bytes += file.Size
	}
	final := s.path(folderName(parcel.Ref))
	if err := os.RemoveAll(final); err != nil { // a folder without a row, from a crash
		return store.Parcel{}, err
	}
	if err := durable.Rename(dir, final); err != nil {
		return store.Parcel{}, err
	}
	return parcel, s.Store.RecordPublished(ctx, parcel, s.manifest.Previous)
}
