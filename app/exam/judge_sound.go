package exam

import "kaodian/app/base/shown"

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

func judgeLoudness(s shown.Sound) Finding {
	return against(KindLoudness, AtLeast, MinLoudness, LUFS).measured(s.Loudness, Warn, NoteTooQuiet)
}

func judgeClipping(s shown.Sound) Finding {
	return against(KindClipping, AtMost, MaxClipped, "").measured(s.Clipped, Warn, NoteClipped).at(s.Clippings)
}

// judgeGaps is about times for which the file holds no picture or no sound.
func judgeGaps(m Measurement) Finding {
	if m.Timing == nil {
		return Finding{Kind: KindGaps}.cannotTell(NoteNotExamined)
	}
	return judgeStretches(KindGaps, m.Timing.Gaps(), MaxGap, NoteGaps)
}

// judgeSync holds the beginnings and the ends of sound and picture against
// each other: where they differ, one of them was cut or replaced.
func judgeSync(m Measurement) Finding {
	if m.Timing == nil || m.Timing.Sound.Length() <= 0 {
		return against(KindSync, AtMost, MaxApart, Seconds).cannotTell(NoteNotExamined)
	}
	picture, sound := m.Timing.Picture, m.Timing.Sound
	begin := shown.Span{From: min(picture.From, sound.From), To: max(picture.From, sound.From)}
	end := shown.Span{From: min(picture.To, sound.To), To: max(picture.To, sound.To)}
	return judgeStretches(KindSync, []shown.Span{begin, end}, MaxApart, NoteNotTogether)
}
