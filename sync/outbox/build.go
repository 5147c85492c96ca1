package outbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"kaodian/app/base/ctxio"
	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
	"kaodian/sync/batch"
	"kaodian/sync/seal"
)

// building is the folder in which the next batch grows; it is nothing yet.
const building = "building"

func (o *Outbox) spool(name string) string { return filepath.Join(o.Folder, "spool", name) }

func spoolName(install string, sequence int64) string {
	return install + "-" + batch.SequenceName(sequence)
}

// builder seals one batch into its folder.
type builder struct {
	*run
	dir       string
	signer    *seal.Signer
	recipient *seal.Recipient
	manifest  batch.Manifest
	media     []store.Media
	sealed    map[string]store.Media // by plain SHA-256
}

// begin empties the folder and finds the place in the chain of a batch that tells
// of that many parcels.
func (b *builder) begin(ctx context.Context, parcels int) error {
	if err := os.RemoveAll(b.dir); err != nil {
		return err
	}
	if err := durable.MkdirAll(filepath.Join(b.dir, "media"), 0o700); err != nil {
		return err
	}
	var err error
	if _, b.signer, err = b.member.request(b.Folder); err != nil {
		return err
	}
	if b.recipient, err = seal.ParseRecipient(b.member.Recipient); err != nil {
		return err
	}
	last, found, err := b.Store.LastBatch(ctx, b.member.Install)
	if err != nil {
		return err
	}
	b.manifest = batch.Manifest{
		Version: batch.VersionFor(parcels), Centre: b.member.Centre, Install: b.member.Install, Recipient: b.member.Recipient,
		Sequence: 1, MadeAt: b.Clock.Now().UTC().Truncate(time.Millisecond), Program: "kaodian " + b.Program,
	}
	if found {
		b.manifest.Sequence, b.manifest.Previous = last.Sequence+1, last.ManifestSHA256
	}
	return nil
}

// add seals a media file; one photo or video may serve several owners and is
// sealed once. A file whose bytes are not those that were examined is named
// and never sent as good.
func (b *builder) add(ctx context.Context, p piece) error {
	if same, found := b.sealed[p.SHA256]; found {
		p.Sealed, p.Size = same.Sealed, same.Size
		b.media = append(b.media, p.Media)
		b.meter.skip(p.Size)
		return nil
	}
	sums, err := b.sealFile(ctx, p.path, filepath.Join(b.dir, "media", "sealing"))
	if err != nil {
		return fmt.Errorf("seal the %s of %s: %w", p.Role, p.Owner, err)
	}
	if p.SHA256 != "" && sums.Plain != p.SHA256 {
		return &damageError{order: p.order, piece: p}
	}
	name := batch.MediaName(sums.Sealed)
	if err := os.Rename(filepath.Join(b.dir, "media", "sealing"), filepath.Join(b.dir, filepath.FromSlash(name))); err != nil {
		return err
	}
	p.SHA256, p.Sealed, p.Size = sums.Plain, sums.Sealed, sums.PlainSize
	b.media = append(b.media, p.Media)
	b.sealed[p.SHA256] = p.Media
	b.manifest.Files = append(b.manifest.Files, batch.File{Name: name, Size: sums.SealedSize, SHA256: sums.Sealed})
	return nil
}

func (b *builder) addRecords(ctx context.Context, chosen choice) error {
	plain := filepath.Join(b.dir, "records.sqlite")
	if err := writeRecords(ctx, b.Store, plain, b.manifest, chosen, b.media); err != nil {
		return err
	}
	sums, err := b.sealFile(ctx, plain, filepath.Join(b.dir, batch.RecordsName))
	if err != nil {
		return err
	}
	if sums.PlainSize > batch.MaxRecordBytes {
		return &largeError{bytes: sums.PlainSize}
	}
	b.manifest.Files = append(b.manifest.Files, batch.File{Name: batch.RecordsName, Size: sums.SealedSize, SHA256: sums.Sealed})
	return os.Remove(plain) // before the folder leaves the box
}

// sealFile encrypts a file to the province and syncs the result.
func (b *builder) sealFile(ctx context.Context, from, to string) (seal.Sums, error) {
	in, err := os.Open(from)
	if err != nil {
		return seal.Sums{}, err
	}
	defer in.Close()
	out, err := durable.Create(to, 0o600)
	if err != nil {
		return seal.Sums{}, err
	}
	defer out.Discard()
	sums, err := seal.Encrypt(out, b.recipient, b.meter.reader(ctxio.Reader(ctx, in)))
	if err != nil {
		return seal.Sums{}, err
	}
	return sums, out.Commit()
}

// publish signs the manifest, gives the folder its final name, and writes the
// row: from then on the batch's bytes never change.
func (b *builder) publish(ctx context.Context, chosen choice) error {
	text, err := batch.Canonical(b.manifest)
	if err != nil {
		return err
	}
	if err := b.manifest.Check(); err != nil {
		return err
	}
	signature, err := b.signer.Sign(text, "kaodian "+b.manifest.Ref().Folder())
	if err != nil {
		return err
	}
	write := func(name string, text []byte) error {
		return durable.WriteFile(filepath.Join(b.dir, name), text, 0o600)
	}
	if err := errors.Join(write(batch.ManifestName, text), write(batch.SignatureName, signature), durable.SyncDir(filepath.Join(b.dir, "media"))); err != nil {
		return err
	}
	final := b.spool(spoolName(b.member.Install, b.manifest.Sequence))
	if err := os.RemoveAll(final); err != nil { // a folder without a row, from a crash
		return err
	}
	if err := durable.Rename(b.dir, final); err != nil {
		return err
	}
	return b.Store.RecordSealed(ctx, store.Batch{
		Install: b.member.Install, Sequence: b.manifest.Sequence, ManifestSHA256: batch.Sum(text),
		Orders: chosen.orders, Later: chosen.told()[len(chosen.orders):], Parcels: refsOf(chosen.parcels), Media: b.media, Seen: chosen.seen.Seq, SeenAt: chosen.seenAt, Files: int64(len(b.manifest.Files)), Bytes: sizeOf(b.manifest),
	})
}

func refsOf(parcels []store.Parcel) (refs []store.ParcelRef) {
	for _, p := range parcels {
		refs = append(refs, p.ParcelRef)
	}
	return refs
}

func sizeOf(m batch.Manifest) int64 {
	size := int64(0)
	for _, file := range m.Files {
		size += file.Size
	}
	return size
}
