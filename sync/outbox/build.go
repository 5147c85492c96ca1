package outbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

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

// seal makes the member's next batch of what is final; false if nothing is.
// An order that cannot go is held back and named; the others go.
func (r *run) seal(ctx context.Context) (bool, error) {
	if err := r.checkChain(ctx); err != nil {
		return false, err
	}
	t := tries{back: r.back, most: maxOrders, changed: map[string]int{}}
	for {
		chosen, err := r.choose(ctx, t.most)
		if err != nil || len(chosen.orders) == 0 {
			return false, err
		}
		if err := r.Host.Room(ctx, chosen.bytes); err != nil {
			return false, err
		}
		err = r.build(ctx, chosen)
		if !t.again(err, chosen.orders) {
			return err == nil, err
		}
	}
}

// maxChanges is how often a batch is built anew for one order to which
// something happened meanwhile; then the order goes with the next run.
const maxChanges = 2

// tries learns from batches that could not be built.
type tries struct {
	back    withheld
	most    int // orders of one batch
	changed map[string]int
}

// again says whether a batch of other orders, or of the same, may be built.
func (t *tries) again(err error, orders []string) bool {
	if damage, ok := errors.AsType[*damageError](err); ok {
		t.back[damage.order] = damage
		return true
	}
	if unfit, ok := errors.AsType[*unfitError](err); ok {
		t.back[unfit.order] = unfit
		return true
	}
	if changed, ok := errors.AsType[*store.OrderChangedError](err); ok {
		t.changed[changed.OrderID]++
		if t.changed[changed.OrderID] > maxChanges {
			t.back[changed.OrderID] = err
		}
		return true
	}
	if !isTooLarge(err) {
		return false
	}
	if len(orders) == 1 {
		t.back[orders[0]] = fmt.Errorf("order %s: %w; ask for help with it", orders[0], err)
	} else {
		t.most = len(orders) / 2
	}
	return true
}

// isTooLarge says that fewer orders may fit into a batch.
func isTooLarge(err error) bool {
	_, large := errors.AsType[*largeError](err)
	return large || errors.Is(err, batch.ErrTooManyRows)
}

// largeError says that records do not fit into a batch.
type largeError struct{ bytes int64 }

func (e *largeError) Error() string {
	return fmt.Sprintf("its records take %d bytes, more than a batch may", e.bytes)
}

// checkChain refuses to seal behind a batch that the province refused: what
// comes after it waits there for ever. Under a new install all that was not
// accepted goes out again.
func (r *run) checkChain(ctx context.Context) error {
	b, found, err := r.Store.FindRefusedBatch(ctx, r.member.Install)
	if err == nil && found {
		err = refusedError(b.Sequence, b.Reasons)
	}
	return err
}

func refusedError(sequence int64, reasons []string) error {
	return Refused.errorf("the province refused batch %d (%s); ask it for a new enrolment file and run «kaodian enrol FILE»: "+
		"then all that it did not accept is sent again", sequence, strings.Join(reasons, "; "))
}

func (r *run) build(ctx context.Context, chosen choice) (err error) {
	b := &builder{run: r, dir: r.spool(building), sealed: map[string]store.Media{}}
	defer func() {
		if err != nil { // up to 2 GiB that running attempts may need until the next try
			err = errors.Join(err, os.RemoveAll(b.dir))
		}
	}()
	if err := b.begin(ctx); err != nil {
		return err
	}
	for _, p := range chosen.pieces {
		if err := b.add(ctx, p); err != nil {
			return err
		}
	}
	if err := b.addRecords(ctx, chosen.orders); err != nil {
		return err
	}
	return b.publish(ctx, chosen)
}

// damageError is a file of an order whose bytes are not those it had when it
// was examined.
type damageError struct {
	order string
	piece piece
}

func (e *damageError) Error() string {
	return fmt.Sprintf("the %s of %s (%s) is damaged on this disk; restore it from a backup, then it is sent", e.piece.Role, e.piece.Owner, e.piece.path)
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

// begin empties the folder and finds the batch's place in the chain.
func (b *builder) begin(ctx context.Context) error {
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
		Version: batch.Version, Centre: b.member.Centre, Install: b.member.Install, Recipient: b.member.Recipient,
		Sequence: 1, MadeAt: b.Clock.Now().UTC(), Program: "kaodian " + b.Program,
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

func (b *builder) addRecords(ctx context.Context, orders []string) error {
	plain := filepath.Join(b.dir, "records.sqlite")
	if err := writeRecords(ctx, b.Store, plain, b.manifest, orders, b.media); err != nil {
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
	sums, err := seal.Encrypt(out, b.recipient, ctxio.Reader(ctx, in))
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
		Orders: chosen.orders, Media: b.media, Seen: chosen.seen, Files: int64(len(b.manifest.Files)), Bytes: sizeOf(b.manifest),
	})
}

func sizeOf(m batch.Manifest) int64 {
	size := int64(0)
	for _, file := range m.Files {
		size += file.Size
	}
	return size
}

// measure fills in the sizes, and the sums of files that have none recorded.
func measure(ctx context.Context, pieces []piece) error {
	for i, p := range pieces {
		info, err := os.Stat(p.path)
		if err != nil {
			return Damaged.errorf("the %s of %s is missing on this disk: %w; restore it from a backup, then it is sent", p.Role, p.Owner, err)
		}
		pieces[i].Size = info.Size()
		if p.SHA256 == "" {
			if pieces[i].SHA256, err = sumFile(ctx, p.path); err != nil {
				return err
			}
		}
	}
	return nil
}

func sumFile(ctx context.Context, path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, ctxio.Reader(ctx, file))
	return hex.EncodeToString(sum.Sum(nil)), err
}
