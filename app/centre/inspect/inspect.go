package inspect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"

	"kaodian/app/base/ctxio"
	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/inspect/reading"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/media/ffmpeg"
	"kaodian/media/measure"
)

// Handlers are the three kinds of jobs for a jobs.Runner.
func (i *Inspector) Handlers() map[jobs.Kind]jobs.Handler {
	return map[jobs.Kind]jobs.Handler{jobs.Inspect: i.first(i.Inspect), jobs.Rendition: i.Render, jobs.Preview: i.first(i.Preview)}
}

// first pauses renditions during an urgent job.
func (i *Inspector) first(do jobs.Handler) jobs.Handler {
	return func(ctx context.Context, job jobs.Job) error {
		if i.Tools.Brake != nil && job.Urgency < jobs.Rest {
			defer i.Tools.Brake.Hold()()
		}
		return do(ctx, job)
	}
}

// Inspect examines one clip. A fault of the clip is a finding; an error is a
// fault of the machine, or our own stop.
func (i *Inspector) Inspect(ctx context.Context, job jobs.Job) error {
	pictures := album{}
	return i.atClip(ctx, job, pictures, func(clip store.ClipToInspect) error {
		in, err := i.look(ctx, clip, pictures)
		if err != nil {
			return err
		}
		if err := i.keepFrames(pictures); err != nil {
			return err
		}
		in.JobID = job.ID
		return i.Store.RecordInspection(ctx, clip.ID, in)
	})
}

// atClip runs do with a job's clip. A clip that is gone, or is deleted meanwhile,
// is no error: the job has become pointless, and its files are removed.
func (i *Inspector) atClip(ctx context.Context, job jobs.Job, pictures album, do func(store.ClipToInspect) error) error {
	clip, err := i.Store.FindClipForInspection(ctx, job.ClipID)
	if gone(err) {
		return nil
	}
	if err != nil {
		return err
	}
	err = do(clip)
	if err == nil {
		return nil
	}
	after := context.WithoutCancel(ctx) // ctx may have ended because the clip was deleted
	if !gone(err) {
		if _, found := i.Store.FindClipForInspection(after, clip.ID); !gone(found) {
			return err
		}
	}
	failed := i.dropFrames(after, pictures)
	for _, file := range []string{clip.ContactSheet, clip.Thumbnail, clip.Rendition, clip.Preview} {
		if file != "" {
			failed = errors.Join(failed, durable.Remove(file))
		}
	}
	return failed
}

// gone says whether the clip was deleted, replaced or reset meanwhile.
func gone(err error) bool { return refusal.CodeOf(err) == refusal.NotFound }

// look measures and judges.
func (i *Inspector) look(ctx context.Context, clip store.ClipToInspect, pictures album) (store.Inspection, error) {
	in := store.Inspection{MediaType: "application/octet-stream"}
	sum := hashBeside(ctx, clip.Path)
	first := &firstLook{inspector: i, clip: clip, pictures: pictures}
	result, err := measure.ClipTelling(ctx, i.Tools, clip.Path, reading.Limits, func(seen measure.Result) { first.begin(ctx, seen) })
	if err := errors.Join(first.wait(), sum.into(&in)); err != nil {
		return store.Inspection{}, err
	}
	if note := unreadable(err); note != "" {
		in.Measurement.Unreadable = note
		if note == exam.NoteNotExamined { // people may still be able to watch it
			in.MediaType = "video/mp4"
		}
	} else if err != nil {
		return store.Inspection{}, err
	} else {
		reading.Fill(&in.Measurement, result)
		in.MediaType = result.Info.Format.MediaType
		if in.SheetTimes, err = keepContactSheet(clip, result.Stills); err != nil {
			return store.Inspection{}, err
		}
		if in.Thumbnail, err = first.thumbnailOf(result); err != nil {
			return store.Inspection{}, err
		}
		in.NeedsRendition = ffmpeg.PlanRendition(result.Info).Needed
		if in.Measurement.Face, err = first.faceOf(ctx, result); err != nil {
			return store.Inspection{}, err
		}
		if in.Measurement.Speech, err = i.speech(ctx, clip, result); err != nil {
			return store.Inspection{}, err
		}
		if in.Measurement.People, err = i.people(ctx, in.Measurement.Face, result); err != nil {
			return store.Inspection{}, err
		}
	}
	if err := i.elsewhere(ctx, clip.ID, &in, result.Print); err != nil && !gone(err) { // recording it says so again
		return store.Inspection{}, err
	}
	in.Findings = exam.Judge(in.Measurement, exam.Context{
		MaxClipBytes: i.MaxClipBytes,
		StartedAt:    clip.AttemptStartedAt,
		ReceivedAt:   clip.ReceivedAt,
		Consent:      clip.Consent,
		PhotoTaken:   clip.PhotoTaken,
		BornOn:       clip.BornOn,
		Sings:        exam.Sings(clip.Subject),
	})
	illustrate(in.Findings, result.Stills, clip.Consent, pictures)
	return in, nil
}

// unreadable is the note for a file that cannot be examined, "" for any other
// error or none.
func unreadable(err error) exam.Note {
	for _, known := range []struct {
		err  error
		note exam.Note
	}{
		{ffmpeg.ErrEmpty, exam.NoteEmpty},
		{ffmpeg.ErrCutOff, exam.NoteCutOff},
		{ffmpeg.ErrUnsupported, exam.NoteUnsupportedCodec},
		{ffmpeg.ErrNotVideo, exam.NoteNotAVideo},
		{ffmpeg.ErrUndecodable, exam.NoteUndecodable},
		{ffmpeg.ErrNotExamined, exam.NoteNotExamined},
	} {
		if errors.Is(err, known.err) {
			return known.note
		}
	}
	return ""
}

// hashFile reads the file once. It stops when ctx ends.
func hashFile(ctx context.Context, path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	hash := sha256.New()
	size, err = io.CopyBuffer(hash, ctxio.Reader(ctx, f), make([]byte, 1<<20))
	return hex.EncodeToString(hash.Sum(nil)), size, err
}
