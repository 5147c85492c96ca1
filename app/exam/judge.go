package exam

import (
	"slices"
	"time"

	"kaodian/app/base/shown"
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
	BornOn       Date          // zero when unknown
	Sings        bool          // the subject is sung
}

// Judge makes findings of what a clip shows (R18). It fails nobody (R20).
func Judge(m Measurement, c Context) []Finding {
	findings := []Finding{judgeReadable(m), judgeSize(m, c)}
	if m.Unreadable == "" {
		findings = append(findings, judgeFormat(m), judgeIndex(m), judgeResolution(m), judgeFrameRate(m), judgeSteadiness(m),
			judgeDuration(m), judgeLastFrame(m), judgeOrientation(m), judgeSound(m), judgeLight(m), judgeRecordingTime(m, c))
		findings = append(findings, judgeHearing(m)...)
		findings = append(findings, judgeAnnouncement(m, c)...)
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
	if c.MaxClipBytes <= 0 {
		return Finding{Kind: KindSize, Verdict: Pass, Unit: Bytes, Value: number(float64(m.Size))}
	}
	return against(KindSize, AtMost, float64(c.MaxClipBytes), Bytes).measured(float64(m.Size), Fail, "")
}

func judgeResolution(m Measurement) Finding {
	short := min(m.Width, m.Height)
	return against(KindResolution, AtLeast, MinShortSide, Pixels).measured(float64(short), Warn, "")
}

func judgeFrameRate(m Measurement) Finding {
	f := against(KindFrameRate, AtLeast, MinFrameRate, PerSecond)
	if m.FrameRate <= 0 {
		return f.cannotTell(NoteUnknown)
	}
	return f.measured(m.FrameRate, Warn, "")
}

func judgeDuration(m Measurement) Finding {
	f := against(KindDuration, AtLeast, MinDuration.Seconds(), Seconds)
	if m.Duration <= 0 {
		return f.cannotTell(NoteUnknown)
	}
	return f.measured(m.Duration.Seconds(), Fail, NoteTooShort)
}

// judgeOrientation wants landscape (R11): wider than high, as it is shown.
func judgeOrientation(m Measurement) Finding {
	f := against(KindOrientation, MoreThan, 1, "")
	if m.Height <= 0 {
		return f.cannotTell(NoteUnknown)
	}
	return f.measured(float64(m.Width)/float64(m.Height), Warn, NotePortrait)
}

func judgeSound(m Measurement) Finding {
	switch {
	case m.AudioCodec == "":
		return Finding{Kind: KindSound, Verdict: Fail, Note: NoteNoSound}
	case m.Sound == nil:
		return Finding{Kind: KindSound}.cannotTell(NoteNotExamined)
	}
	return against(KindSound, AtLeast, MinPeak, Decibels).measured(m.Sound.Peak, Fail, NoteSilent)
}

func judgeLight(m Measurement) Finding {
	if m.Light == nil || m.Light.Pictures == 0 {
		return Finding{Kind: KindLight}.cannotTell(NoteNotExamined)
	}
	findings := []Finding{
		against(KindLight, AtLeast, MinLuma, "").measured(m.Light.Mean, Warn, NoteTooDark).at(m.Light.Dark),
		against(KindLight, AtMost, MaxLuma, "").measured(m.Light.Mean, Warn, NoteTooBright).at(m.Light.Bright),
		judgeStretches(KindLight, m.Light.Dark, MaxUnfit, NoteDarkStretch),
		judgeStretches(KindLight, m.Light.Bright, MaxUnfit, NoteBrightStretch),
	}
	worst := slices.IndexFunc(findings, func(f Finding) bool { return f.Verdict == Warn })
	return findings[max(worst, 0)]
}

// judgeRecordingTime holds the recorder's time against the attempt's. A
// missing one is information only, so it passes (R18). The value is how far outside it is.
func judgeRecordingTime(m Measurement, c Context) Finding {
	if m.RecordedAt.IsZero() || c.StartedAt.IsZero() {
		return Finding{Kind: KindRecordingTime, Verdict: Pass, Note: NoteUnknown}
	}
	early, late := c.StartedAt.Sub(m.RecordedAt), m.RecordedAt.Sub(c.ReceivedAt)
	off := max(early, late, 0)
	return against(KindRecordingTime, AtMost, RecordingSlack.Minutes(), Minutes).measured(off.Minutes(), Warn, NoteOutside)
}

// against is a finding with a limit, of which nothing is measured yet.
func against(kind Kind, side Side, limit float64, unit Unit) Finding {
	return Finding{Kind: kind, Side: side, Limit: new(limit), Unit: unit}
}

// measured holds the value against the limit: it passes, or has the other
// verdict and the note. The value is kept rounded, the verdict is of the whole.
func (f Finding) measured(value float64, otherwise Verdict, note Note) Finding {
	f.Value, f.Verdict = number(value), Pass
	if !f.Side.passes(value, *f.Limit) {
		f.Verdict, f.Note = otherwise, note
	}
	return f
}

// cannotTell is the finding without a verdict, and why.
func (f Finding) cannotTell(why Note) Finding {
	f.Verdict, f.Note = CannotTell, why
	return f
}

// at points to the stretches if the finding does not pass.
func (f Finding) at(spans []shown.Span) Finding {
	if f.Verdict != Pass {
		f.Evidence = evidenceOf(spans)
	}
	return f
}
