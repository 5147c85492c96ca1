package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/records"
	"kaodian/sync/seal"
)

// maxSignature is more than any minisign file.
const maxSignature = 4 << 10

// batch decides on the batch at ref and answers. An Outcome without a status is
// no batch yet. known is its install, nil for a stranger's.
func (r *run) batch(ctx context.Context, ref batch.Ref, known *store.Install) (Outcome, error) {
	before := r.lookAt(ref) // before anything is read: a change meanwhile shows in the next run
	if !before.signature.there {
		return Outcome{}, nil
	}
	if known == nil {
		return Outcome{Name: ref.Folder(), Status: UnknownSender, Reasons: []string{"this install never enrolled; give the centre an enrolment file"}}, nil
	}
	if outcome, done, err := r.again(ctx, ref, *known, before); done {
		return outcome, err
	}
	install, _, err := r.Store.FindInstall(ctx, ref.Centre, ref.Install)
	if err != nil {
		return Outcome{}, err
	}
	outcome, sum, err := r.fresh(ctx, ref, install)
	if outcome.New && outcome.Status == string(store.Accepted) {
		install, _, err = r.refetch(ctx, ref, err)
	}
	*known = install
	if err == nil && sum != "" {
		r.remember(ref, install, before, sum, outcome)
	}
	return outcome, err
}

// refetch is the install with its chain as it ends now.
func (r *run) refetch(ctx context.Context, ref batch.Ref, before error) (store.Install, bool, error) {
	install, known, err := r.Store.FindInstall(ctx, ref.Centre, ref.Install)
	return install, known, errors.Join(before, err)
}

// fresh reads a batch and decides on it; sum is its manifest's SHA-256 if the
// install signed it.
func (r *run) fresh(ctx context.Context, ref batch.Ref, install store.Install) (o Outcome, sum string, err error) {
	text, err := r.signed(ref, install)
	if err != nil {
		o, err = r.unanswered(ctx, store.Batch{Ref: store.Ref(ref), Status: store.Damaged}, err)
		return o, "", err
	}
	sum = batch.Sum(text)
	before, found, err := r.Store.FindBatch(ctx, store.Ref(ref), sum)
	if err != nil {
		return Outcome{}, "", err
	}
	if found && before.Status != store.Waiting && before.Status != store.Damaged {
		return outcomeOf(before, false), sum, r.answer(before)
	}
	o, err = r.decide(ctx, install, store.Batch{Ref: store.Ref(ref), ManifestSHA256: sum}, text)
	return o, sum, err
}

// signed returns the manifest's bytes if the install signed them. An empty file,
// half a signature or a link counts as any other signature that does not hold.
func (r *run) signed(ref batch.Ref, install store.Install) ([]byte, error) {
	text, err := r.read(path.Join(ref.Folder(), batch.ManifestName), batch.MaxMessageBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &damage{file: batch.ManifestName, reason: "is missing"}
	}
	if err != nil {
		return nil, err
	}
	signature, err := r.read(path.Join(ref.Folder(), batch.SignatureName), maxSignature)
	if _, odd := errors.AsType[*damage](err); err != nil && !odd && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key, keyErr := seal.ParseVerifier(install.MinisignKey)
	if keyErr != nil {
		return nil, fmt.Errorf("the key of %s/%s: %w; revoke it and enrol the centre again", ref.Centre, ref.Install, keyErr)
	}
	if err != nil || key.Verify(text, signature) != nil {
		return nil, &damage{file: batch.ManifestName, reason: "has no signature of this install that holds; " + resendAdvice}
	}
	return text, nil
}

// decide decides on a batch whose manifest its install signed.
func (r *run) decide(ctx context.Context, install store.Install, b store.Batch, text []byte) (Outcome, error) {
	if !install.RevokedAt.IsZero() {
		return r.refused(ctx, b, store.Refused, "this install was revoked; ask the province for a new enrolment file")
	}
	if version := versionOf(text); version > batch.Version {
		return r.unanswered(ctx, waiting(b), refuse("it has version %d; install a newer kaodian-province", version))
	}
	m, err := batch.ParseManifest(text)
	if err != nil {
		return r.refused(ctx, b, store.Refused, err.Error())
	}
	if m.Ref() != batch.Ref(b.Ref) {
		b.Status = store.Damaged
		return r.unanswered(ctx, b, &damage{file: batch.ManifestName, reason: "is of the batch " + m.Ref().Folder() + "; " + resendAdvice})
	}
	b = describe(b, m)
	switch {
	case m.Recipient != r.Identity.Recipient():
		return r.refused(ctx, b, store.Refused, "it is sealed for another province's key; enrol the centre again")
	case m.Sequence > install.LastSequence+1:
		return r.unanswered(ctx, waiting(b), refuse("batch %d of this install is missing before it", install.LastSequence+1))
	case m.Sequence <= install.LastSequence, m.Previous != install.LastManifest:
		return r.refused(ctx, b, store.Quarantined, "another batch has its place: this install's disk was cloned or restored; enrol the box again")
	}
	taken, err := r.takeIn(ctx, b, m)
	if err := r.lookForFork(ctx, m, err); err != nil {
		return Outcome{}, err
	}
	if err != nil {
		return r.notTaken(ctx, b, err)
	}
	return outcomeOf(taken, true), r.answer(taken)
}

// notTaken handles the error of a batch that could not be taken in.
func (r *run) notTaken(ctx context.Context, b store.Batch, err error) (Outcome, error) {
	if wrong, ok := errors.AsType[*refusal](err); ok {
		return r.refused(ctx, b, store.Refused, wrong.reason)
	}
	if wrong := wrongRecords(err); wrong != nil {
		return r.refused(ctx, b, store.Refused, wrong.Error())
	}
	b.Status = store.Damaged
	return r.unanswered(ctx, b, err)
}

// wrongRecords is the part of an error that says that the records are wrong, on
// reading or on storing them; nil if there is none.
func wrongRecords(err error) error {
	if read, ok := errors.AsType[*records.Error](err); ok {
		return read
	}
	if taken, ok := errors.AsType[*store.RecordsError](err); ok {
		return taken
	}
	return nil
}

// unanswered records a batch that gets no receipt yet. Errors that are neither
// damage in transit nor the batch's fault are returned: the next run tries again.
func (r *run) unanswered(ctx context.Context, b store.Batch, cause error) (Outcome, error) {
	if damaged, ok := errors.AsType[*damage](cause); ok {
		if !r.stamp(path.Join(batch.Ref(b.Ref).Folder(), batch.SignatureName)).there {
			return Outcome{}, nil // its centre has the receipt and removes it, the signature first: no batch any more
		}
		if err := r.writing(r.setAside(ctx, batch.Ref(b.Ref), damaged)); err != nil {
			return Outcome{}, err
		}
	} else if _, ok := errors.AsType[*refusal](cause); !ok {
		return Outcome{}, cause
	}
	b.Reasons = []string{cause.Error()}
	recorded, err := r.Store.RecordOutcome(ctx, b)
	if err == nil {
		recorded.Reasons = b.Reasons
	}
	return outcomeOf(recorded, false), err
}

// refused records a refusal and signs it.
func (r *run) refused(ctx context.Context, b store.Batch, status store.BatchStatus, reason string) (Outcome, error) {
	b.Status, b.Reasons = status, []string{reason}
	recorded, err := r.Store.RecordOutcome(ctx, b)
	if err != nil {
		return Outcome{}, err
	}
	return outcomeOf(recorded, true), r.answer(recorded)
}

// answer writes the receipt. It is made from the row alone, so its bytes are the
// same every time.
func (r *run) answer(b store.Batch) error {
	receipt := batch.Receipt{
		Version:        batch.MessageVersion,
		Centre:         b.Ref.Centre,
		Install:        b.Ref.Install,
		Sequence:       b.Ref.Sequence,
		ManifestSHA256: b.ManifestSHA256,
		Status:         batch.Refused,
		Reasons:        append([]string{}, b.Reasons...),
		Files:          append([]string{}, b.Sums...),
		ReceivedAt:     b.ReceivedAt,
	}
	if b.Status == store.Accepted {
		receipt.Status = batch.Accepted
	}
	return r.publish(batch.Ref(b.Ref).ReceiptName(), receipt)
}

func waiting(b store.Batch) store.Batch {
	b.Status = store.Waiting
	return b
}

// describe copies what the manifest says of the files.
func describe(b store.Batch, m batch.Manifest) store.Batch {
	for _, file := range m.Files {
		b.Sums = append(b.Sums, file.SHA256)
		b.Files++
		b.Bytes += file.Size
	}
	return b
}

func outcomeOf(b store.Batch, isNew bool) Outcome {
	return Outcome{Name: b.Ref.Folder(), Status: string(b.Status), Reasons: b.Reasons, Orders: b.Orders, Clips: b.Clips, New: isNew}
}

// versionOf is the version in a signed manifest, 0 if there is none.
func versionOf(text []byte) int {
	var head struct {
		Version int `json:"version"`
	}
	if json.Unmarshal(text, &head) != nil {
		return 0
	}
	return head.Version
}
