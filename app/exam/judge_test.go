package exam

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/shown"
)

var judgeStart = time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)

// goodClip is a measurement without any departure.
func goodClip() (Measurement, Context) {
	m := Measurement{
		Size: 50_000_000, Container: "mov", VideoCodec: "h264", AudioCodec: "aac",
		Width: 1280, Height: 720, FrameRate: 30, Duration: 3 * time.Minute,
		RecordedAt: judgeStart.Add(time.Minute),
		Light:      &shown.Light{Mean: 120, Pictures: 100},
		Sound:      &shown.Sound{Peak: -6, Mean: -20, Loudness: -23, Silences: []shown.Span{{To: 2 * time.Second}}},
		Looks:      &shown.Looks{Edge: 3},
		Timing: &shown.Timing{
			Picture: shown.Span{To: 3 * time.Minute}, Sound: shown.Span{To: 3*time.Minute - 50*time.Millisecond},
		},
		LastPicture: 3*time.Minute - 33*time.Millisecond,
		Face: &Face{
			Engine: "YuNet 8f2383e4 + MobileFaceNet 93fac2c9", Reliable: true, HasNetwork: true,
			HasPhoto: true, PhotoFaces: 1, Photo: BestFace{EyeDistance: 90, Sharpness: 900, Frontal: 0.9, Light: 120}, Frames: 20, WithFace: 20, Until: 20 * time.Second,
			Match: 0.4, NoMatch: 0.25,
			Best: &BestFace{At: 3 * time.Second, Frame: "abc", EyeDistance: 80, Sharpness: 900, Frontal: 0.9, Light: 120, Similarity: new(0.7)},
		},
		People: goodPeople(),
	}
	c := Context{
		MaxClipBytes: 500 << 20, Consent: ConsentGiven,
		StartedAt: judgeStart, ReceivedAt: judgeStart.Add(20 * time.Minute),
	}
	return m, c
}

// goodPeople are stills every 5 s, the first four of the announcement.
func goodPeople() *People {
	p := &People{Engine: "YuNet", Reliable: true, HasNetwork: true, Match: 0.4, NoMatch: 0.25}
	for n := range 30 {
		p.Stills = append(p.Stills, StillPeople{
			BestFace: BestFace{At: time.Duration(n) * 5 * time.Second, EyeDistance: 40, Sharpness: 900, Frontal: 0.9, Light: 120, Similarity: new(0.7)},
			Persons:  1, Start: n < 4,
		})
	}
	return p
}

func stillOf(n int, change func(*StillPeople)) func(*Measurement, *Context) {
	return func(m *Measurement, _ *Context) { change(&m.People.Stills[n]) }
}

func unlike(s *StillPeople) { s.Similarity = new(0.25) }

func unseen(from, to int) func(*Measurement, *Context) {
	return func(m *Measurement, _ *Context) {
		for n := from; n <= to; n++ {
			m.People.Stills[n].Persons = 0
		}
	}
}

func findKind(findings []Finding, kind Kind) *Finding {
	i := slices.IndexFunc(findings, func(f Finding) bool { return f.Kind == kind })
	if i < 0 {
		return nil
	}
	return &findings[i]
}

func TestR18_AGoodClipPassesInEverything(t *testing.T) {
	findings := Judge(goodClip())
	for _, f := range findings {
		if f.Verdict != Pass {
			t.Errorf("%s: %s %s", f.Kind, f.Verdict, f.Note)
		}
	}
	if len(findings) != 31 || Worst(findings) != Pass || !Examined(findings) || Hints(findings) != nil {
		t.Errorf("%d findings, worst %s, hints %v", len(findings), Worst(findings), Hints(findings))
	}
}

func silences(length time.Duration) func(*Measurement, *Context) {
	return func(m *Measurement, _ *Context) {
		m.Sound.Silences = []shown.Span{{To: 2 * time.Second}, {From: time.Minute, To: time.Minute + length}}
	}
}

func gapOf(length time.Duration) func(*Measurement, *Context) {
	return func(m *Measurement, _ *Context) {
		m.Timing.PictureGaps = []shown.Span{{From: time.Minute, To: time.Minute + length}}
	}
}

func cutsOf(shares ...float64) func(*Measurement, *Context) {
	return func(m *Measurement, _ *Context) {
		for i, share := range shares {
			m.Cuts = append(m.Cuts, shown.Cut{At: time.Duration(i+1) * 30 * time.Second, Share: share})
		}
	}
}

func elsewhere(notes ...Note) func(*Measurement, *Context) {
	return func(m *Measurement, _ *Context) {
		for _, note := range notes {
			m.Elsewhere = append(m.Elsewhere, Elsewhere{ClipID: "other", Same: note})
		}
	}
}

func TestR18_EachLimitFromBothSides(t *testing.T) {
	type change = func(m *Measurement, c *Context)
	cases := []struct {
		name    string
		change  change
		kind    Kind
		verdict Verdict
		note    Note
	}{
		{"R11: exactly 500 MB is allowed", func(m *Measurement, _ *Context) { m.Size = 500 << 20 }, KindSize, Pass, ""},
		{"R11: one byte more is not", func(m *Measurement, _ *Context) { m.Size = 500<<20 + 1 }, KindSize, Fail, ""},
		{"no size limit", func(m *Measurement, c *Context) { m.Size, c.MaxClipBytes = 1<<40, 0 }, KindSize, Pass, ""},
		{"R11: 720 lines", func(m *Measurement, _ *Context) { m.Height = 720 }, KindResolution, Pass, ""},
		{"R11: 719 lines", func(m *Measurement, _ *Context) { m.Height = 719 }, KindResolution, Warn, ""},
		{"R11: upright the width counts", func(m *Measurement, _ *Context) { m.Width, m.Height = 719, 1280 }, KindResolution, Warn, ""},
		{"R11: 29 frames a second", func(m *Measurement, _ *Context) { m.FrameRate = 29 }, KindFrameRate, Pass, ""},
		{"R11: under 29", func(m *Measurement, _ *Context) { m.FrameRate = 28.99 }, KindFrameRate, Warn, ""},
		{"an unknown frame rate", func(m *Measurement, _ *Context) { m.FrameRate = 0 }, KindFrameRate, CannotTell, NoteUnknown},
		{"R18: 10 s are long enough", func(m *Measurement, _ *Context) { m.Duration = 10 * time.Second }, KindDuration, Pass, ""},
		{"R18: under 10 s is too short", func(m *Measurement, _ *Context) { m.Duration = 10*time.Second - time.Millisecond }, KindDuration, Fail, NoteTooShort},
		{"an unknown length", func(m *Measurement, _ *Context) { m.Duration = 0 }, KindDuration, CannotTell, NoteUnknown},
		{"R11: a little wider than high", func(m *Measurement, _ *Context) { m.Width, m.Height = 721, 720 }, KindOrientation, Pass, ""},
		{"R11: as wide as high", func(m *Measurement, _ *Context) { m.Width, m.Height = 720, 720 }, KindOrientation, Warn, NotePortrait},
		{"R11: upright", func(m *Measurement, _ *Context) { m.Width, m.Height = 720, 1280 }, KindOrientation, Warn, NotePortrait},
		{"sound just loud enough", func(m *Measurement, _ *Context) { m.Sound.Peak = -50 }, KindSound, Pass, ""},
		{"sound too low to hear", func(m *Measurement, _ *Context) { m.Sound.Peak = -50.1 }, KindSound, Fail, NoteSilent},
		{"no sound track", func(m *Measurement, _ *Context) { m.AudioCodec, m.Sound = "", nil }, KindSound, Fail, NoteNoSound},
		{"sound that could not be decoded", func(m *Measurement, _ *Context) { m.Sound = nil }, KindSound, CannotTell, NoteNotExamined},
		{"R18: 15 s without sound", silences(15 * time.Second), KindSilence, Pass, ""},
		{"R18: more than 15 s without sound", silences(15001 * time.Millisecond), KindSilence, Warn, NoteSilentStretch},
		{"R18: just loud enough", func(m *Measurement, _ *Context) { m.Sound.Loudness = -40 }, KindLoudness, Pass, ""},
		{"R18: too quiet", func(m *Measurement, _ *Context) { m.Sound.Loudness = -40.1 }, KindLoudness, Warn, NoteTooQuiet},
		{"R18: a stroke at full scale", func(m *Measurement, _ *Context) { m.Sound.Clipped = 0.02 }, KindClipping, Pass, ""},
		{"R18: overdriven", func(m *Measurement, _ *Context) { m.Sound.Clipped = 0.021 }, KindClipping, Warn, NoteClipped},
		{"R18: sound half a second shorter", func(m *Measurement, _ *Context) { m.Timing.Sound.To = m.Timing.Picture.To - 500*time.Millisecond }, KindSync, Pass, ""},
		{"R18: sound that ends earlier", func(m *Measurement, _ *Context) { m.Timing.Sound.To = m.Timing.Picture.To - 510*time.Millisecond }, KindSync, Warn, NoteNotTogether},
		{"R18: sound that begins later", func(m *Measurement, _ *Context) { m.Timing.Sound.From = 510 * time.Millisecond }, KindSync, Warn, NoteNotTogether},
		{"R18: half a second missing", gapOf(500 * time.Millisecond), KindGaps, Pass, ""},
		{"R18: more than that missing", gapOf(501 * time.Millisecond), KindGaps, Warn, NoteGaps},
		{"R18: a tenth of the seconds slow", func(m *Measurement, _ *Context) { m.Timing.Uneven = 0.1 }, KindSteadiness, Pass, ""},
		{"R18: more of them slow", func(m *Measurement, _ *Context) { m.Timing.Uneven = 0.11 }, KindSteadiness, Warn, NoteUneven},
		{"R18: the last second cannot be decoded", func(m *Measurement, _ *Context) { m.LastPicture = m.Timing.Picture.To - time.Second }, KindLastFrame, Pass, ""},
		{"R18: more than that cannot", func(m *Measurement, _ *Context) { m.LastPicture = m.Timing.Picture.To - 1001*time.Millisecond }, KindLastFrame, Warn, NoteEndMissing},
		{"R18: a hand before the lens", func(m *Measurement, _ *Context) { m.Light.Black = []shown.Span{{To: time.Second}} }, KindBlack, Pass, ""},
		{"R18: nothing to be seen", func(m *Measurement, _ *Context) { m.Light.Black = []shown.Span{{To: 1001 * time.Millisecond}} }, KindBlack, Warn, NoteBlack},
		{"R18: still for 3 s", func(m *Measurement, _ *Context) { m.Looks.Frozen = []shown.Span{{To: 3 * time.Second}} }, KindFrozen, Pass, ""},
		{"R18: frozen for longer", func(m *Measurement, _ *Context) { m.Looks.Frozen = []shown.Span{{To: 3001 * time.Millisecond}} }, KindFrozen, Warn, NoteFrozen},
		{"R18: blurred for 5 s", func(m *Measurement, _ *Context) { m.Looks.Blurred = []shown.Span{{To: 5 * time.Second}} }, KindSharpness, Pass, ""},
		{"R18: blurred for longer", func(m *Measurement, _ *Context) { m.Looks.Blurred = []shown.Span{{To: 5001 * time.Millisecond}} }, KindSharpness, Warn, NoteBlurred},
		{"R18: no edge to judge by", func(m *Measurement, _ *Context) { m.Looks.Edge = 0 }, KindSharpness, CannotTell, NoteUnknown},
		{"R32: the camera is set down", func(m *Measurement, _ *Context) { m.Looks.Shaking = []shown.Span{{To: 5 * time.Second}} }, KindCamera, Pass, ""},
		{"R32: the camera moves for longer", func(m *Measurement, _ *Context) { m.Looks.Shaking = []shown.Span{{To: 5001 * time.Millisecond}} }, KindCamera, Warn, NoteCameraMoves},
		{"R18: dark for 5 s", func(m *Measurement, _ *Context) { m.Light.Dark = []shown.Span{{To: 5 * time.Second}} }, KindLight, Pass, ""},
		{"R18: dark for longer", func(m *Measurement, _ *Context) { m.Light.Dark = []shown.Span{{To: 5001 * time.Millisecond}} }, KindLight, Warn, NoteDarkStretch},
		{"R18: bright for longer", func(m *Measurement, _ *Context) { m.Light.Bright = []shown.Span{{To: 5001 * time.Millisecond}} }, KindLight, Warn, NoteBrightStretch},
		{"R18: a jump is never more than a warning", cutsOf(0.1), KindCuts, Warn, NoteJump},
		{"R18: another scene neither", cutsOf(0.1, 0.6, 0.2), KindCuts, Warn, NoteCut},
		{"R18: pictures are missing there, which is told apart", func(m *Measurement, c *Context) {
			cutsOf(0.9)(m, c)
			m.Timing.PictureGaps = []shown.Span{{From: 29 * time.Second, To: 30 * time.Second}}
		}, KindCuts, Pass, ""},
		{"R18: a re-encoding alone is information", func(m *Measurement, _ *Context) { m.Traces.Encoder = "x264" }, KindEditing, Pass, NoteReencoded},
		{"R18: a foreign program alone too", func(m *Measurement, _ *Context) { m.WrittenBy = "CapCut 12.1" }, KindEditing, Pass, NoteEditor},
		{"R18: a trimmed end alone too", func(m *Measurement, _ *Context) { m.Traces.Trimmed, m.Traces.Segments = true, 1 }, KindEditing, Pass, NoteTrimmed},
		{"R18: pieces joined by an edit list", func(m *Measurement, _ *Context) { m.Traces.Segments = 2 }, KindEditing, Warn, NoteJoined},
		{"R18: pieces of two encodings", func(m *Measurement, _ *Context) { m.Traces.Formats = 2 }, KindEditing, Warn, NoteJoined},
		{"R18: a program's work with a cut in it", func(m *Measurement, c *Context) { m.Traces.Encoder = "x264"; cutsOf(0.9)(m, c) }, KindEditing, Warn, NoteEditedAndCut},
		{"R18: a cut in what a camera wrote", cutsOf(0.9), KindEditing, Pass, ""},
		{"the index at the end is information", func(m *Measurement, _ *Context) { m.Traces.IndexAtEnd = true }, KindIndex, Pass, NoteIndexAtEnd},
		{"R15: the same file elsewhere is a fact", elsewhere(NoteSameSound, NoteSameFile, NoteSameRecording), KindElsewhere, Fail, NoteSameFile},
		{"R15: the same recording is for a person to compare", elsewhere(NoteSameRecording), KindElsewhere, Warn, NoteSameRecording},
		{"R18: replaced sound", elsewhere(NoteSamePicture), KindElsewhere, Warn, NoteSamePicture},
		{"just light enough", func(m *Measurement, _ *Context) { m.Light.Mean = 40 }, KindLight, Pass, ""},
		{"too dark", func(m *Measurement, _ *Context) { m.Light.Mean = 39.9 }, KindLight, Warn, NoteTooDark},
		{"just not too bright", func(m *Measurement, _ *Context) { m.Light.Mean = 220 }, KindLight, Pass, ""},
		{"too bright", func(m *Measurement, _ *Context) { m.Light.Mean = 220.1 }, KindLight, Warn, NoteTooBright},
		{"no picture decoded", func(m *Measurement, _ *Context) { m.Light = nil }, KindLight, CannotTell, NoteNotExamined},
		{"recorded 5 min before the start", func(m *Measurement, _ *Context) { m.RecordedAt = judgeStart.Add(-5 * time.Minute) }, KindRecordingTime, Pass, ""},
		{"recorded earlier", func(m *Measurement, _ *Context) { m.RecordedAt = judgeStart.Add(-5*time.Minute - time.Second) }, KindRecordingTime, Warn, NoteOutside},
		{"recorded 5 min after it was received", func(m *Measurement, _ *Context) { m.RecordedAt = judgeStart.Add(25 * time.Minute) }, KindRecordingTime, Pass, ""},
		{"recorded later", func(m *Measurement, _ *Context) { m.RecordedAt = judgeStart.Add(25*time.Minute + time.Second) }, KindRecordingTime, Warn, NoteOutside},
		{"no recording time is information only", func(m *Measurement, _ *Context) { m.RecordedAt = time.Time{} }, KindRecordingTime, Pass, NoteUnknown},
		{"cut off but readable", func(m *Measurement, _ *Context) { m.CutOff = true }, KindReadable, Warn, NoteCutOff},
		{"a face in a quarter of the pictures", func(m *Measurement, _ *Context) { m.Face.WithFace = 5 }, KindFacePresent, Pass, ""},
		{"a face in fewer", func(m *Measurement, _ *Context) { m.Face.WithFace = 4 }, KindFacePresent, Warn, NoteNoFace},
		{"the fallback detector's «no face» does not count", func(m *Measurement, _ *Context) { m.Face.WithFace, m.Face.Reliable = 4, false }, KindFacePresent, CannotTell, NoteNoModel},
		{"the same person, exactly at the threshold", func(m *Measurement, _ *Context) { m.Face.Best.Similarity = new(0.4) }, KindFaceMatch, Pass, ""},
		{"nearly", func(m *Measurement, _ *Context) { m.Face.Best.Similarity = new(0.399) }, KindFaceMatch, CannotTell, NoteBetweenThresholds},
		{"hardly", func(m *Measurement, _ *Context) { m.Face.Best.Similarity = new(0.251) }, KindFaceMatch, CannotTell, NoteBetweenThresholds},
		{"another person, exactly at the threshold", func(m *Measurement, _ *Context) { m.Face.Best.Similarity = new(0.25) }, KindFaceMatch, Fail, ""},
		{"a face just large enough", func(m *Measurement, _ *Context) { m.Face.Best.EyeDistance = 20 }, KindFaceMatch, Pass, ""},
		{"a face too small", func(m *Measurement, _ *Context) { m.Face.Best.EyeDistance = 19.9 }, KindFaceMatch, CannotTell, NoteFaceTooSmall},
		{"a face just sharp enough", func(m *Measurement, _ *Context) { m.Face.Best.Sharpness = 150 }, KindFaceMatch, Pass, ""},
		{"a blurred face of another is no verdict", func(m *Measurement, _ *Context) { m.Face.Best.Sharpness, m.Face.Best.Similarity = 149, new(0.0) }, KindFaceMatch, CannotTell, NoteFaceBlurred},
		{"a face just turned enough", func(m *Measurement, _ *Context) { m.Face.Best.Frontal = 0.5 }, KindFaceMatch, Pass, ""},
		{"a face turned away", func(m *Measurement, _ *Context) { m.Face.Best.Frontal = 0.49 }, KindFaceMatch, CannotTell, NoteFaceTurned},
		{"a face just light enough", func(m *Measurement, _ *Context) { m.Face.Best.Light = 20 }, KindFaceMatch, Pass, ""},
		{"a face in the dark", func(m *Measurement, _ *Context) { m.Face.Best.Light = 19.9 }, KindFaceMatch, CannotTell, NoteFaceLight},
		{"a face burnt out", func(m *Measurement, _ *Context) { m.Face.Best.Light = 235.1 }, KindFaceMatch, CannotTell, NoteFaceLight},
		{"a blurred registration photo", func(m *Measurement, _ *Context) { m.Face.Photo.Sharpness = 149 }, KindFaceMatch, CannotTell, NotePhotoUnfit},
		{"R32: two persons", stillOf(5, func(s *StillPeople) { s.Persons = 2 }), KindPersons, Warn, NoteSomebodyEnters},
		{"R32: two from the start", stillOf(0, func(s *StillPeople) { s.Persons = 2 }), KindPersons, Warn, NoteSeveralPersons},
		{"R18: one still unlike is a bad picture", stillOf(5, unlike), KindSamePerson, Pass, ""},
		{"R18: two stills are another person", func(m *Measurement, c *Context) { stillOf(5, unlike)(m, c); stillOf(6, unlike)(m, c) }, KindSamePerson, Warn, NoteOtherPerson},
		{"R18: unlike because blurred is no other person", func(m *Measurement, _ *Context) {
			for i := range m.People.Stills {
				m.People.Stills[i].Similarity, m.People.Stills[i].Sharpness = new(0.0), 149
			}
		}, KindSamePerson, CannotTell, NoteFaceNotSeen},
		{"R18: no face for 30 s", unseen(4, 9), KindInFrame, Pass, ""},
		{"R18: for longer nobody can tell by faces", unseen(4, 10), KindInFrame, CannotTell, NoteFaceNotSeen},
		{"R18: nobody looked", func(m *Measurement, _ *Context) { m.People.Failed = true }, KindPersons, CannotTell, NoteNotExamined},
		{"R18: no detector that counts", func(m *Measurement, _ *Context) { m.People.Reliable = false }, KindPersons, CannotTell, NoteNoModel},
		{"R18: nor does it for who plays", func(m *Measurement, _ *Context) { m.People.Reliable = false }, KindSamePerson, CannotTell, NoteNoModel},
		{"R18: nor for who is seen", func(m *Measurement, _ *Context) { m.People.Reliable = false }, KindInFrame, CannotTell, NoteNoModel},
		{"R18: nothing to compare who plays with", func(m *Measurement, _ *Context) { m.People.HasNetwork = false }, KindSamePerson, CannotTell, NoteNoModel},
		{"R2: no photo yet", func(m *Measurement, _ *Context) { m.Face.HasPhoto = false }, KindFaceMatch, CannotTell, NoteNoPhoto},
		{"no face in the clip", func(m *Measurement, _ *Context) { m.Face.Best = nil }, KindFaceMatch, CannotTell, NoteNoFace},
		{"no network installed", func(m *Measurement, _ *Context) { m.Face.HasNetwork = false }, KindFaceMatch, CannotTell, NoteNoModel},
		{"no face in the photo", func(m *Measurement, _ *Context) { m.Face.PhotoFaces = 0 }, KindFaceMatch, CannotTell, NoteNoFaceInPhoto},
		{"two faces in the photo", func(m *Measurement, _ *Context) { m.Face.PhotoFaces = 2 }, KindFaceMatch, CannotTell, NoteSeveralInPhoto},
		{"a similarity that is no number", func(m *Measurement, _ *Context) { m.Face.Best.Similarity = new(math.NaN()) }, KindFaceMatch, CannotTell, NoteNotExamined},
		{"an engine that failed", func(m *Measurement, _ *Context) { m.Face.Failed = true }, KindFaceMatch, CannotTell, NoteNotExamined},
		{"nothing compared", func(m *Measurement, _ *Context) { m.Face = nil }, KindFaceMatch, CannotTell, NoteNotExamined},
		{"R25: consent declined", func(m *Measurement, c *Context) { c.Consent = ConsentDeclined }, KindFaceMatch, CannotTell, NoteIdentifiedAtDesk},
		{"R25: no answer", func(m *Measurement, c *Context) { c.Consent = ConsentNone }, KindFaceMatch, CannotTell, NoteNoConsent},
		{"no video", func(m *Measurement, _ *Context) { m.Unreadable = NoteNotAVideo }, KindReadable, Fail, NoteNotAVideo},
		{"a tool that crashed", func(m *Measurement, _ *Context) { m.Unreadable = NoteNotExamined }, KindReadable, CannotTell, NoteNotExamined},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			m, c := goodClip()
			tc.change(&m, &c)
			f := findKind(Judge(m, c), tc.kind)
			if f == nil || f.Verdict != tc.verdict || f.Note != tc.note {
				t.Errorf("%s: got %+v, want %s %q", tc.kind, f, tc.verdict, tc.note)
			}
		})
	}
}

func TestR25_WithoutConsentNothingOfAFaceIsSaid(t *testing.T) {
	for _, consent := range []ConsentAnswer{ConsentDeclined, ConsentNone} {
		m, c := goodClip()
		c.Consent = consent
		findings := Judge(m, c)
		f := findKind(findings, KindFaceMatch)
		if findKind(findings, KindFacePresent) != nil || f.Value != nil || f.Evidence != nil || f.Engine != "" {
			t.Errorf("consent %q: %+v", consent, f)
		}
	}
}

func TestR25_WhatIsSentSaysNothingOfAFaceOnceConsentIsWithdrawn(t *testing.T) {
	for answer, note := range map[ConsentAnswer]Note{ConsentDeclined: NoteIdentifiedAtDesk, ConsentNone: NoteNoConsent} {
		m, c := goodClip()
		given := Judge(m, c)
		c.Consent = answer
		if diff := cmp.Diff(Judge(m, c), UnderConsent(given, answer)); diff != "" {
			t.Error(diff)
		}
		if f := findKind(UnderConsent(given, answer), KindFaceMatch); f == nil || f.Note != note {
			t.Errorf("%q: %+v", answer, f)
		}
		if diff := cmp.Diff(given, UnderConsent(given, ConsentGiven)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTheComparisonNamesEngineAndBestFrame(t *testing.T) {
	m, c := goodClip()
	want := &Finding{
		Kind: KindFaceMatch, Verdict: Pass, Value: new(0.7), Limit: new(0.4), Side: AtLeast, Engine: m.Face.Engine,
		Evidence: []Evidence{{From: 3 * time.Second, To: 3 * time.Second, Frame: "abc"}},
	}
	if diff := cmp.Diff(want, findKind(Judge(m, c), KindFaceMatch)); diff != "" {
		t.Error(diff)
	}
}

func TestAnUnreadableClipIsNotJudgedFurther(t *testing.T) {
	m, c := goodClip()
	m.Unreadable, m.Face = NoteCutOff, nil
	findings := Judge(m, c)
	if len(findings) != 4 || Examined(findings) || Worst(findings) != Fail {
		t.Errorf("%+v", findings)
	}
	if diff := cmp.Diff([]string{HintUnreadable}, Hints(findings)); diff != "" {
		t.Error(diff)
	}
}

func TestR19_AFileThatEndsTooSoonIsNotCalledUnreadable(t *testing.T) {
	m, c := goodClip()
	m.CutOff = true
	findings := Judge(m, c)
	if diff := cmp.Diff([]string{HintCutOff}, Hints(findings)); diff != "" || !Examined(findings) {
		t.Errorf("examined: %v\n%s", Examined(findings), diff)
	}
}

func TestR19_EveryFileThatDoesNotOpenHasOneHint(t *testing.T) {
	for _, note := range []Note{NoteNotAVideo, NoteEmpty, NoteCutOff, NoteUnsupportedCodec} {
		m, c := goodClip()
		m.Unreadable = note
		if diff := cmp.Diff([]string{HintUnreadable}, Hints(Judge(m, c))); diff != "" {
			t.Errorf("%s: %s", note, diff)
		}
	}
	m, c := goodClip()
	m.Unreadable = NoteNotExamined // our own fault, perhaps: nothing to record again
	if hints := Hints(Judge(m, c)); hints != nil {
		t.Errorf("a tool that crashed became %v", hints)
	}
}

func TestR19_HintsAreWhatHelpsToRecordAgain(t *testing.T) {
	m, c := goodClip()
	m.Width, m.Height, m.Duration = 720, 1280, 5*time.Second
	m.AudioCodec, m.Sound, m.Light.Mean, m.Face.WithFace = "", nil, 10, 0
	m.Face.Best.Similarity, m.FrameRate, m.RecordedAt = new(0.0), 10, judgeStart.Add(-time.Hour)
	want := []string{HintTooShort, HintPortrait, HintSilent, HintTooDark, HintNoFace}
	if diff := cmp.Diff(want, Hints(Judge(m, c))); diff != "" {
		t.Error(diff)
	}
}

// R19: whatever a comparison says, the candidate hears nothing of it.
func TestR19_NoComparisonBecomesAHint(t *testing.T) {
	for _, verdict := range []Verdict{Pass, Warn, Fail, CannotTell} {
		for _, note := range []Note{"", NoteNoFace, NoteNoPhoto, NoteBetweenThresholds, NoteFaceTooSmall, NoteNoModel} {
			if hints := Hints([]Finding{{Kind: KindFaceMatch, Verdict: verdict, Note: note}}); hints != nil {
				t.Errorf("%s %s became %v", verdict, note, hints)
			}
		}
	}
}

// R1, R2: the photo's age stands beside the comparison.
func TestR2_AnOldPhotoIsPointedOut(t *testing.T) {
	for taken, want := range map[Date]Verdict{
		{}: Pass,
		{judgeStart.Year(), judgeStart.Month(), judgeStart.Day()}:     Pass,
		{judgeStart.Year() - 1, judgeStart.Month(), judgeStart.Day()}: Pass,
		{judgeStart.Year() - 2, judgeStart.Month(), judgeStart.Day()}: Warn,
	} {
		f := judgePhotoAge(Face{HasPhoto: true}, Context{StartedAt: judgeStart, PhotoTaken: taken})
		if f.Verdict != want || (f.Note == NotePhotoOld) != (want == Warn) || (f.Value == nil) != taken.IsZero() {
			t.Errorf("%v: %+v", taken, f)
		}
	}
}
