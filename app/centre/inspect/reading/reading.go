// Package reading stands between what measures a clip (media/measure) and the
// exam (app/exam): it hands down the exam's limits, and puts the numbers where
// the exam reads them.
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
	m.AudioCodec = r.Info.Unheard // there is a sound, and nothing can be said of it
	if r.Info.Audio != nil {
		m.AudioCodec = r.Info.Audio.Codec
	}
	m.Traces, m.LastPicture, m.Cuts = r.Traces, r.LastPicture, r.Cuts
	m.Light, m.Looks, m.Sound, m.Timing = r.Light, r.Looks, r.Sound, r.Timing
}
