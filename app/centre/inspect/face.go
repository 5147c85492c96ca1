package inspect

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/media/ffmpeg"
	"kaodian/media/measure"
	"kaodian/media/vision"
)

// face compares the announcement with the registration photo; nil without
// consent: then no picture of the clip is looked at (R25).
func (i *Inspector) face(ctx context.Context, clip store.ClipToInspect, pictures album, result measure.Result) (*exam.Face, error) {
	if clip.Consent != exam.ConsentGiven {
		return nil, nil
	}
	photo, err := readPhoto(clip.Photo)
	if err != nil {
		return nil, err
	}
	frames := announced(result)
	if len(frames) == 0 {
		return &exam.Face{Failed: true}, nil
	}
	announcement := make([][]byte, len(frames))
	for n, f := range frames {
		announcement[n] = f.JPEG
	}
	seen, err := i.Faces.Compare(ctx, photo, announcement)
	if errors.Is(err, vision.ErrNotExamined) {
		return &exam.Face{Failed: true}, nil
	}
	if err != nil {
		return nil, err
	}
	face := faceOf(seen, len(photo) > 0)
	if face.Beside, face.Nearest, err = i.beside(ctx, clip.ID, seen); err != nil {
		return nil, err
	}
	if seen.PhotoFace != nil {
		face.Photo = quality(*seen.PhotoFace)
	}
	face.Until = min(result.Announced, result.Info.Duration)
	if seen.Best < 0 {
		return face, nil
	}
	face.Best = bestOf(seen, frames)
	face.Best.Frame = pictures.add(frames[seen.Best].JPEG)
	return face, nil
}

// announced are the stills of the announcement, in which the player faces the
// camera (R32); the first still if there are none.
func announced(result measure.Result) []ffmpeg.Frame {
	n := slices.IndexFunc(result.Stills, func(f ffmpeg.Frame) bool { return f.At >= result.Announced })
	switch {
	case n < 0:
		return result.Stills
	case n == 0:
		return result.Stills[:1]
	}
	return result.Stills[:n]
}

func faceOf(seen vision.Comparison, hasPhoto bool) *exam.Face {
	face := &exam.Face{
		Engine:     seen.About.Engine(),
		Reliable:   seen.About.Reliable,
		HasNetwork: seen.About.Network != "",
		HasPhoto:   hasPhoto,
		PhotoFaces: seen.PhotoFaces,
		Frames:     len(seen.Frames),
		Match:      seen.About.Match,
		NoMatch:    seen.About.NoMatch,

		MatchBeside: seen.About.MatchCohort,
	}
	for _, faces := range seen.Frames {
		if len(faces) > 0 {
			face.WithFace++
		}
	}
	return face
}

func bestOf(seen vision.Comparison, frames []ffmpeg.Frame) *exam.BestFace {
	best := quality(seen.Frames[seen.Best][0])
	best.At, best.Similarity = frames[seen.Best].At, seen.Similarity
	return &best
}

func quality(f vision.Face) exam.BestFace {
	return exam.BestFace{EyeDistance: f.EyeDistance, Sharpness: f.Sharpness, Frontal: f.Frontal, Light: f.Light}
}

// maxPhoto is more than any accepted photo has (R2), in bytes.
const maxPhoto = 4 << 20

// readPhoto returns nil if there is no photo yet (照片待补).
func readPhoto(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("the registration photo: %w", err)
	}
	if info.Size() > maxPhoto {
		return nil, fmt.Errorf("the registration photo %s has %d bytes; import a smaller one", filepath.Base(path), info.Size())
	}
	return os.ReadFile(path)
}
