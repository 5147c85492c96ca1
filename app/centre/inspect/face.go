package inspect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"kaodian/app/centre/store"
	"kaodian/app/durable"
	"kaodian/app/exam"
	"kaodian/media/ffmpeg"
	"kaodian/media/measure"
	"kaodian/media/vision"
)

// face compares the announcement with the registration photo; nil without
// consent, and then no picture of the clip is even looked at (R25).
func (i *Inspector) face(ctx context.Context, clip store.ClipToInspect, result measure.Result) (*exam.Face, error) {
	if clip.Consent != exam.ConsentGiven {
		return nil, nil
	}
	photo, err := readPhoto(clip.Photo)
	if err != nil {
		return nil, err
	}
	frames := announced(result.Stills)
	if len(frames) == 0 {
		return &exam.Face{Failed: true}, nil
	}
	pictures := make([][]byte, len(frames))
	for n, f := range frames {
		pictures[n] = f.JPEG
	}
	seen, err := i.Faces.Compare(ctx, photo, pictures)
	if errors.Is(err, vision.ErrNotExamined) {
		return &exam.Face{Failed: true}, nil
	}
	if err != nil {
		return nil, err
	}
	face := faceOf(seen, len(photo) > 0)
	if seen.PhotoFace != nil {
		face.Photo = quality(*seen.PhotoFace)
	}
	face.Until = min(ffmpeg.Announcement, result.Info.Duration)
	if seen.Best < 0 {
		return face, nil
	}
	face.Best = bestOf(seen, frames)
	face.Best.Frame, err = i.keepFrame(frames[seen.Best].JPEG)
	return face, err
}

// announced are the stills of the announcement: who plays is said there, full
// face (R32).
func announced(stills []ffmpeg.Frame) []ffmpeg.Frame {
	n := slices.IndexFunc(stills, func(f ffmpeg.Frame) bool { return f.At >= ffmpeg.Announcement })
	if n < 0 {
		return stills
	}
	return stills[:n]
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

// mostPhoto is more than any photo that was let in has (R2), in bytes.
const mostPhoto = 4 << 20

// readPhoto returns nil where there is no photo yet (照片待补).
func readPhoto(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("the registration photo: %w", err)
	}
	if info.Size() > mostPhoto {
		return nil, fmt.Errorf("the registration photo %s has %d bytes; import a smaller one", filepath.Base(path), info.Size())
	}
	return os.ReadFile(path)
}

// keepFrame stores an evidence frame under its hash.
func (i *Inspector) keepFrame(jpeg []byte) (string, error) {
	sum := sha256.Sum256(jpeg)
	name := hex.EncodeToString(sum[:])
	if err := durable.MkdirAll(i.Evidence, 0o700); err != nil {
		return "", err
	}
	return name, durable.WriteFile(i.framePath(name), jpeg, 0o600)
}

const frameSuffix = ".jpg"

func (i *Inspector) framePath(sha256 string) string {
	return filepath.Join(i.Evidence, sha256+frameSuffix)
}

// dropEvidence removes the frames of findings that nobody keeps.
func (i *Inspector) dropEvidence(ctx context.Context, findings []exam.Finding) error {
	for _, f := range findings {
		for _, e := range f.Evidence {
			if e.Frame == "" {
				continue
			}
			if err := i.dropFrame(ctx, e.Frame); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i *Inspector) dropFrame(ctx context.Context, frame string) error {
	used, err := i.Store.EvidenceInUse(ctx, frame)
	if err != nil || used {
		return err
	}
	return durable.Remove(i.framePath(frame))
}
