package outbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
	"kaodian/sync/batch"
)

// resendAfter is when a batch without a receipt is sent once more: the
// receipt may be lost, and the province answers what it knows again.
const resendAfter = 24 * time.Hour

// send puts every batch that has no receipt to the drop, oldest first, the
// signature of each last; with again also those sent less than resendAfter ago.
func (r *run) send(ctx context.Context, again bool) error {
	open, err := r.Store.ListOpenBatches(ctx, r.member.Install)
	if err != nil {
		return err
	}
	for _, b := range open {
		if !again && b.State == store.BatchSent && !r.due(b) {
			continue
		}
		if err := r.sendBatch(ctx, b); err != nil {
			return fmt.Errorf("send batch %d: %w", b.Sequence, err)
		}
	}
	return nil
}

// due says whether a sent batch waits for its receipt for so long that it is sent again.
func (r *run) due(b store.Batch) bool { return r.Clock.Now().Sub(b.SentAt) >= resendAfter }

func every(store.Batch) bool { return true }

func (r *run) sendBatch(ctx context.Context, b store.Batch) error {
	manifest, err := r.readManifest(b)
	if err != nil {
		return err
	}
	if b.State == store.BatchSent { // no receipt came: this disk may have damaged the batch
		if err := r.checkSpool(ctx, b, manifest); err != nil {
			return err
		}
	}
	names := []string{}
	for _, file := range manifest.Files {
		names = append(names, file.Name)
	}
	r.meter.begin(Sending, b.Sequence, b.Bytes)
	base := int64(0)
	for _, name := range append(names, batch.ManifestName, batch.SignatureName) {
		size, err := r.putFile(ctx, b, name, base)
		if err != nil {
			return err
		}
		base += size
	}
	return r.Store.RecordSent(ctx, b.Install, b.Sequence)
}

// checkSpool compares the spool's files with the manifest.
func (r *run) checkSpool(ctx context.Context, b store.Batch, manifest batch.Manifest) error {
	for _, file := range manifest.Files {
		sum, err := sumFile(ctx, filepath.Join(r.spool(spoolName(r.member.Install, b.Sequence)), filepath.FromSlash(file.Name)))
		if err != nil {
			return err
		}
		if sum != file.SHA256 {
			return Damaged.errorf("%s of the sealed batch is damaged on this disk; ask the province for a new enrolment file and "+
				"run «kaodian enrol FILE»: then all that it did not accept is sent again", file.Name)
		}
	}
	return nil
}

// readManifest reads the spool's manifest, which must be the one in the row.
func (r *run) readManifest(b store.Batch) (batch.Manifest, error) {
	text, err := os.ReadFile(filepath.Join(r.spool(spoolName(r.member.Install, b.Sequence)), batch.ManifestName))
	if err != nil {
		return batch.Manifest{}, Damaged.errorf("the sealed batch is missing in the spool: %w; restore a backup, or enrol again", err)
	}
	if batch.Sum(text) != b.ManifestSHA256 {
		return batch.Manifest{}, Damaged.errorf("the sealed batch %d is damaged in the spool; restore a backup, or enrol again", b.Sequence)
	}
	return batch.ParseManifest(text)
}

// putFile sends one file of a batch and returns its size; base is how many bytes
// of the batch come before it.
func (r *run) putFile(ctx context.Context, b store.Batch, name string, base int64) (size int64, err error) {
	local := filepath.Join(r.spool(spoolName(r.member.Install, b.Sequence)), filepath.FromSlash(name))
	info, err := os.Stat(local)
	if err != nil {
		return 0, err
	}
	ref := batch.Ref{Centre: r.member.Centre, Install: r.member.Install, Sequence: b.Sequence}
	at := metered{Drop: r.at, meter: &r.meter, base: base}
	return info.Size(), at.Put(ctx, path.Join(ref.Folder(), name), info.Size(), func(offset int64) (io.ReadCloser, error) {
		file, err := os.Open(local)
		if err != nil {
			return nil, Damaged.errorf("%s of the sealed batch cannot be read: %w; restore a backup, or enrol again", name, err)
		}
		if _, err := file.Seek(offset, io.SeekStart); err != nil {
			return nil, errors.Join(err, file.Close())
		}
		return file, nil
	})
}

// readReceipts looks for the answers to those sent batches, believes only signed
// ones, and frees the spool of accepted batches. One that does not hold does
// not keep the others from being read.
func (r *run) readReceipts(ctx context.Context, wanted func(store.Batch) bool) error {
	var errs []error
	open, err := r.Store.ListOpenBatches(ctx, r.member.Install)
	if err != nil {
		return err
	}
	r.meter.begin(Receiving, 0, 0)
	for _, b := range open {
		if b.State != store.BatchSent || !wanted(b) {
			continue
		}
		if err := r.readReceipt(ctx, b); err != nil {
			errs = append(errs, fmt.Errorf("receipt of batch %d: %w", b.Sequence, err))
		}
		if ctx.Err() != nil || !answers(errors.Join(errs...)) {
			break
		}
	}
	return errors.Join(errs...)
}

func (r *run) readReceipt(ctx context.Context, b store.Batch) error {
	ref := batch.Ref{Centre: r.member.Centre, Install: r.member.Install, Sequence: b.Sequence}
	text, found, err := r.getSigned(ctx, ref.ReceiptName())
	if err != nil || !found {
		return err
	}
	receipt, err := batch.ParseReceipt(text, ref)
	if err != nil {
		return err
	}
	manifest, err := r.readManifest(b)
	if err != nil {
		return err
	}
	if receipt.ManifestSHA256 != b.ManifestSHA256 {
		return fmt.Errorf("it answers another batch of this number: another box sends under this install; enrol this one again")
	}
	if err := receipt.Answers(manifest, b.ManifestSHA256); err != nil {
		return err
	}
	accepted := receipt.Status == batch.Accepted
	if err := r.Store.RecordReceipt(ctx, b.Install, b.Sequence, accepted, receipt.Reasons, receipt.Files); err != nil {
		return err
	}
	if !accepted {
		return refusedError(b.Sequence, receipt.Reasons)
	}
	return os.RemoveAll(r.spool(spoolName(r.member.Install, b.Sequence)))
}

// Tidy removes what a crash left in the spool: what was being built, folders
// without a row, folders of batches that have their receipt, and those of
// former installs, whose orders go out again. While another run is sending,
// what it builds looks like a crash's; that run tidied up itself.
func (o *Outbox) Tidy(ctx context.Context) error {
	if err := durable.MkdirAll(o.spool(""), 0o700); err != nil {
		return err
	}
	unlock, err := lockSpool(o.Folder)
	if errors.Is(err, errSending) {
		return nil
	}
	if err != nil {
		return err
	}
	defer unlock()
	m, err := LoadMember(o.Folder)
	if errors.Is(err, ErrNotEnrolled) {
		return nil
	}
	if err != nil {
		return err
	}
	keep := map[string]bool{}
	open, err := o.Store.ListOpenBatches(ctx, m.Install)
	if err != nil {
		return err
	}
	for _, b := range open {
		keep[spoolName(b.Install, b.Sequence)] = true
	}
	entries, err := os.ReadDir(o.spool(""))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if ours := entry.Name() == building || isSpool(entry.Name()); ours && !keep[entry.Name()] {
			if err := os.RemoveAll(o.spool(entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// isSpool says whether a name is one of a sealed batch's folder.
func isSpool(name string) bool {
	install, sequence, found := strings.Cut(name, "-")
	_, isSequence := batch.ParseSequence(sequence)
	return found && isSequence && batch.CheckInstall(install) == nil
}
