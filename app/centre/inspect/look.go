package inspect

import (
	"context"
	"errors"

	"kaodian/app/exam"
	"kaodian/media/vision"
)

// Look holds a picture of the desk's camera against the registration photo: a
// hint for whoever sits there, of which nothing is kept. It is called under
// consent only (R25).
func Look(ctx context.Context, faces *vision.Client, photoPath string, picture []byte) (exam.Finding, error) {
	photo, err := readPhoto(photoPath)
	if err != nil {
		return exam.Finding{}, err
	}
	seen, err := faces.Compare(ctx, photo, [][]byte{picture})
	if errors.Is(err, vision.ErrNotExamined) {
		return exam.JudgeLook(nil), nil
	}
	if err != nil {
		return exam.Finding{}, err
	}
	face := faceOf(seen, len(photo) > 0)
	if seen.PhotoFace != nil {
		face.Photo = quality(*seen.PhotoFace)
	}
	if seen.Best >= 0 {
		best := quality(seen.Frames[0][0])
		best.Similarity = seen.Similarity
		face.Best = &best
	}
	return exam.JudgeLook(face), nil
}
