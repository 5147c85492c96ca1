package inspect

import (
	"context"

	"kaodian/app/centre/store"
)

// Store is what the examination needs kept. Every method is one transaction.
type Store interface {
	// FindClipForInspection returns what the job needs to know of a clip. A
	// clip that was deleted, replaced or reset away since is
	// exam.Refuse(exam.NotFound): the job then ends.
	FindClipForInspection(ctx context.Context, clipID string) (Clip, error)

	// RecordInspection writes down what was found, in place of what an
	// earlier run found, removes the job (in.JobID) and, if in.NeedsRendition,
	// adds a jobs.Rendition job for the clip. The clip's state becomes
	// `examined` or `unexaminable` (exam.Examined); whoever watches the
	// attempt is told after the commit.
	//
	// If the clip is gone meanwhile, the job is removed, nothing else is
	// written, and the answer is exam.NotFound.
	RecordInspection(ctx context.Context, clipID string, in Inspection) error

	// RecordRendition writes down that the rendition's file is in its place
	// and removes the job. Told of a clip that is gone like RecordInspection.
	RecordRendition(ctx context.Context, clipID string, r Rendition) error

	// EvidenceInUse says whether any finding still shows this frame. A frame
	// written for a clip that went away meanwhile is removed unless it is.
	EvidenceInUse(ctx context.Context, sha256 string) (bool, error)
}

// What the store gives and takes.
type (
	Clip       = store.ClipToInspect
	Inspection = store.Inspection
	Rendition  = store.Rendition
)
