package exam

import (
	"math"
	"slices"
	"time"
)

// The limits of R11 and R18, each with the side that still passes.
const (
	MinShortSide   = 720              // pixels (R11: 720p or more)
	MinFrameRate   = 29.0             // frames a second (R11: 30; 29.97 and a dropped frame are no departure)
	MinDuration    = 10 * time.Second // R18: repeats may be left out
	MinLuma        = 40.0             // mean of 0–255: below it a face is not made out
	MaxLuma        = 220.0            // above it the picture is burnt out
	MinPeak        = -50.0            // dB: below it nobody would hear music
	MaxSilence     = 15.0             // seconds without sound; tuning and page turns are shorter
	MinLoudness    = -40.0            // LUFS: 17 below what broadcasts have (EBU R 128), hardly heard at their volume
	MaxClipped     = 0.02             // of the time; a single stroke near the microphone is no matter
	MaxUneven      = 0.1              // of the seconds with fewer pictures than usual
	MaxEndMissing  = 1.0              // seconds: an undecodable last picture is no loss
	MaxGap         = 0.5              // seconds without a picture or sound: longer ones are seen or heard
	MaxApart       = 0.5              // seconds between the ends of sound and picture; recorders leave up to 0.3
	MaxBlack       = 1.0              // seconds: a hand before the lens when the button is pressed
	MaxFrozen      = 3.0              // seconds: nobody sits that still
	MaxUnfit       = 5.0              // seconds too dark, too bright or blurred: automatic cameras need two
	MaxMoving      = 5.0              // seconds in which the camera moves: setting it down takes less
	WholeCut       = 0.6              // of what can be recognised: another scene; less is a jump within one
	MinFaceShare   = 0.25             // of the pictures of the announcement
	MinEyeDistance = 20.0             // pixels: below it the networks guess
	// RecordingSlack is how far a phone's clock may be off before the
	// recording's time is pointed out.
	RecordingSlack = 5 * time.Minute
)

// Context is what the exam knows of a clip's circumstances.
type Context struct {
	MaxClipBytes int64 // R11; 0: no limit
	StartedAt    time.Time
	ReceivedAt   time.Time
	Consent      ConsentAnswer // R25
	PhotoTaken   Date          // zero when unknown
}

// Judge makes findings of what a clip shows (R18). It fails nobody (R20).
func Judge(m Measurement, c Context) []Finding {
	findings := []Finding{judgeReadable(m), judgeSize(m, c)}
	if m.Unreadable == "" {
		findings = append(findings, judgeFormat(m), judgeIndex(m), judgeResolution(m), judgeFrameRate(m), judgeSteadiness(m),
			judgeDuration(m), judgeLastFrame(m), judgeOrientation(m), judgeSound(m), judgeLight(m), judgeRecordingTime(m, c))
		findings = append(findings, judgeHearing(m)...)
		findings = append(findings, judgeLooks(m)...)
		findings = append(findings, judgeOneTake(m)...)
	}
	findings = append(findings, judgeElsewhere(m)) // a file that cannot be read has its hash too
	return append(findings, judgeFace(m, c)...)
}

func judgeReadable(m Measurement) Finding {
	switch {
	case m.Unreadable == NoteNotExamined:
		return Finding{Kind: KindReadable, Verdict: CannotTell, Note: NoteNotExamined}
	case m.Unreadable != "":
		return Finding{Kind: KindReadable, Verdict: Fail, Note: m.Unreadable}
	case m.CutOff:
		return Finding{Kind: KindReadable, Verdict: Warn, Note: NoteCutOff}
	}
	return Finding{Kind: KindReadable, Verdict: Pass}
}

func judgeSize(m Measurement, c Context) Finding {
	f := Finding{Kind: KindSize, Verdict: Pass, Unit: "bytes", Value: number(float64(m.Size))}
	if c.MaxClipBytes > 0 {
		f.Limit = number(float64(c.MaxClipBytes))
		f.Verdict = unless(m.Size <= c.MaxClipBytes, Fail)
	}
	return f
}

func judgeResolution(m Measurement) Finding {
	short := min(m.Width, m.Height)
	return Finding{
		Kind: KindResolution, Verdict: unless(short >= MinShortSide, Warn),
		Value: number(float64(short)), Limit: number(MinShortSide), Unit: "px",
	}
}

func judgeFrameRate(m Measurement) Finding {
	f := Finding{Kind: KindFrameRate, Limit: number(MinFrameRate), Unit: "fps"}
	if m.FrameRate <= 0 {
		f.Verdict, f.Note = CannotTell, NoteUnknown
		return f
	}
	f.Value, f.Verdict = number(m.FrameRate), unless(m.FrameRate >= MinFrameRate, Warn)
	return f
}

func judgeDuration(m Measurement) Finding {
	f := Finding{Kind: KindDuration, Limit: number(MinDuration.Seconds()), Unit: "s"}
	switch {
	case m.Duration <= 0:
		f.Verdict, f.Note = CannotTell, NoteUnknown
	case m.Duration < MinDuration:
		f.Verdict, f.Note, f.Value = Fail, NoteTooShort, number(m.Duration.Seconds())
	default:
		f.Verdict, f.Value = Pass, number(m.Duration.Seconds())
	}
	return f
}

// judgeOrientation wants landscape (R11): wider than high, as it is shown.
func judgeOrientation(m Measurement) Finding {
	f := Finding{Kind: KindOrientation, Verdict: Pass, Limit: number(1)}
	if m.Height > 0 {
		f.Value = number(float64(m.Width) / float64(m.Height))
	}
	if m.Width <= m.Height {
		f.Verdict, f.Note = Warn, NotePortrait
	}
	return f
}

func judgeSound(m Measurement) Finding {
	f := Finding{Kind: KindSound, Limit: number(MinPeak), Unit: "dB"}
	switch {
	case m.AudioCodec == "":
		return Finding{Kind: KindSound, Verdict: Fail, Note: NoteNoSound}
	case m.Sound == nil:
		return Finding{Kind: KindSound, Verdict: CannotTell, Note: NoteNotExamined}
	case m.Sound.Peak < MinPeak:
		f.Verdict, f.Note, f.Value = Fail, NoteSilent, number(m.Sound.Peak)
	default:
		f.Verdict, f.Value = Pass, number(m.Sound.Peak)
	}
	return f
}

func judgeLight(m Measurement) Finding {
	if m.Light == nil || m.Light.Pictures == 0 {
		return Finding{Kind: KindLight, Verdict: CannotTell, Note: NoteNotExamined}
	}
	f := Finding{Kind: KindLight, Verdict: Pass, Value: number(m.Light.Mean), Limit: number(MinLuma)}
	dark := judgeStretches(KindLight, m.Light.Dark, MaxUnfit, NoteDarkStretch)
	bright := judgeStretches(KindLight, m.Light.Bright, MaxUnfit, NoteBrightStretch)
	switch {
	case m.Light.Mean < MinLuma:
		f.Verdict, f.Note, f.Evidence = Warn, NoteTooDark, evidenceOf(m.Light.Dark)
	case m.Light.Mean > MaxLuma:
		f.Verdict, f.Note, f.Limit, f.Evidence = Warn, NoteTooBright, number(MaxLuma), evidenceOf(m.Light.Bright)
	case dark.Verdict == Warn:
		return dark
	case bright.Verdict == Warn:
		return bright
	}
	return f
}

// judgeRecordingTime holds the recorder's time against the attempt's. A
// missing one is information only, so it passes (R18). The value is how far outside it is.
func judgeRecordingTime(m Measurement, c Context) Finding {
	f := Finding{Kind: KindRecordingTime, Unit: "min", Limit: number(RecordingSlack.Minutes())}
	if m.RecordedAt.IsZero() || c.StartedAt.IsZero() {
		return Finding{Kind: KindRecordingTime, Verdict: Pass, Note: NoteUnknown}
	}
	early, late := c.StartedAt.Sub(m.RecordedAt), m.RecordedAt.Sub(c.ReceivedAt)
	off := max(early, late, 0)
	f.Value, f.Verdict = number(off.Minutes()), unless(off <= RecordingSlack, Warn)
	if f.Verdict == Warn {
		f.Note = NoteOutside
	}
	return f
}

// judgeFace makes the two findings of the announcement: is a face there
// (which the candidate is told, R19) and is it the registered person's (which
// the candidate is not). Without consent nothing was looked at (R25).
func judgeFace(m Measurement, c Context) []Finding {
	switch {
	case c.Consent != ConsentGiven:
		return []Finding{withoutConsent(c.Consent)}
	case m.Face == nil || m.Face.Failed || m.Face.Frames == 0:
		return []Finding{{Kind: KindFaceMatch, Verdict: CannotTell, Note: NoteNotExamined}}
	}
	return append([]Finding{judgeFacePresent(*m.Face), judgeFaceMatch(*m.Face), judgePhotoAge(*m.Face, c)}, judgePeople(m)...)
}

func withoutConsent(answer ConsentAnswer) Finding {
	note := NoteNoConsent
	if answer == ConsentDeclined {
		note = NoteIdentifiedAtDesk
	}
	return Finding{Kind: KindFaceMatch, Verdict: CannotTell, Note: note}
}

// UnderConsent leaves out what findings say of a face where the answer about
// face recognition does not, or no longer, allow it (R25).
func UnderConsent(findings []Finding, answer ConsentAnswer) []Finding {
	if answer == ConsentGiven || !slices.ContainsFunc(findings, isOfFace) {
		return findings
	}
	return append(slices.DeleteFunc(slices.Clone(findings), isOfFace), withoutConsent(answer))
}

func isOfFace(f Finding) bool { return AboutIdentity(f.Kind) }

func judgeFacePresent(face Face) Finding {
	share := float64(face.WithFace) / float64(face.Frames)
	f := Finding{
		Kind: KindFacePresent, Verdict: Pass, Engine: face.Engine,
		Value: number(share), Limit: number(MinFaceShare),
		Evidence: []Evidence{{To: face.Until}},
	}
	switch {
	case share >= MinFaceShare:
	case !face.Reliable:
		// The fallback detector overlooks two faces of three.
		f.Verdict, f.Note = CannotTell, NoteNoModel
	default:
		f.Verdict, f.Note = Warn, NoteNoFace
	}
	return f
}

func judgeFaceMatch(face Face) Finding {
	f := Finding{Kind: KindFaceMatch, Verdict: CannotTell, Engine: face.Engine}
	if best := face.Best; best != nil {
		f.Evidence = []Evidence{{From: best.At, To: best.At, Frame: best.Frame}}
	}
	if f.Note = whyNotCompared(face); f.Note != "" {
		return f
	}
	similarity := *face.Best.Similarity
	f.Value, f.Limit = number(similarity), number(face.Match)
	switch {
	case similarity >= face.Match:
		f.Verdict = Pass
	case similarity > face.NoMatch:
		f.Verdict, f.Note = Warn, NoteBetweenThresholds
	default:
		f.Verdict, f.Limit = Fail, number(face.NoMatch)
	}
	return f
}

// whyNotCompared is why quality or means do not allow a verdict, "" if they do.
func whyNotCompared(face Face) string {
	switch {
	case !face.HasPhoto:
		return NoteNoPhoto
	case face.Best == nil:
		return NoteNoFace
	case !face.HasNetwork:
		return NoteNoModel
	case face.PhotoFaces == 0:
		return NoteNoFaceInPhoto
	case face.PhotoFaces > 1:
		return NoteSeveralInPhoto
	case face.Photo.whyUnfit() != "":
		return NotePhotoUnfit
	case face.Best.whyUnfit() != "":
		return face.Best.whyUnfit()
	case face.Best.Similarity == nil || math.IsNaN(*face.Best.Similarity):
		return NoteNotExamined
	}
	return ""
}

// unless is Pass where the limit is kept, else the other verdict.
func unless(kept bool, otherwise Verdict) Verdict {
	if kept {
		return Pass
	}
	return otherwise
}
