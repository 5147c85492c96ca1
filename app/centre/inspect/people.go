package inspect

import (
	"context"
	"errors"
	"slices"

	"kaodian/app/exam"
	"kaodian/media/ffmpeg"
	"kaodian/media/measure"
	"kaodian/media/vision"
)

// A face counts as a person in the room if its eyes are far enough apart and it
// is not much smaller than the largest: a portrait on the wall and people behind
// a window are smaller. Stills after the announcement are half as wide as those
// of the announcement.
const (
	minEyes  = 10.0 // pixels
	minWidth = 0.4  // of the largest face
)

// people examines the faces over the whole clip; nil without consent (R25). The
// player is compared with the announcement's best frame.
func (i *Inspector) people(ctx context.Context, face *exam.Face, result measure.Result) (*exam.People, error) {
	if face == nil {
		return nil, nil
	}
	stills := result.Stills
	pictures := make([][]byte, len(stills))
	for n, s := range stills {
		pictures[n] = s.JPEG
	}
	seen, err := i.Faces.Compare(ctx, announcer(face, stills), pictures)
	if errors.Is(err, vision.ErrNotExamined) {
		return &exam.People{Failed: true}, nil
	}
	if err != nil {
		return nil, err
	}
	p := &exam.People{Engine: seen.About.Engine(), Match: seen.About.Match, NoMatch: seen.About.NoMatchInClip}
	p.Reliable, p.HasNetwork = seen.About.Reliable, seen.About.Network != "" // the cascade misses two faces of three
	for n, s := range stills {
		p.Stills = append(p.Stills, stillPeople(s, s.At < result.Announced, seen.Frames[n], seen.Similarities[n]))
	}
	return p, nil
}

// announcer is the announcement's best frame, nil if it is not good enough for a
// comparison.
func announcer(face *exam.Face, stills []ffmpeg.Frame) []byte {
	if face.Best == nil || face.Best.Unfit() {
		return nil
	}
	n := slices.IndexFunc(stills, func(f ffmpeg.Frame) bool { return f.At == face.Best.At })
	if n < 0 {
		return nil
	}
	return stills[n].JPEG
}

func stillPeople(still ffmpeg.Frame, start bool, faces []vision.Face, similarity *float64) exam.StillPeople {
	p := exam.StillPeople{Start: start}
	if len(faces) > 0 {
		p.BestFace = quality(faces[0])
		p.Similarity = similarity
	}
	p.At = still.At
	for _, f := range faces {
		if f.EyeDistance >= minEyes && f.Width >= minWidth*faces[0].Width {
			p.Persons++
		}
	}
	return p
}
