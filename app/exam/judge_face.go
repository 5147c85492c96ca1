package exam

import (
	"math"
	"slices"
)

// judgeFace makes the two findings of the announcement: is a face there
// (which the candidate is told, R19) and is it the registered person's (which
// the candidate is not). Without consent nothing was looked at (R25).
func judgeFace(m Measurement, c Context) []Finding {
	switch {
	case c.Consent != ConsentGiven:
		return []Finding{withoutConsent(c.Consent)}
	case m.Face == nil || m.Face.Failed || m.Face.Frames == 0:
		return []Finding{Finding{Kind: KindFaceMatch}.cannotTell(NoteNotExamined)}
	}
	return append([]Finding{judgeFacePresent(*m.Face), judgeFaceMatch(*m.Face, c), judgePhotoAge(*m.Face, c)}, judgePeople(m)...)
}

func withoutConsent(answer ConsentAnswer) Finding {
	if answer == ConsentDeclined {
		return Finding{Kind: KindFaceMatch}.cannotTell(NoteIdentifiedAtDesk)
	}
	return Finding{Kind: KindFaceMatch}.cannotTell(NoteNoConsent)
}

// UnderConsent leaves out what findings say of a face where the answer about
// face recognition does not, or no longer, allow it (R25).
func UnderConsent(findings []Finding, answer ConsentAnswer) []Finding {
	if answer == ConsentGiven || !slices.ContainsFunc(findings, isOfFace) {
		return findings
	}
	return append(slices.DeleteFunc(slices.Clone(findings), isOfFace), withoutConsent(answer))
}

// SameFindings says whether two lists are of the same kinds, verdicts and notes.
func SameFindings(a, b []Finding) bool {
	return slices.EqualFunc(a, b, func(x, y Finding) bool { return x.Kind == y.Kind && x.Verdict == y.Verdict && x.Note == y.Note })
}

func isOfFace(f Finding) bool { return aboutFaces[f.Kind] }

func judgeFacePresent(face Face) Finding {
	share := float64(face.WithFace) / float64(face.Frames)
	f := against(KindFacePresent, AtLeast, MinFaceShare, "").measured(share, Warn, NoteNoFace)
	f.Engine, f.Evidence = face.Engine, []Evidence{{To: face.Until}}
	if f.Verdict == Warn && !face.Reliable { // the fallback detector overlooks two faces of three
		return f.cannotTell(NoteNoModel)
	}
	return f
}

func judgeFaceMatch(face Face, c Context) Finding {
	f := compareFace(face)
	if f.Verdict == Fail && outgrown(c) {
		f = f.cannotTell(NotePhotoOld)
	}
	f.Engine = face.Engine
	if best := face.Best; best != nil {
		f.Evidence = []Evidence{{From: best.At, To: best.At, Frame: best.Frame}}
	}
	return f
}

// compareFace says that it is the same person where so alike are at most one in
// 1,000 pairs of different children: by the likeness beside those to others of the
// centre where enough of them are known, else by the likeness alone. Another it is
// only far below. Between the two a machine cannot tell, nor where somebody else of
// the centre passes for the same person too, as a twin does.
func compareFace(face Face) Finding {
	if why := whyNotCompared(face); why != "" {
		return Finding{Kind: KindFaceMatch}.cannotTell(why)
	}
	another := against(KindFaceMatch, MoreThan, face.NoMatch, "").measured(*face.Best.Similarity, Fail, "")
	if another.Verdict == Fail {
		return another
	}
	same := against(KindFaceMatch, AtLeast, face.Match, "").measured(*face.Best.Similarity, CannotTell, NoteBetweenThresholds)
	if face.Nearest != nil && *face.Nearest >= face.Match {
		return same.cannotTell(NoteOthersAsAlike)
	}
	if face.Beside != nil && face.MatchBeside > 0 {
		same = against(KindFaceMatch, AtLeast, face.MatchBeside, Spreads).measured(*face.Beside, CannotTell, NoteBetweenThresholds)
	}
	return same
}

// whyNotCompared is why quality or means do not allow a verdict, "" if they do.
func whyNotCompared(face Face) Note {
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
