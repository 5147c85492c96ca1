package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"kaodian/app/base/clock"
	"kaodian/app/centre/inspect"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/roster"
	"kaodian/media/cage"
	"kaodian/media/ffmpeg"
	"kaodian/media/speech"
	"kaodian/media/vision"
)

// examination examines clips after their upload.
type examination struct {
	queue  *store.Queue
	faces  *vision.Client
	runner *jobs.Runner
	brake  *cage.Brake // pauses renditions
	cohort func(context.Context) error
}

// cohortEvery is how soon a photo or a consent that came or went counts.
const cohortEvery = time.Minute

func (c *centre) examination(ctx context.Context, log *slog.Logger) (*examination, error) {
	tools, err := ffmpeg.Find()
	if err != nil {
		return nil, err
	}
	tools.Brake = &cage.Brake{}
	e := &examination{brake: tools.Brake, queue: c.Queue(clock.BootID()), faces: c.faces()}
	inspector := &inspect.Inspector{
		Store:         c.Store,
		Tools:         tools,
		Faces:         e.faces,
		Speech:        hearing(modelFolders(c.folder), log),
		Evidence:      filepath.Join(c.folder, "vault", "evidence"),
		Renditions:    filepath.Join(c.folder, "vault", "renditions"),
		Previews:      filepath.Join(c.folder, "vault", "previews"),
		ContactSheets: filepath.Join(c.folder, "vault", "sheets"),
		Thumbnails:    filepath.Join(c.folder, "vault", "thumbnails"),
		MaxClipBytes:  c.Rules().MaxClipBytes,
	}
	if err := inspector.Sweep(ctx); err != nil {
		return nil, err
	}
	e.runner = &jobs.Runner{
		Queue:    e.queue,
		Handlers: inspector.Handlers(),
		Report: func(job jobs.Job, err error) {
			log.Warn("a job failed", "kind", job.Kind, "clip", job.ClipID, "try", job.Tries, "error", err)
		},
	}
	e.cohort = func(ctx context.Context) error {
		return inspector.KeepCohort(ctx, cohortEvery, func(err error) { log.Warn("registration photos could not be looked at", "error", err) })
	}
	c.TellLanes(e.runner)
	return e, nil
}

func (e *examination) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return e.runner.Run(ctx) })
	group.Go(func() error { return e.cohort(ctx) })
	return group.Wait()
}

func (e *examination) close() { _ = e.faces.Close() }

// faces is the face worker's client; the worker starts with its first job.
func (c *centre) faces() *vision.Client {
	return vision.NewClient(vision.Options{
		Worker: vision.WorkerOptions{Models: modelFolders(c.folder), Cascades: vision.CascadesFolder},
	})
}

// modelFolders are where face models may lie: the data folder, then KAODIAN_MODELS
// alone where it is set, else beside the program's folder (a built tree) and the
// package's own.
func modelFolders(data string) []string {
	folders := []string{filepath.Join(data, "models")}
	if own := os.Getenv("KAODIAN_MODELS"); own != "" {
		return append(folders, own)
	}
	if program, err := os.Executable(); err == nil {
		folders = append(folders, filepath.Join(filepath.Dir(program), "..", "models"))
	}
	return append(folders, "/usr/share/kaodian/models")
}

// comparesFaces says whether a server that starts now would find what compares
// faces: a network, and a detector whose points it needs.
func comparesFaces(data string) bool {
	found, err := vision.FindModels(modelFolders(data))
	return err == nil && found.Network != nil && found.Detector != nil
}

// photoFaces has the face worker look at registration photos (R2).
type photoFaces struct{ *vision.Client }

func (f photoFaces) CheckPhoto(ctx context.Context, photo []byte) (roster.PhotoVerdict, error) {
	report, err := f.Client.CheckPhoto(ctx, photo)
	if err != nil {
		return roster.PhotoVerdict{}, err
	}
	return photoSeen(report).Verdict()
}

func photoSeen(report vision.PhotoReport) roster.PhotoSeen {
	upright := slices.DeleteFunc(slices.Clone(report.Faces), func(f vision.Face) bool { return !isUpright(f) })
	seen := roster.PhotoSeen{Unreadable: report.Unreadable, Colourful: report.Colourful, Faces: len(upright), Reliable: report.About.Reliable, Pattern: report.Pattern}
	if len(upright) == 1 {
		seen.Sharpness, seen.Share = upright[0].Sharpness, faceWidth(upright[0])/float64(report.Width)
	}
	return seen
}

// How far the eyes of a face are apart, as a share of the box that a detector draws
// around it: of seven upright faces in six photos 0.28 to 0.34 (fr_detect) and
// 0.42 to 0.52 (YuNet), of one that lies on its side 0.15.
const (
	minUprightEyes = 0.2
	eyesOfFace     = 0.45
)

// isUpright says whether the eyes lie in the box as an upright face's do: some
// detectors find a face that lies on its side too.
func isUpright(f vision.Face) bool {
	return f.EyeDistance == 0 || f.EyeDistance >= minUprightEyes*f.Width
}

// faceWidth is a face's width in pixels. A box that is too tight for the eyes, as
// around a face in the dots of a print, does not make the face small.
func faceWidth(f vision.Face) float64 { return max(f.Width, f.EyeDistance/eyesOfFace) }

// hearing is what hears speech, nil without its network: then nothing says whether
// a clip has an announcement, and a person listens as they do anyway.
func hearing(folders []string, log *slog.Logger) *inspect.Speech {
	found, err := vision.FindModels(folders)
	if err != nil || found.Speech == nil {
		return nil
	}
	network, err := speech.Read(found.Speech.Data)
	if err != nil {
		log.Warn("the network that hears speech cannot be read", "error", err)
		return nil
	}
	return &inspect.Speech{Network: network, Engine: found.Speech.Label()}
}
