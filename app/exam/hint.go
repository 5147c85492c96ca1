package exam

import "slices"

// The hints: what a candidate is told because it helps to record again
// (R19). They are translated, so none is ever renamed.
const (
	HintUnreadable = "unreadable"
	HintCutOff     = "cut_off"
	HintTooShort   = "too_short"
	HintPortrait   = "portrait"
	HintSilent     = "silent"
	HintTooDark    = "too_dark"
	HintTooBright  = "too_bright"
	HintNoFace     = "no_face"
)

type seen struct {
	kind Kind
	note Note
}

// hinted says which finding becomes which hint. What is not in it is never
// shown to a candidate; the comparison is not (R19).
var hinted = map[seen]string{
	{KindReadable, NoteCutOff}:      HintCutOff,
	{KindDuration, NoteTooShort}:    HintTooShort,
	{KindOrientation, NotePortrait}: HintPortrait,
	{KindSound, NoteNoSound}:        HintSilent,
	{KindSound, NoteSilent}:         HintSilent,
	{KindLight, NoteTooDark}:        HintTooDark,
	{KindLight, NoteTooBright}:      HintTooBright,
	{KindFacePresent, NoteNoFace}:   HintNoFace,
}

// hintOf is a finding's hint, "" if it has none. A file that does not open is
// one thing to a candidate, whatever the cause; one that is cut off may open.
func hintOf(f Finding) string {
	if f.Kind == KindReadable && f.Verdict == Fail {
		return HintUnreadable
	}
	return hinted[seen{f.Kind, f.Note}]
}

// Hints are what the candidate is told before submitting: only what helps to
// record again, never the comparison (R19). Each at most once, in the order
// of the findings.
func Hints(findings []Finding) []string {
	var hints []string
	for _, f := range findings {
		if f.Verdict != Warn && f.Verdict != Fail {
			continue
		}
		hint := hintOf(f)
		if hint != "" && !slices.Contains(hints, hint) {
			hints = append(hints, hint)
		}
	}
	return hints
}

// What a candidate is told to be good: the other side of a hint, never the
// comparison (R19). They are translated, so none is ever renamed.
const (
	GoodSound     = "sound"
	GoodLandscape = "landscape"
	GoodFace      = "face" // somebody's was seen at the announcement
)

var good = map[Kind]string{KindSound: GoodSound, KindOrientation: GoodLandscape, KindFacePresent: GoodFace}

// Good is what was looked at and is as it should be, in the order of the findings.
func Good(findings []Finding) []string {
	var list []string
	for _, f := range findings {
		if name := good[f.Kind]; name != "" && f.Verdict == Pass && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}
