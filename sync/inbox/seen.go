package inbox

import (
	"context"
	"io/fs"
	"path"
	"sync"
	"time"

	"kaodian/app/province/store"
	"kaodian/sync/batch"
)

// seen are the batches that were answered, or that wait for one before them,
// with the state of their files at the drop then. A run that finds them
// unchanged reads nothing.
type seen struct {
	mu      sync.Mutex
	batches map[string]answered // by the drop's folder and the batch's
}

type answered struct {
	files    atDrop
	receipts atDrop // what lay there after it was answered
	sum      string // of its manifest
	chain    store.Install
	outcome  Outcome
}

// stamp is a file's metadata.
type stamp struct {
	there bool
	size  int64
	mode  fs.FileMode
	at    time.Time
}

// atDrop is a message and its signature.
type atDrop struct{ message, signature stamp }

func (r *run) stamp(name string) stamp {
	info, err := r.root.Lstat(name)
	if err != nil {
		return stamp{}
	}
	return stamp{there: true, size: info.Size(), mode: info.Mode(), at: info.ModTime()}
}

// lookAt reads the metadata of a batch's manifest.
func (r *run) lookAt(ref batch.Ref) atDrop {
	return atDrop{
		message:   r.stamp(path.Join(ref.Folder(), batch.ManifestName)),
		signature: r.stamp(path.Join(ref.Folder(), batch.SignatureName)),
	}
}

func (r *run) lookAtReceipt(ref batch.Ref) atDrop {
	return atDrop{message: r.stamp(ref.ReceiptName()), signature: r.stamp(ref.ReceiptName() + batch.Signature)}
}

func (r *run) key(ref batch.Ref) string { return r.dir + "\x00" + ref.Folder() }

// again is the outcome of a batch that is unchanged since it was answered; done
// is false for any other. A receipt that changed is written again.
func (r *run) again(ctx context.Context, ref batch.Ref, install store.Install, now atDrop) (o Outcome, done bool, err error) {
	r.seen.mu.Lock()
	before, known := r.seen.batches[r.key(ref)]
	r.seen.mu.Unlock()
	if !known || before.files != now {
		return o, false, nil
	}
	if before.outcome.Status == string(store.Waiting) {
		return before.outcome, before.chain == install, nil
	}
	if before.receipts == r.lookAtReceipt(ref) {
		return before.outcome, true, nil
	}
	b, found, err := r.Store.FindBatch(ctx, store.Ref(ref), before.sum)
	if err != nil || !found {
		return o, err != nil, err
	}
	if err := r.answer(b); err != nil {
		return o, true, err
	}
	r.remember(ref, install, now, before.sum, before.outcome)
	return before.outcome, true, nil
}

// remember keeps what need not be read again: an answer, or that the batch waits
// for one before it.
func (r *run) remember(ref batch.Ref, install store.Install, files atDrop, sum string, o Outcome) {
	receipts := r.lookAtReceipt(ref)
	lies := receipts.message.there && receipts.signature.there
	if o.Status == string(store.Damaged) || o.Status != string(store.Waiting) && !lies {
		return // there was no answer, or it could not be written
	}
	o.New = false
	r.seen.mu.Lock()
	defer r.seen.mu.Unlock()
	if r.seen.batches == nil {
		r.seen.batches = map[string]answered{}
	}
	r.seen.batches[r.key(ref)] = answered{files: files, receipts: receipts, sum: sum, chain: install, outcome: o}
}
