package exam

import "time"

// judgeHearing is how the sound is over time, and whether it and the picture
// belong together. Where there is none, judgeSound says so.
func judgeHearing(m Measurement) []Finding {
	findings := []Finding{judgeGaps(m)}
	if m.AudioCodec == "" || m.Sound == nil {
		return findings
	}
	return append(findings, judgeSync(m), judgeLoudness(*m.Sound), judgeClipping(*m.Sound),
		judgeStretches(KindSilence, m.Sound.Silences, MaxSilence, NoteSilentStretch))
}

func judgeLoudness(s Sound) Finding {
	f := Finding{Kind: KindLoudness, Verdict: unless(s.Loudness >= MinLoudness, Warn), Unit: "LUFS", Value: number(s.Loudness), Limit: number(MinLoudness)}
	if f.Verdict == Warn {
		f.Note = NoteTooQuiet
	}
	return f
}

func judgeClipping(s Sound) Finding {
	f := Finding{Kind: KindClipping, Verdict: unless(s.Clipped <= MaxClipped, Warn), Value: number(s.Clipped), Limit: number(MaxClipped)}
	if f.Verdict == Warn {
		f.Note, f.Evidence = NoteClipped, evidenceOf(s.Clippings)
	}
	return f
}

// judgeGaps is about times for which the file holds no picture or no sound.
func judgeGaps(m Measurement) Finding {
	if m.Timing == nil {
		return Finding{Kind: KindGaps, Verdict: CannotTell, Note: NoteNotExamined}
	}
	return judgeStretches(KindGaps, m.Timing.Gaps, MaxGap, NoteGaps)
}

// judgeSync holds the beginnings and the ends of sound and picture against
// each other: where they differ, one of them was cut or replaced.
func judgeSync(m Measurement) Finding {
	f := Finding{Kind: KindSync, Unit: "s", Limit: number(MaxApart)}
	if m.Timing == nil || m.Timing.Sound.Length() <= 0 {
		f.Verdict, f.Note = CannotTell, NoteNotExamined
		return f
	}
	picture, sound := m.Timing.Picture, m.Timing.Sound
	begin := Span{min(picture.From, sound.From), max(picture.From, sound.From)}
	end := Span{min(picture.To, sound.To), max(picture.To, sound.To)}
	apart := max(begin.Length(), end.Length())
	f.Value, f.Verdict = number(apart.Seconds()), unless(apart.Seconds() <= MaxApart, Warn)
	if f.Verdict == Warn {
		f.Note = NoteNotTogether
		for _, s := range []Span{begin, end} {
			if s.Length() > time.Duration(MaxApart*float64(time.Second)) {
				f.Evidence = append(f.Evidence, Evidence{From: s.From, To: s.To})
			}
		}
	}
	return f
}
