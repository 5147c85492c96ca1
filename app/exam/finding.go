package exam

import (
	"math"
	"slices"
	"time"
)

// Verdict is what a finding says.
type Verdict string

// The verdicts, from good to bad; CannotTell is neither.
const (
	Pass       Verdict = "pass"
	Warn       Verdict = "warn"
	Fail       Verdict = "fail"
	CannotTell Verdict = "cannot_tell"
)

// Finding is one thing that the machine saw in a clip, for staff and
// examiners (R18). It decides nothing (R20).
type Finding struct {
	Kind     Kind
	Verdict  Verdict
	Value    *float64 // what was measured, nil where nothing was
	Limit    *float64 // what it was held against
	Side     Side     // of the limit, "" where there is none
	Unit     Unit     // of both
	Note     Note     // more than the verdict says, "" if there is no more
	Engine   string   // what measured it: name and model hash, "" where that is no question
	Detail   string   // a name as the file has it (codecs, writing application), shown as it is
	Evidence []Evidence
}

// Evidence shows where in the clip a finding is seen.
type Evidence struct {
	From, To time.Duration // from the clip's start
	Frame    string        // SHA-256 of a stored JPEG, "" if none
	OtherID  string        // the other clip that it is about, "" if it is about none
}

// Side says on which side of its limit a value passes.
type Side string

// The sides. AtLeast and AtMost let the limit itself pass, the others do not.
const (
	AtLeast  Side = "at_least"
	AtMost   Side = "at_most"
	MoreThan Side = "more_than"
	LessThan Side = "less_than"
)

// passes says whether the value is on this side of the limit.
func (s Side) passes(value, limit float64) bool {
	switch s {
	case AtLeast:
		return value >= limit
	case AtMost:
		return value <= limit
	case MoreThan:
		return value > limit
	case LessThan:
		return value < limit
	}
	return true // there is no limit
}

// Unit is the unit of a value and its limit, "" for a count, a ratio, and the
// luma, which goes from 0 to 255.
type Unit string

// The units. They are stored, sent and translated, so none is ever renamed.
const (
	Bytes     Unit = "bytes"
	Pixels    Unit = "px"
	PerSecond Unit = "fps"
	Seconds   Unit = "s"
	Minutes   Unit = "min"
	Days      Unit = "d"
	Decibels  Unit = "dB"   // of full scale
	LUFS      Unit = "LUFS" // as EBU R 128 has it
	// Spreads are standard deviations: of a likeness above those to other
	// candidates of the centre.
	Spreads Unit = "σ"
)

// Kind is what a finding is about. The kinds are stored, sent and
// translated, so none is ever renamed.
type Kind string

// The kinds of findings (R18).
const (
	KindReadable      Kind = "readable"
	KindSize          Kind = "size"
	KindResolution    Kind = "resolution"
	KindFrameRate     Kind = "frame_rate"
	KindDuration      Kind = "duration"
	KindOrientation   Kind = "orientation"
	KindSound         Kind = "sound"
	KindLight         Kind = "light"
	KindRecordingTime Kind = "recording_time"
	KindFormat        Kind = "format"
	KindIndex         Kind = "index"
	KindSteadiness    Kind = "frame_steadiness"
	KindLastFrame     Kind = "last_frame"
	KindGaps          Kind = "gaps"
	KindSync          Kind = "sync"
	KindLoudness      Kind = "loudness"
	KindClipping      Kind = "clipping"
	KindSilence       Kind = "silence"
	KindBlack         Kind = "black"
	KindFrozen        Kind = "frozen"
	KindSharpness     Kind = "sharpness"
	KindCamera        Kind = "camera"
	KindCuts          Kind = "cuts"
	KindEditing       Kind = "editing"
	KindElsewhere     Kind = "elsewhere"
	KindFacePresent   Kind = "face_present"
	KindFaceMatch     Kind = "face_match"
	KindPersons       Kind = "persons"
	KindSamePerson    Kind = "same_person"
	KindInFrame       Kind = "in_frame"
	KindPhotoAge      Kind = "photo_age"
	KindAnnouncement  Kind = "announcement"
)

// Note is what a finding says besides its verdict: a code that the pages
// translate, never prose. None is ever renamed.
type Note string

// The notes of a finding.
const (
	NoteNotAVideo         Note = "not_a_video"
	NoteEmpty             Note = "empty"
	NoteCutOff            Note = "cut_off"
	NoteUnsupportedCodec  Note = "unsupported_codec"
	NoteUndecodable       Note = "undecodable"
	NoteNotExamined       Note = "could_not_be_examined"
	NoteUnknown           Note = "unknown"
	NotePortrait          Note = "portrait"
	NoteTooShort          Note = "too_short"
	NoteTooDark           Note = "too_dark"
	NoteTooBright         Note = "too_bright"
	NoteSilent            Note = "silent"
	NoteNoSound           Note = "no_sound"
	NoteSilentStretch     Note = "silent_stretch"
	NoteOutside           Note = "outside_attempt"
	NoteIndexAtEnd        Note = "index_at_end"
	NoteUneven            Note = "uneven"
	NoteEndMissing        Note = "end_missing"
	NoteGaps              Note = "gaps"
	NoteNotTogether       Note = "not_together"
	NoteTooQuiet          Note = "too_quiet"
	NoteClipped           Note = "clipped"
	NoteBlack             Note = "black"
	NoteFrozen            Note = "frozen"
	NoteDarkStretch       Note = "dark_stretch"
	NoteBrightStretch     Note = "bright_stretch"
	NoteBlurred           Note = "blurred"
	NoteCameraMoves       Note = "camera_moves"
	NoteCut               Note = "cut"
	NoteJump              Note = "jump"
	NoteJoined            Note = "joined"
	NoteEditedAndCut      Note = "edited_and_cut"
	NoteEditor            Note = "editing_program"
	NoteTrimmed           Note = "trimmed"
	NoteReencoded         Note = "reencoded"
	NoteSameFile          Note = "same_file"
	NoteSameRecording     Note = "same_recording"
	NoteSamePicture       Note = "same_picture_other_sound"
	NoteSameSound         Note = "same_sound_other_picture"
	NoteNoFace            Note = "no_face"
	NoteNoModel           Note = "no_model"
	NoteNoPhoto           Note = "no_photo"
	NoteNoFaceInPhoto     Note = "no_face_in_photo"
	NoteSeveralInPhoto    Note = "several_faces_in_photo"
	NoteFaceTooSmall      Note = "face_too_small"
	NoteFaceBlurred       Note = "face_blurred"
	NoteFaceTurned        Note = "face_turned"
	NoteFaceLight         Note = "face_light"
	NotePhotoUnfit        Note = "photo_unfit"
	NoteFaceNotSeen       Note = "face_not_seen"
	NoteSeveralPersons    Note = "several_persons"
	NoteSomebodyEnters    Note = "somebody_enters"
	NoteOtherPerson       Note = "other_person"
	NoteIdentifiedAtDesk  Note = "identified_at_the_desk"
	NoteNoConsent         Note = "no_consent"
	NoteBetweenThresholds Note = "between_thresholds"
	NoteOthersAsAlike     Note = "others_as_alike"
	NotePhotoOld          Note = "photo_old"
	NoteNoSpeech          Note = "no_speech"
)

// Examined says whether the clip could be looked at: false makes its state
// `unexaminable`.
func Examined(findings []Finding) bool {
	i := slices.IndexFunc(findings, func(f Finding) bool { return f.Kind == KindReadable })
	return i >= 0 && (findings[i].Verdict == Pass || findings[i].Verdict == Warn)
}

// Broken says that a clip's hints tell that nothing of it can be opened: it is
// no clip (R14).
func Broken(hints []string) bool { return slices.Contains(hints, HintUnreadable) }

// Worst is the verdict by which doubtful clips come first in a list: fail
// before cannot tell before warn before pass; "" where there is no finding.
func Worst(findings []Finding) Verdict {
	worst := int64(0)
	for _, f := range findings {
		worst = max(worst, Urgency(f.Verdict))
	}
	return byUrgency[worst]
}

var byUrgency = []Verdict{"", Pass, Warn, CannotTell, Fail}

// Urgency is the verdict's place in Worst's order, 0 for none. It is written
// down, so no place is ever changed.
func Urgency(v Verdict) int64 { return int64(max(0, slices.Index(byUrgency, v))) }

// number rounds a measured value, so that what is stored and shown is not a
// row of digits that nobody measured.
func number(v float64) *float64 {
	const steps = 1000
	return new(math.Round(v*steps) / steps)
}

// Anonymous are findings without what the comparison says or shows, which an
// examiner finds behind the identity tab only, without other orders' clips, and
// without the writing application's name, which a phone may be called by its
// owner's (R21).
func Anonymous(findings []Finding) []Finding {
	var rest []Finding
	for _, f := range findings {
		if f.Kind == KindFaceMatch {
			continue
		}
		f.Evidence = slices.DeleteFunc(slices.Clone(f.Evidence), func(e Evidence) bool { return e.OtherID != "" })
		if f.Kind == KindEditing {
			f.Detail = ""
		}
		for i := range f.Evidence {
			if isOfFace(f) {
				f.Evidence[i].Frame = ""
			}
		}
		rest = append(rest, f)
	}
	return rest
}

// AboutIdentity are the findings that belong behind the identity tab, because
// they show the candidate's face (R21).
func AboutIdentity(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return !isOfFace(f) })
}
