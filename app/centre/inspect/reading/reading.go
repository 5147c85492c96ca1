// Package reading stands between what measures a clip (media/measure) and the
// exam (app/exam): it hands down the exam's limits, and puts the numbers into
// the form in which the exam reads them.
//
// It is pure: it owns nothing and a crash leaves nothing. It must import no
// other package of the house; so the table of clips and findings, its test, is
// made anew only when one of the two sides changes.
package reading

import (
	"time"

	"kaodian/app/exam"
	"kaodian/media/measure"
)

// Limits are those of the exam that decide what is measured.
var Limits = measure.Limits{
	Dark: exam.MinLuma, Bright: exam.MaxLuma, Silent: exam.MinPeak, Scene: exam.WholeCut,
	Black: time.Duration(exam.MaxBlack * float64(time.Second)), Gap: time.Duration(exam.MaxGap * float64(time.Second)),
}

// Fill puts the numbers where the exam reads them.
func Fill(m *exam.Measurement, r measure.Result) {
	m.CutOff = r.Info.Format.CutOff
	m.Container, m.VideoCodec, m.Profile = r.Info.Format.Demuxer, r.Info.Video.Codec, r.Info.Video.Profile
	m.Width, m.Height, m.FrameRate = r.Info.Video.Width, r.Info.Video.Height, r.Info.Video.FrameRate
	m.Duration, m.RecordedAt, m.WrittenBy = r.Info.Duration, r.Info.CreatedAt, r.Info.WrittenBy
	m.Traces, m.LastPicture = exam.Traces(r.Traces), r.LastPicture
	m.AudioCodec = r.Info.Unheard // there is a sound, and nothing can be said of it
	if r.Info.Audio != nil {
		m.AudioCodec = r.Info.Audio.Codec
	}
	m.Light, m.Looks, m.Sound, m.Timing = lightOf(r.Light), looksOf(r.Looks), soundOf(r.Sound), timingOf(r.Timing)
	for _, c := range r.Cuts {
		m.Cuts = append(m.Cuts, exam.Cut(c))
	}
}

func lightOf(l *measure.Light) *exam.Light {
	if l == nil {
		return nil
	}
	return &exam.Light{Mean: l.Mean, Pictures: l.Pictures, Dark: spans(l.Dark), Bright: spans(l.Bright), Black: spans(l.Black)}
}

func looksOf(l *measure.Looks) *exam.Looks {
	if l == nil {
		return nil
	}
	return &exam.Looks{Edge: l.Edge, Frozen: spans(l.Frozen), Blurred: spans(l.Blurred), Shaking: spans(l.Shaking)}
}

func soundOf(s *measure.Sound) *exam.Sound {
	if s == nil {
		return nil
	}
	return &exam.Sound{
		Peak: s.Peak, Mean: s.Mean, Loudness: s.Loudness, Silences: spans(s.Silences),
		Clipped: s.Clipped, Clippings: spans(s.Clippings),
	}
}

func timingOf(t *measure.Timing) *exam.Timing {
	if t == nil {
		return nil
	}
	return &exam.Timing{
		Picture: exam.Span(t.Picture), Sound: exam.Span(t.Sound),
		Gaps: append(spans(t.PictureGaps), spans(t.SoundGaps)...), Uneven: t.Uneven, Slow: spans(t.Slow),
	}
}

func spans(list []measure.Span) []exam.Span {
	var same []exam.Span
	for _, s := range list {
		same = append(same, exam.Span(s))
	}
	return same
}
