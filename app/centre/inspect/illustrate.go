package inspect

import (
	"slices"
	"time"

	"kaodian/app/exam"
	"kaodian/media/ffmpeg"
)

// The kinds of findings for which a picture helps, and the largest number of
// pictures of one finding.
var illustrated = []exam.Kind{exam.KindCuts, exam.KindLight, exam.KindSharpness, exam.KindFrozen, exam.KindCamera, exam.KindPersons, exam.KindSamePerson}

const maxPictures = 3

// illustrate attaches stills to the evidence of findings. Without consent no
// picture of the clip is kept (R25).
func illustrate(findings []exam.Finding, stills []ffmpeg.Frame, consent exam.ConsentAnswer, pictures album) {
	if consent != exam.ConsentGiven {
		return
	}
	for _, f := range findings {
		if f.Verdict != exam.Pass && slices.Contains(illustrated, f.Kind) {
			illustrateOne(f, stills, pictures)
		}
	}
}

func illustrateOne(f exam.Finding, stills []ffmpeg.Frame, pictures album) {
	for n := range f.Evidence[:min(len(f.Evidence), maxPictures)] {
		if still, ok := stillOf(f.Evidence[n], stills); ok {
			f.Evidence[n].Frame = pictures.add(still.JPEG)
		}
	}
}

// stillOf is the first still within the stretch, or soon after the moment.
func stillOf(e exam.Evidence, stills []ffmpeg.Frame) (ffmpeg.Frame, bool) {
	const soon = 6 * time.Second // stills are up to 5 s apart
	until := e.To
	if e.To == e.From {
		until += soon
	}
	n := slices.IndexFunc(stills, func(f ffmpeg.Frame) bool { return f.At >= e.From && f.At <= until })
	if n < 0 {
		return ffmpeg.Frame{}, false
	}
	return stills[n], true
}
