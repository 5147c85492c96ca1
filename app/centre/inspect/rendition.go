package inspect

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kaodian/app/base/durable"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/media/ffmpeg"
)

// scratchSuffix marks a rendition that ffmpeg is still writing.
const scratchSuffix = ".part"

// Render makes a clip playable in every browser, if it is not yet.
func (i *Inspector) Render(ctx context.Context, job jobs.Job) error {
	return i.atClip(ctx, job, nil, func(clip store.ClipToInspect) error {
		info, err := i.Tools.Probe(ctx, clip.Path)
		if err != nil {
			return err
		}
		plan := ffmpeg.PlanRendition(info)
		if !plan.Needed {
			return nil
		}
		tools := i.Tools
		if job.Urgency == jobs.Wanted {
			tools.Brake = nil
		}
		made, err := i.publish(ctx, tools, clip, info, plan)
		if err != nil {
			return err
		}
		made.JobID = job.ID
		return i.Store.RecordRendition(ctx, clip.ID, made)
	})
}

// publish renders into a scratch file, syncs it and renames it.
func (i *Inspector) publish(ctx context.Context, tools ffmpeg.Tools, clip store.ClipToInspect, info ffmpeg.Info, plan ffmpeg.Plan) (store.Rendition, error) {
	made := store.Rendition{Remuxed: plan.Remux()}
	err := i.publishAs(clip.Rendition, func(scratch string) error {
		if err := tools.Render(ctx, clip.Path, info, plan, scratch); err != nil {
			return fmt.Errorf("rendition: %w", err)
		}
		var err error
		made.SHA256, made.Size, err = hashFile(ctx, scratch)
		return err
	})
	return made, err
}

func makeFolderOf(path string) error { return durable.MkdirAll(filepath.Dir(path), 0o700) }

// syncFile makes the content safe that ffmpeg wrote.
func syncFile(path string) error {
	f, err := durable.OS().FS.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Sweep is called at start, before any job runs: it removes what a crash left
// behind, so that no picture of a person outlives its clip.
func (i *Inspector) Sweep(ctx context.Context) error {
	return errors.Join(
		i.sweep(ctx, i.Evidence, func(name string) (bool, error) {
			return i.Store.EvidenceInUse(ctx, strings.TrimSuffix(name, frameSuffix))
		}),
		i.sweep(ctx, i.Renditions, i.ofLivingClip(ctx)),
		i.sweep(ctx, i.Previews, i.ofLivingClip(ctx)),
		i.sweep(ctx, i.ContactSheets, i.ofLivingClip(ctx)),
		i.sweep(ctx, i.Thumbnails, i.ofLivingClip(ctx)),
	)
}

// ofLivingClip returns a function that says whether a file's clip still exists.
func (i *Inspector) ofLivingClip(ctx context.Context) func(name string) (bool, error) {
	return func(name string) (bool, error) {
		if strings.HasSuffix(name, scratchSuffix) {
			return false, nil
		}
		_, err := i.Store.FindClipForInspection(ctx, strings.TrimSuffix(name, filepath.Ext(name)))
		if gone(err) {
			return false, nil
		}
		return true, err
	}
}

func (i *Inspector) sweep(ctx context.Context, folder string, keep func(name string) (bool, error)) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		used, err := keep(entry.Name())
		if err != nil {
			return err
		}
		if used || !entry.Type().IsRegular() {
			continue
		}
		if err := durable.Remove(filepath.Join(folder, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
