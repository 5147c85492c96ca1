package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"kaodian/app/base/audit"
	"kaodian/app/base/ctxio"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/records"
	"kaodian/sync/seal"
)

// takeIn keeps the media of a batch whose turn it is and takes in its records.
func (r *run) takeIn(ctx context.Context, b store.Batch, m batch.Manifest) (store.Batch, error) {
	if err := r.checkSizes(m); err != nil {
		return b, err
	}
	sent, closeRecords, err := r.records(ctx, m)
	if err != nil {
		return b, err
	}
	defer closeRecords()
	header, err := sent.Header(ctx)
	if err != nil {
		return b, err
	}
	b.AuditEnd = audit.Line{Seq: header.AuditSeq, Hash: header.AuditHash}
	media, err := mediaOf(ctx, m, sent)
	if err != nil {
		return b, err
	}
	if err := r.beginKeeping(); err != nil {
		return b, err
	}
	err = r.keepAll(ctx, m, media)
	if err == nil {
		b, err = r.Store.TakeIn(ctx, b, m.Previous, sent)
	}
	if err != nil {
		// What our own disk or store says comes first: whatever is wrong with
		// the batch is found again in the next run.
		if own := r.forgetAll(ctx, media); own != nil {
			return b, own
		}
	}
	for _, erased := range b.Erased { // after a crash the mark has the next run do it
		if own := r.forget(ctx, erased); own != nil {
			return b, own
		}
	}
	return b, errors.Join(err, r.endKeeping())
}

func (r *run) keepAll(ctx context.Context, m batch.Manifest, media []records.Media) error {
	for _, one := range media {
		if err := r.keep(ctx, m, one); err != nil {
			return err
		}
	}
	return nil
}

// forgetAll removes the media of a batch that was not taken in.
func (r *run) forgetAll(ctx context.Context, media []records.Media) error {
	for _, one := range media {
		if err := r.forget(ctx, one.SHA256); err != nil {
			return err
		}
	}
	return nil
}

// sealedOverhead is more than age adds to a records file.
const sealedOverhead = 1 << 20

// records opens the batch's records.sqlite over a sealed copy of our own: at
// the drop, somebody could change the file between two reads.
func (r *run) records(ctx context.Context, m batch.Manifest) (*records.Records, func(), error) {
	file := fileOf(m, batch.RecordsName)
	if file.Size > batch.MaxRecordBytes+sealedOverhead {
		return nil, nil, refuse("its records have %d bytes", file.Size)
	}
	sealed, err := r.copySealed(ctx, m.Ref(), file)
	if err != nil {
		return nil, nil, err
	}
	end := func() { _ = errors.Join(sealed.Close(), os.Remove(sealed.Name())) } // what stays is swept later
	plain, size, err := seal.DecryptReaderAt(sealed, file.Size, r.Identity)
	if err != nil {
		end()
		if _, own := errors.AsType[*fs.PathError](err); own {
			return nil, nil, err // our own disk's
		}
		return nil, nil, refuse("its records cannot be opened with this province's key")
	}
	opened, err := records.Open(ctx, r.SQLite, plain, size)
	if err != nil {
		end()
		return nil, nil, err
	}
	endAll := func() { _ = opened.Close(); end() }
	header, err := opened.Header(ctx)
	if err == nil && (header.Ref != m.Ref() || header.Version != m.Version) {
		err = refuse("its records are of the batch %s, version %d", header.Ref, header.Version)
	}
	if err == nil {
		err = opened.Judge(ctx)
	}
	if err != nil {
		endAll()
		return nil, nil, err
	}
	return opened, endAll, nil
}

// copySealed copies a sealed file into the scratch folder and checks it.
func (r *run) copySealed(ctx context.Context, ref batch.Ref, file batch.File) (*os.File, error) {
	source, err := r.openSent(ref, file)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	scratch, err := os.CreateTemp(r.Scratch, "records-*.age") // 0600
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(scratch, ctxio.Reader(ctx, source))
	if err := errors.Join(err, source.check()); err != nil {
		_ = errors.Join(scratch.Close(), os.Remove(scratch.Name())) // what stays is swept later
		return nil, err
	}
	return scratch, nil
}

// mediaOf is what the records say of the media, which must be exactly the
// media files of the manifest.
func mediaOf(ctx context.Context, m batch.Manifest, from *records.Records) ([]records.Media, error) {
	media, err := from.Media(ctx)
	if err != nil {
		return nil, err
	}
	sent := map[string]bool{}
	for _, file := range m.Files {
		if batch.IsMedia(file.Name) {
			sent[file.SHA256] = true
		}
	}
	if len(sent) != len(media) {
		return nil, refuse("its records name %d media files and its manifest %d", len(media), len(sent))
	}
	for _, one := range media {
		switch {
		case !isHex(one.SHA256) || !isHex(one.Sealed):
			return nil, refuse("its records name a media file without its SHA-256")
		case !sent[one.Sealed]:
			return nil, refuse("its records name a media file that is not in it, or one twice")
		case one.Size < 0 || one.Size > batch.MaxFileBytes:
			return nil, refuse("its records name a media file of %d bytes", one.Size)
		}
		delete(sent, one.Sealed)
	}
	return media, nil
}

// keep decrypts a media file into its place, in one pass that compares the
// sealed bytes with the manifest and the plain ones with the records.
func (r *run) keep(ctx context.Context, m batch.Manifest, one records.Media) error {
	// Not in its place at once: what a crash leaves is swept from the scratch folder.
	whole := filepath.Join(r.Scratch, one.SHA256)
	out, err := r.Disk.Create(whole, 0o600)
	if err != nil {
		return err
	}
	defer out.Discard()
	if err := r.unseal(ctx, m, one, out); err != nil {
		return err
	}
	if err := out.Commit(); err != nil {
		return err
	}
	place := r.Store.MediaPath(one.SHA256)
	if err := r.Disk.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return err
	}
	return r.Disk.Rename(whole, place)
}

// unseal writes a media file's plain bytes to out. What it wrote before an
// error is not to be used.
func (r *run) unseal(ctx context.Context, m batch.Manifest, one records.Media, out io.Writer) error {
	file := fileOf(m, batch.MediaName(one.Sealed))
	source, err := r.openSent(m.Ref(), file)
	if err != nil {
		return err
	}
	defer source.Close()
	sum := sha256.New()
	plain := &seal.Bounded{To: io.MultiWriter(out, sum), Left: one.Size}
	opened := seal.Decrypt(plain, ctxio.Reader(ctx, source), r.Identity)
	if plain.Failed != nil {
		return fmt.Errorf("keep a media file: %w; free some disk", plain.Failed)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := source.check(); err != nil {
		return err // the road's, whatever came out
	}
	switch {
	case plain.Over || plain.Left > 0 || opened == nil && hex.EncodeToString(sum.Sum(nil)) != one.SHA256:
		return refuse("%s does not hold what its records say", file.Name)
	case opened != nil:
		return refuse("%s cannot be opened with this province's key", file.Name)
	}
	return nil
}

func fileOf(m batch.Manifest, name string) batch.File {
	for _, file := range m.Files {
		if file.Name == name {
			return file
		}
	}
	return batch.File{Name: name}
}
