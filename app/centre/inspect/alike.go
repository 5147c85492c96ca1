package inspect

import (
	"context"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/media/measure"
)

// same are the exam's words for what two clips have in common.
var same = map[measure.Same]exam.Note{
	measure.SameRecording:   exam.NoteSameRecording,
	measure.SamePictureOnly: exam.NoteSamePicture,
	measure.SameSoundOnly:   exam.NoteSameSound,
}

// elsewhere looks the clip up among all others of the centre: by its bytes,
// then by its prints, which outlive re-encoding (R15).
func (i *Inspector) elsewhere(ctx context.Context, clipID string, in *store.Inspection, print measure.Print) error {
	in.Print = store.Print{Pictures: print.Pictures, Sound: print.SoundBytes(), Keys: print.Keys()}
	alike, err := i.Store.FindAlike(ctx, clipID, in.SHA256, in.Measurement.Duration, in.Print)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, id := range alike.SameFile {
		known[id] = true
		in.Measurement.Elsewhere = append(in.Measurement.Elsewhere, exam.Elsewhere{ClipID: id, Same: exam.NoteSameFile, Likeness: 1})
	}
	for _, other := range alike.Similar {
		if known[other.ClipID] {
			continue
		}
		like := measure.Compare(print, measure.PrintOf(other.Pictures, other.Sound))
		if note := same[like.Verdict()]; note != "" {
			in.Measurement.Elsewhere = append(in.Measurement.Elsewhere, exam.Elsewhere{
				ClipID: other.ClipID, Same: note, Likeness: max(like.Sound, like.Picture),
			})
		}
	}
	return nil
}
