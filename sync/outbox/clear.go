package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"path"
	"strings"

	"kaodian/app/centre/store"
	"kaodian/sync/batch"
	"kaodian/sync/drop"
)

// keptAtDrop is the setting that says what the drop did not let be removed; ""
// where it lets everything go.
const keptAtDrop = "sync_kept_at_drop"

// kept is what staff are told of a drop that lets nothing be removed.
type kept struct {
	Install  string `json:"install"`
	Sequence int64  `json:"sequence"` // of the batch that was asked about
	Text     string `json:"text"`
}

// clear removes from the drop what the province accepted. It fails no run: what
// a broken line left lying is removed by the next one, and a drop that forbids it
// is asked once for each batch.
func (r *run) clear(ctx context.Context) error {
	if err := r.lookAtKept(ctx); err != nil {
		return err
	}
	batches, err := r.clearable(ctx)
	if err != nil {
		return err
	}
	for _, b := range batches {
		left := r.clearBatch(ctx, b)
		if ctx.Err() != nil || left != nil && !forbids(left) {
			return nil
		}
		if !r.own {
			continue
		}
		if err := errors.Join(r.tellKept(ctx, b, left), r.Store.RecordCleared(ctx, b.Install, b.Sequence)); err != nil {
			return err
		}
	}
	return nil
}

// clearable are the accepted batches of which something may lie at the drop. Of
// another drop than the member's own, such as a stick, nothing is written down.
func (r *run) clearable(ctx context.Context) ([]store.Batch, error) {
	if r.own {
		return r.Store.ListUnclearedBatches(ctx, r.member.Install)
	}
	entries, err := r.at.List(ctx, path.Join(r.member.Centre, r.member.Install))
	if err != nil {
		return nil, nil // a stick that was pulled: nothing hangs on it
	}
	lying := []int64{}
	for _, entry := range entries {
		if sequence, ok := batch.ParseSequence(entry.Name); ok && entry.Dir {
			lying = append(lying, sequence)
		}
	}
	return r.Store.ListAcceptedAmong(ctx, r.member.Install, lying)
}

// clearBatch removes one batch: the signature first, so that nobody takes what
// is left for a batch. What another box with the keys of this install put in its
// place stays: the province is to see it.
func (r *run) clearBatch(ctx context.Context, b store.Batch) error {
	folder := batch.Ref{Centre: r.member.Centre, Install: r.member.Install, Sequence: b.Sequence}.Folder()
	manifest, found, err := get(ctx, r.at, path.Join(folder, batch.ManifestName))
	if found && err == nil && batch.Sum(manifest) != b.ManifestSHA256 || errors.Is(err, drop.ErrTooLarge) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, name := range []string{batch.SignatureName, batch.ManifestName, batch.RecordsName} {
		if err := r.at.Remove(ctx, path.Join(folder, name)); err != nil {
			return err
		}
	}
	if err := r.clearFolder(ctx, folder, "media"); err != nil {
		return err
	}
	return r.clearFolder(ctx, folder, "")
}

// clearFolder removes what is left of a batch in one of its folders, and the
// folder if nothing else lies in it.
func (r *run) clearFolder(ctx context.Context, batchFolder, within string) error {
	folder := path.Join(batchFolder, within)
	entries, err := r.at.List(ctx, folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Dir || !isOfBatch(path.Join(within, entry.Name)) {
			continue
		}
		if err := r.at.Remove(ctx, path.Join(folder, entry.Name)); err != nil {
			return err
		}
	}
	return r.at.RemoveFolder(ctx, folder)
}

// isOfBatch says whether a name within a batch's folder is of one of its files,
// also of one that is not whole or that the province set aside.
func isOfBatch(name string) bool {
	name = strings.TrimSuffix(strings.TrimSuffix(name, drop.Part), batch.Damaged)
	return name == batch.ManifestName || name == batch.SignatureName || name == batch.RecordsName || batch.IsMedia(name)
}

// forbids says whether a drop will not let it be removed at the next try either.
func forbids(err error) bool {
	switch drop.CauseOf(err) {
	case drop.NotAllowed, drop.Unsuitable, drop.InTheWay:
		return true
	case "":
		return !drop.IsTemporary(err)
	}
	return false
}

// lookAtKept takes back what was told of a batch that staff removed since.
func (r *run) lookAtKept(ctx context.Context) error {
	told, err := r.toldKept(ctx, r.member.Install)
	if err != nil || !r.own || told.Sequence == 0 {
		return err
	}
	folder := batch.Ref{Centre: r.member.Centre, Install: r.member.Install, Sequence: told.Sequence}.Folder()
	if entries, err := r.at.List(ctx, folder); err != nil || len(entries) > 0 {
		return nil // there, or not to be seen now
	}
	return r.Store.SetSetting(ctx, keptAtDrop, "")
}

// tellKept tells once that the drop keeps what it has, and takes that back when
// it lets something go.
func (r *run) tellKept(ctx context.Context, b store.Batch, left error) error {
	told, err := r.toldKept(ctx, r.member.Install)
	if err != nil || (told.Text != "") == (left != nil) {
		return err
	}
	if left == nil {
		return r.Store.SetSetting(ctx, keptAtDrop, "")
	}
	text := "what the province has taken in stays at its drop: " + left.Error() + "; nothing is lost, it only takes room there"
	encoded, err := json.Marshal(kept{Install: b.Install, Sequence: b.Sequence, Text: text})
	if err != nil {
		return err
	}
	if err := r.Store.SetSetting(ctx, keptAtDrop, string(encoded)); err != nil {
		return err
	}
	r.Host.Noted(drop.Note{Code: drop.Kept, Text: text})
	return nil
}

// toldKept is what was told of the install's drop, zero for nothing.
func (o *Outbox) toldKept(ctx context.Context, install string) (kept, error) {
	text, err := o.Store.FindSetting(ctx, keptAtDrop)
	if err != nil || text == "" {
		return kept{}, err
	}
	var known kept
	if err := json.Unmarshal([]byte(text), &known); err != nil || known.Install != install {
		return kept{}, err
	}
	return known, nil
}
