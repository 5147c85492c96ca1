package inspect

import (
	"context"
	"os"

	"kaodian/app/base/durable"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/media/ffmpeg"
)

// Preview makes the quick preview (R12) of a clip that not every phone plays
// and that takes a while to make playable. It runs in a lane of its own,
// ahead of all other media work; what cannot be read is the examination's to
// say.
func (i *Inspector) Preview(ctx context.Context, job jobs.Job) error {
	return i.atClip(ctx, job, nil, func(clip store.ClipToInspect) error {
		info, err := i.Tools.Probe(ctx, clip.Path)
		if unreadable(err) != "" {
			return nil
		}
		if err != nil {
			return err
		}
		if plan := ffmpeg.PlanRendition(info); !plan.Needed || plan.Remux() {
			return nil // nothing is needed, or it is there at once
		}
		err = i.publishAs(clip.Preview, func(scratch string) error { return i.Tools.Preview(ctx, clip.Path, info, scratch) })
		if ffmpeg.EndedByItself(err) {
			return nil // nothing to be seen: the examination says so
		}
		if err != nil {
			return err
		}
		return i.Store.RecordPreview(ctx, clip.ID, job.ID)
	})
}

// publishAs lets make write beside the final name, and renames what is whole
// and synced.
func (i *Inspector) publishAs(name string, write func(scratch string) error) error {
	scratch := name + scratchSuffix
	defer func() { _ = os.Remove(scratch) }() // gone already if it was renamed
	if err := makeFolderOf(name); err != nil {
		return err
	}
	if err := write(scratch); err != nil {
		return err
	}
	if err := syncFile(scratch); err != nil {
		return err
	}
	return durable.Rename(scratch, name)
}
