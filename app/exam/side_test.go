package exam

import (
	"testing"
	"time"

	"kaodian/app/base/shown"
)

// sided is a finding at its limit or just beside it.
type sided struct {
	kind    Kind
	side    Side
	limit   float64
	verdict Verdict
	set     func(m *Measurement, c *Context)
}

const ms = time.Millisecond

func lasting(length time.Duration) []shown.Span {
	return []shown.Span{{From: time.Minute, To: time.Minute + length}}
}

var sides = []sided{
	{KindSize, AtMost, 500 << 20, Pass, func(m *Measurement, _ *Context) { m.Size = 500 << 20 }},
	{KindSize, AtMost, 500 << 20, Fail, func(m *Measurement, _ *Context) { m.Size = 500<<20 + 1 }},
	{KindResolution, AtLeast, 720, Pass, func(m *Measurement, _ *Context) { m.Height = 720 }},
	{KindResolution, AtLeast, 720, Warn, func(m *Measurement, _ *Context) { m.Height = 719 }},
	{KindFrameRate, AtLeast, 29, Pass, func(m *Measurement, _ *Context) { m.FrameRate = 29 }},
	{KindFrameRate, AtLeast, 29, Warn, func(m *Measurement, _ *Context) { m.FrameRate = 28.999 }},
	{KindFrameRate, AtLeast, 29, CannotTell, func(m *Measurement, _ *Context) { m.FrameRate = 0 }},
	{KindDuration, AtLeast, 10, Pass, func(m *Measurement, _ *Context) { m.Duration = 10 * time.Second }},
	{KindDuration, AtLeast, 10, Fail, func(m *Measurement, _ *Context) { m.Duration = 9999 * ms }},
	{KindOrientation, MoreThan, 1, Warn, func(m *Measurement, _ *Context) { m.Width = 720 }},
	{KindOrientation, MoreThan, 1, Pass, func(m *Measurement, _ *Context) { m.Width = 721 }},
	{KindOrientation, MoreThan, 1, CannotTell, func(m *Measurement, _ *Context) { m.Width, m.Height = 0, 0 }},
	{KindSound, AtLeast, -50, Pass, func(m *Measurement, _ *Context) { m.Sound.Peak = -50 }},
	{KindSound, AtLeast, -50, Fail, func(m *Measurement, _ *Context) { m.Sound.Peak = -50.001 }},
	{KindLight, AtLeast, 40, Pass, func(m *Measurement, _ *Context) { m.Light.Mean = 40 }},
	{KindLight, AtLeast, 40, Warn, func(m *Measurement, _ *Context) { m.Light.Mean = 39.999 }},
	{KindLight, AtLeast, 40, Pass, func(m *Measurement, _ *Context) { m.Light.Mean = 220 }}, // of two that are kept the first
	{KindLight, AtMost, 220, Warn, func(m *Measurement, _ *Context) { m.Light.Mean = 220.001 }},
	{KindLight, AtLeast, 40, Pass, func(m *Measurement, _ *Context) {
		m.Light.Dark, m.Light.Bright = lasting(5*time.Second), lasting(5*time.Second)
	}},
	{KindLight, AtMost, 5, Warn, func(m *Measurement, _ *Context) { m.Light.Dark = lasting(5001 * ms) }},
	{KindLight, AtMost, 5, Warn, func(m *Measurement, _ *Context) { m.Light.Bright = lasting(5001 * ms) }},
	{KindRecordingTime, AtMost, 5, Pass, func(m *Measurement, _ *Context) { m.RecordedAt = judgeStart.Add(-5 * time.Minute) }},
	{KindRecordingTime, AtMost, 5, Warn, func(m *Measurement, _ *Context) { m.RecordedAt = judgeStart.Add(-5*time.Minute - time.Second) }},
	{KindSteadiness, AtMost, 0.1, Pass, func(m *Measurement, _ *Context) { m.Timing.Uneven = 0.1 }},
	{KindSteadiness, AtMost, 0.1, Warn, func(m *Measurement, _ *Context) { m.Timing.Uneven = 0.101 }},
	{KindLastFrame, AtMost, 1, Pass, func(m *Measurement, _ *Context) { m.LastPicture = m.Timing.Picture.To - time.Second }},
	{KindLastFrame, AtMost, 1, Warn, func(m *Measurement, _ *Context) { m.LastPicture = m.Timing.Picture.To - 1001*ms }},
	{KindLastFrame, AtMost, 1, CannotTell, func(m *Measurement, _ *Context) { m.Timing = nil }},
	{KindGaps, AtMost, 0.5, Pass, func(m *Measurement, _ *Context) { m.Timing.PictureGaps = lasting(500 * ms) }},
	{KindGaps, AtMost, 0.5, Warn, func(m *Measurement, _ *Context) { m.Timing.PictureGaps = lasting(501 * ms) }},
	{KindSync, AtMost, 0.5, Pass, func(m *Measurement, _ *Context) { m.Timing.Sound.From = 500 * ms }},
	{KindSync, AtMost, 0.5, Warn, func(m *Measurement, _ *Context) { m.Timing.Sound.From = 501 * ms }},
	{KindSync, AtMost, 0.5, CannotTell, func(m *Measurement, _ *Context) { m.Timing.Sound = shown.Span{} }},
	{KindLoudness, AtLeast, -40, Pass, func(m *Measurement, _ *Context) { m.Sound.Loudness = -40 }},
	{KindLoudness, AtLeast, -40, Warn, func(m *Measurement, _ *Context) { m.Sound.Loudness = -40.001 }},
	{KindClipping, AtMost, 0.02, Pass, func(m *Measurement, _ *Context) { m.Sound.Clipped = 0.02 }},
	{KindClipping, AtMost, 0.02, Warn, func(m *Measurement, _ *Context) { m.Sound.Clipped = 0.021 }},
	{KindSilence, AtMost, 15, Pass, func(m *Measurement, _ *Context) { m.Sound.Silences = lasting(15 * time.Second) }},
	{KindSilence, AtMost, 15, Warn, func(m *Measurement, _ *Context) { m.Sound.Silences = lasting(15001 * ms) }},
	{KindBlack, AtMost, 1, Pass, func(m *Measurement, _ *Context) { m.Light.Black = lasting(time.Second) }},
	{KindBlack, AtMost, 1, Warn, func(m *Measurement, _ *Context) { m.Light.Black = lasting(1001 * ms) }},
	{KindFrozen, AtMost, 3, Pass, func(m *Measurement, _ *Context) { m.Looks.Frozen = lasting(3 * time.Second) }},
	{KindFrozen, AtMost, 3, Warn, func(m *Measurement, _ *Context) { m.Looks.Frozen = lasting(3001 * ms) }},
	{KindSharpness, AtMost, 5, Pass, func(m *Measurement, _ *Context) { m.Looks.Blurred = lasting(5 * time.Second) }},
	{KindSharpness, AtMost, 5, Warn, func(m *Measurement, _ *Context) { m.Looks.Blurred = lasting(5001 * ms) }},
	{KindCamera, AtMost, 5, Pass, func(m *Measurement, _ *Context) { m.Looks.Shaking = lasting(5 * time.Second) }},
	{KindCamera, AtMost, 5, Warn, func(m *Measurement, _ *Context) { m.Looks.Shaking = lasting(5001 * ms) }},
	{KindCuts, AtMost, 0, Pass, func(*Measurement, *Context) {}},
	{KindCuts, AtMost, 0, Warn, cutsOf(0.1)},
	{KindElsewhere, AtMost, 0, Pass, func(*Measurement, *Context) {}},
	{KindElsewhere, AtMost, 0, Warn, elsewhere(NoteSameRecording)},
	{KindElsewhere, AtMost, 0, Fail, elsewhere(NoteSameFile)},
	{KindFacePresent, AtLeast, 0.25, Pass, func(m *Measurement, _ *Context) { m.Face.WithFace = 5 }},
	{KindFacePresent, AtLeast, 0.25, Warn, func(m *Measurement, _ *Context) { m.Face.WithFace = 4 }},
	{KindFacePresent, AtLeast, 0.25, CannotTell, func(m *Measurement, _ *Context) { m.Face.WithFace, m.Face.Reliable = 4, false }},
	{KindFaceMatch, AtLeast, 0.4, Pass, func(m *Measurement, _ *Context) { m.Face.Best.Similarity = new(0.4) }},
	{KindFaceMatch, AtLeast, 0.4, CannotTell, func(m *Measurement, _ *Context) { m.Face.Best.Similarity = new(0.399) }},
	{KindFaceMatch, AtLeast, 0.4, CannotTell, func(m *Measurement, _ *Context) { m.Face.Best.Similarity = new(0.251) }},
	{KindFaceMatch, MoreThan, 0.25, Fail, func(m *Measurement, _ *Context) { m.Face.Best.Similarity = new(0.25) }},
	{KindPersons, AtMost, 1, Pass, func(*Measurement, *Context) {}},
	{KindPersons, AtMost, 1, Warn, stillOf(5, func(s *StillPeople) { s.Persons = 2 })},
	{KindPersons, AtMost, 1, CannotTell, unseen(0, 29)},
	{KindSamePerson, LessThan, 2, Pass, stillOf(5, unlike)},
	{KindSamePerson, LessThan, 2, Warn, func(m *Measurement, c *Context) { stillOf(5, unlike)(m, c); stillOf(6, unlike)(m, c) }},
	{KindInFrame, AtMost, 30, Pass, unseen(4, 9)},
	{KindInFrame, AtMost, 30, CannotTell, unseen(4, 10)},
	{KindPhotoAge, AtMost, 366, Pass, func(_ *Measurement, c *Context) { c.PhotoTaken = Date{2025, 6, 30} }},
	{KindPhotoAge, AtMost, 366, Warn, func(_ *Measurement, c *Context) { c.PhotoTaken = Date{2025, 6, 29} }},
}

func TestR18_AFindingTellsOnWhichSideOfItsLimitItPasses(t *testing.T) {
	known := map[Kind]bool{}
	for n, tc := range sides {
		known[tc.kind] = true
		m, c := goodClip()
		tc.set(&m, &c)
		f := findKind(Judge(m, c), tc.kind)
		if f.Side != tc.side || f.Limit == nil || *f.Limit != tc.limit || f.Verdict != tc.verdict {
			t.Errorf("%d, %s: %+v, want %s %v %s", n, tc.kind, f, tc.side, tc.limit, tc.verdict)
		}
		if told := f.Verdict == Pass || f.Verdict == Warn || f.Verdict == Fail; told && f.Side.passes(*f.Value, *f.Limit) != (f.Verdict == Pass) {
			t.Errorf("%d, %s: %v %s %v is called %s", n, tc.kind, *f.Value, f.Side, *f.Limit, f.Verdict)
		}
	}
	for _, f := range Judge(goodClip()) {
		if (f.Limit != nil || f.Side != "") && !known[f.Kind] {
			t.Errorf("%s has a limit that is not in the table", f.Kind)
		}
	}
}
