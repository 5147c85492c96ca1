package exam

import (
	"slices"
	"time"

	"kaodian/app/base/shown"
)

// maxEvidence is how many stretches a finding points to; a reviewer follows
// no more, and a clip that flickers throughout has thousands.
const maxEvidence = 20

func evidenceOf(spans []shown.Span) []Evidence {
	var list []Evidence
	for _, s := range spans[:min(len(spans), maxEvidence)] {
		list = append(list, Evidence{From: s.From, To: s.To})
	}
	return list
}

func longest(spans []shown.Span) time.Duration {
	length := time.Duration(0)
	for _, s := range spans {
		length = max(length, s.Length())
	}
	return length
}

// judgeStretches warns of stretches that are longer than the limit, in
// seconds, and shows all of those. The value is the longest.
func judgeStretches(kind Kind, spans []shown.Span, limit float64, note Note) Finding {
	long := slices.DeleteFunc(slices.Clone(spans), func(s shown.Span) bool { return s.Length().Seconds() <= limit })
	return against(kind, AtMost, limit, Seconds).measured(longest(spans).Seconds(), Warn, note).at(long)
}

// judgeLooks is what the picture is like over time: black, frozen, blurred,
// and whether the camera stands still (R32).
func judgeLooks(m Measurement) []Finding {
	kinds := []Kind{KindBlack, KindFrozen, KindSharpness, KindCamera}
	if m.Light == nil || m.Looks == nil {
		var findings []Finding
		for _, kind := range kinds {
			findings = append(findings, Finding{Kind: kind}.cannotTell(NoteNotExamined))
		}
		return findings
	}
	return []Finding{
		judgeStretches(KindBlack, m.Light.Black, MaxBlack, NoteBlack),
		judgeStretches(KindFrozen, m.Looks.Frozen, MaxFrozen, NoteFrozen),
		judgeSharpness(*m.Looks),
		judgeStretches(KindCamera, m.Looks.Shaking, MaxMoving, NoteCameraMoves),
	}
}

// judgeSharpness cannot tell where no edge is clear enough: in the dark, or
// before a plain wall.
func judgeSharpness(l shown.Looks) Finding {
	if l.Edge == 0 && len(l.Blurred) == 0 {
		return Finding{Kind: KindSharpness}.cannotTell(NoteUnknown)
	}
	return judgeStretches(KindSharpness, l.Blurred, MaxUnfit, NoteBlurred)
}

// judgeLastFrame says whether the clip can be watched to its end.
func judgeLastFrame(m Measurement) Finding {
	f := against(KindLastFrame, AtMost, MaxEndMissing, Seconds)
	if m.Timing == nil || m.Light == nil {
		return f.cannotTell(NoteNotExamined)
	}
	end := m.Timing.Picture.To
	if m.CutOff { // what is gone is in no list of packets; the container still says how long it was
		end = max(end, m.Duration)
	}
	missing := max(end-m.LastPicture, 0)
	return f.measured(missing.Seconds(), Warn, NoteEndMissing).at([]shown.Span{{From: m.LastPicture, To: end}})
}
