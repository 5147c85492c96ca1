package exam

import (
	"slices"
	"strings"
	"time"

	"kaodian/app/base/shown"
)

// judgeFormat names container and codecs. All that can be decoded are
// allowed (R11), so it is information.
func judgeFormat(m Measurement) Finding {
	parts := []string{m.Container, strings.TrimSpace(m.VideoCodec + " " + m.Profile)}
	if m.AudioCodec != "" {
		parts = append(parts, m.AudioCodec)
	}
	return Finding{Kind: KindFormat, Verdict: Pass, Detail: strings.Join(parts, " · ")}
}

// judgeIndex says where the table of contents is. At the end, as phones write
// it, a browser has to fetch it first: information, the rendition mends it.
func judgeIndex(m Measurement) Finding {
	f := Finding{Kind: KindIndex, Verdict: Pass}
	if m.Traces.IndexAtEnd {
		f.Note = NoteIndexAtEnd
	}
	return f
}

// judgeSteadiness is about the pace of the pictures: where it falls, the
// phone could not keep up or the light was too low.
func judgeSteadiness(m Measurement) Finding {
	if m.Timing == nil {
		return Finding{Kind: KindSteadiness}.cannotTell(NoteNotExamined)
	}
	return against(KindSteadiness, AtMost, MaxUneven, "").measured(m.Timing.Uneven, Warn, NoteUneven).at(m.Timing.Slow)
}

// judgeOneTake is about the single take (R11, R18): cuts, and what the file
// says of editing.
func judgeOneTake(m Measurement) []Finding {
	cuts := judgeCuts(m)
	return []Finding{cuts, judgeEditing(m, cuts.Verdict == Warn)}
}

// judgeCuts never fails anybody: a machine may take a quick movement for one.
// Where pictures are missing, the finding of the gaps says so.
func judgeCuts(m Measurement) Finding {
	if m.Looks == nil {
		return Finding{Kind: KindCuts}.cannotTell(NoteNotExamined)
	}
	cuts := slices.DeleteFunc(slices.Clone(m.Cuts), func(c shown.Cut) bool { return inGap(m.Timing, c.At) })
	f := against(KindCuts, AtMost, 0, "").measured(float64(len(cuts)), Warn, "")
	for _, c := range cuts {
		if len(f.Evidence) < maxEvidence {
			f.Evidence = append(f.Evidence, Evidence{From: c.At, To: c.At})
		}
		switch {
		case c.Share >= WholeCut:
			f.Note = NoteCut
		case f.Note == "":
			f.Note = NoteJump
		}
	}
	return f
}

func inGap(t *shown.Timing, at time.Duration) bool {
	const near = 200 * time.Millisecond
	return t != nil && slices.ContainsFunc(t.Gaps(), func(s shown.Span) bool { return at >= s.From-near && at <= s.To+near })
}

// editors are programs that put clips together, by what they write into the
// file. A phone's own camera is none of them.
var editors = []string{
	"capcut", "jianying", "剪映", "inshot", "kinemaster", "premiere", "final cut", "imovie", "davinci", "filmora",
	"videoleap", "vivacut", "vn video", "movavi", "vegas", "powerdirector", "videoshow", "viva", "kwai", "quik",
}

// judgeEditing gathers signs of editing. A re-encoding, a foreign program or
// a trimmed end alone is information, since the guide itself recommends
// compressing on some phones (R18); a join is not, and neither is a cut in a
// file that shows such signs.
func judgeEditing(m Measurement, hasCut bool) Finding {
	f := Finding{Kind: KindEditing, Verdict: Pass, Detail: m.WrittenBy}
	writer := strings.ToLower(m.WrittenBy)
	switch {
	case m.Traces.Segments > 1 || m.Traces.Formats > 1:
		f.Verdict, f.Note = Warn, NoteJoined
	case slices.ContainsFunc(editors, func(name string) bool { return strings.Contains(writer, name) }):
		f.Note = NoteEditor
	case m.Traces.Trimmed:
		f.Note = NoteTrimmed
	case m.Traces.Encoder != "" || strings.HasPrefix(writer, "lavf"):
		f.Note = NoteReencoded
		if f.Detail == "" {
			f.Detail = m.Traces.Encoder
		}
	}
	if hasCut && f.Verdict == Pass && f.Note != "" {
		f.Verdict, f.Note = Warn, NoteEditedAndCut
	}
	return f
}

// judgeElsewhere is about the same clip seen elsewhere at the centre.
func judgeElsewhere(m Measurement) Finding {
	f := against(KindElsewhere, AtMost, 0, "").measured(0, Warn, "")
	for _, e := range m.Elsewhere {
		f.addElsewhere(e)
	}
	return f
}

// AddElsewhere tells a clip's findings of another clip that shows the same,
// which came after it; false if they know, or know of many. The later clip is told by Judge.
func AddElsewhere(findings []Finding, e Elsewhere) ([]Finding, bool) {
	at := slices.IndexFunc(findings, func(f Finding) bool { return f.Kind == KindElsewhere })
	if at < 0 || len(findings[at].Evidence) >= maxEvidence || slices.ContainsFunc(findings[at].Evidence, func(known Evidence) bool { return known.OtherID == e.ClipID }) {
		return findings, false
	}
	findings = slices.Clone(findings)
	findings[at].addElsewhere(e)
	return findings, true
}

// addElsewhere counts one more clip. The same bytes are a fact; the same by
// its prints is for a person to compare.
func (f *Finding) addElsewhere(e Elsewhere) {
	f.Value = number(*f.Value + 1)
	if len(f.Evidence) < maxEvidence {
		f.Evidence = append(slices.Clone(f.Evidence), Evidence{OtherID: e.ClipID})
	}
	switch {
	case e.Same == NoteSameFile:
		f.Verdict, f.Note = Fail, NoteSameFile
	case f.Verdict == Pass:
		f.Verdict, f.Note = Warn, e.Same
	}
}
