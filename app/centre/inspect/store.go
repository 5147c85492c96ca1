package inspect

import (
	"context"
	"time"

	"kaodian/app/centre/store"
	"kaodian/media/ffmpeg"
	"kaodian/media/vision"
)

// Store is what the inspection needs of the centre's store. Every method is one
// transaction.
type Store interface {
	// FindClipForInspection returns what the job needs to know of a clip. A
	// clip that was deleted, replaced or reset away since is refusal.NotFound:
	// the job then ends.
	FindClipForInspection(ctx context.Context, clipID string) (store.ClipToInspect, error)

	// RecordFirstLook records the first hints (R19), until the inspection is
	// recorded. Nothing happens if the clip is gone.
	RecordFirstLook(ctx context.Context, clipID string, first store.FirstLook) error

	// RecordInspection records the findings in place of those of an earlier
	// run, removes the job (in.JobID) and, if
	// in.NeedsRendition, adds one for the rendition. If the clip is gone
	// meanwhile, the job is removed, nothing else is written, and the answer
	// is refusal.NotFound.
	RecordInspection(ctx context.Context, clipID string, in store.Inspection) error

	// RecordRendition records that the rendition is in its place and removes
	// the job. A clip that is gone is treated as in RecordInspection.
	RecordRendition(ctx context.Context, clipID string, r store.Rendition) error

	// RecordPreview records that the quick preview is in its place and removes
	// the job. A clip that is gone is treated as in RecordInspection.
	RecordPreview(ctx context.Context, clipID, jobID string) error

	// ListCohort returns photos of candidates who agreed to the comparison, one of
	// each, other than the clip's own (R25).
	ListCohort(ctx context.Context, clipID string, most int) ([]store.CohortPhoto, error)

	// FindAlike returns other clips that may show the same as this one.
	FindAlike(ctx context.Context, clipID, sha256 string, duration time.Duration, p store.Print) (store.Alike, error)

	// EvidenceInUse says whether any finding still shows this frame.
	EvidenceInUse(ctx context.Context, sha256 string) (bool, error)
}

// Faces is the face engine; vision.Client is one.
type Faces interface {
	Compare(ctx context.Context, photo []byte, frames [][]byte) (vision.Comparison, error)
}

// Inspector does the three kinds of jobs. It is safe for several goroutines.
type Inspector struct {
	Store         Store
	Tools         ffmpeg.Tools
	Faces         Faces
	Speech        *Speech // nil where no network hears it
	Evidence      string  // folder of evidence frames
	Renditions    string  // folder of renditions
	Previews      string  // folder of quick previews
	ContactSheets string  // folder of contact sheets
	Thumbnails    string  // folder of the cards' small pictures
	MaxClipBytes  int64   // R11

	cohort cohort
}
