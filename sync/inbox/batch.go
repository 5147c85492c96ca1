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
	"kaodian/sync/seal"
)

// maxSignature is more than any minisign file.
const maxSignature = 4 << 10

// batch finds out what becomes of the batch at ref and answers. An Outcome
// without a status is no batch yet.
func (r *run) batch(ctx context.Context, ref batch.Ref) (Outcome, error) {
	install, known, err := r.Store.FindInstall(ctx, ref.Centre, ref.Install)
	if err != nil {
		return Outcome{}, err
	}
	signature, err := r.read(path.Join(ref.Folder(), batch.SignatureName), maxSignature)
	if errors.Is(err, fs.ErrNotExist) {
		return Outcome{}, nil
	}
	if !known {
		return Outcome{Name: ref.Folder(), Status: UnknownSender, Reasons: []string{"this install never enrolled; give the centre an enrolment file"}}, nil
	}
	text := []byte(nil)
	if err == nil {
		text, err = r.signed(ref, install, signature)
	}
	if err != nil {
		return r.unanswered(ctx, store.Batch{Ref: ref, Status: store.Damaged}, err)
	}
	before, found, err := r.Store.FindBatch(ctx, ref, batch.Sum(text))
	if err != nil {
		return Outcome{}, err
	}
	if found && before.Status != store.Waiting && before.Status != store.Damaged {
		return outcomeOf(before, false), r.answer(before)
	}
	return r.decide(ctx, install, store.Batch{Ref: ref, ManifestSHA256: batch.Sum(text)}, text)
}

// signed returns the manifest's bytes if the install signed them.
func (r *run) signed(ref batch.Ref, install store.Install, signature []byte) ([]byte, error) {
	text, err := r.read(path.Join(ref.Folder(), batch.ManifestName), batch.MaxMessageBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &damage{file: batch.ManifestName, reason: "is missing"}
	}
	if err != nil {
		return nil, err
	}
	key, err := seal.ParseVerifier(install.MinisignKey)
	if err != nil {
		return nil, fmt.Errorf("the key of %s/%s: %w; revoke it and enrol the centre again", ref.Centre, ref.Install, err)
	}
	if err := key.Verify(text, signature); err != nil {
		return nil, &damage{file: batch.ManifestName, reason: "has no signature of this install that holds; " + comesAgain}
	}
	return text, nil
}

// decide works on a batch whose manifest its install signed.
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
	if m.Ref() != b.Ref {
		b.Status = store.Damaged
		return r.unanswered(ctx, b, &damage{file: batch.ManifestName, reason: "is of the batch " + m.Ref().Folder() + "; " + comesAgain})
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
	if err != nil {
		return r.notTaken(ctx, b, err)
	}
	return outcomeOf(taken, true), r.answer(taken)
}

// notTaken sorts out why a batch could not be taken in.
func (r *run) notTaken(ctx context.Context, b store.Batch, err error) (Outcome, error) {
	if wrong, ok := errors.AsType[*refusal](err); ok {
		return r.refused(ctx, b, store.Refused, wrong.reason)
	}
	if wrong, ok := errors.AsType[*store.RecordsError](err); ok {
		return r.refused(ctx, b, store.Refused, wrong.Error())
	}
	b.Status = store.Damaged
	return r.unanswered(ctx, b, err)
}

// unanswered writes down a batch that gets no receipt yet. Errors that are
// neither the road's nor the batch's are returned: the next run tries again.
func (r *run) unanswered(ctx context.Context, b store.Batch, cause error) (Outcome, error) {
	if hurt, ok := errors.AsType[*damage](cause); ok {
		if err := r.setAside(ctx, b.Ref, hurt); err != nil {
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

// refused writes a refusal down and signs it.
func (r *run) refused(ctx context.Context, b store.Batch, status store.BatchStatus, reason string) (Outcome, error) {
	b.Status, b.Reasons = status, []string{reason}
	recorded, err := r.Store.RecordOutcome(ctx, b)
	if err != nil {
		return Outcome{}, err
	}
	return outcomeOf(recorded, true), r.answer(recorded)
}

// answer writes the receipt of what was decided. It is made of the row only,
// so every time the same.
func (r *run) answer(b store.Batch) error {
	receipt := batch.Receipt{
		Version:        batch.Version,
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
	return r.publish(b.Ref.ReceiptName(), receipt)
}

func waiting(b store.Batch) store.Batch {
	b.Status = store.Waiting
	return b
}

// describe notes what the manifest says of the files.
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

// versionOf is the version that a signed manifest tells, 0 if it tells none.
func versionOf(text []byte) int {
	var head struct {
		Version int `json:"version"`
	}
	if json.Unmarshal(text, &head) != nil {
		return 0
	}
	return head.Version
}
