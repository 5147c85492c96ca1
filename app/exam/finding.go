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
	Kind     string
	Verdict  Verdict
	Value    *float64 // what was measured, nil where nothing was
	Limit    *float64 // what it was held against
	Unit     string   // of both, "" for a ratio
	Note     string   // a code that the pages translate, never prose
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

// The kinds of findings (R18).
const (
	KindReadable      = "readable"
	KindSize          = "size"
	KindResolution    = "resolution"
	KindFrameRate     = "frame_rate"
	KindDuration      = "duration"
	KindOrientation   = "orientation"
	KindSound         = "sound"
	KindLight         = "light"
	KindRecordingTime = "recording_time"
	KindFormat        = "format"
	KindIndex         = "index"
	KindSteadiness    = "frame_steadiness"
	KindLastFrame     = "last_frame"
	KindGaps          = "gaps"
	KindSync          = "sync"
	KindLoudness      = "loudness"
	KindClipping      = "clipping"
	KindSilence       = "silence"
	KindBlack         = "black"
	KindFrozen        = "frozen"
	KindSharpness     = "sharpness"
	KindCamera        = "camera"
	KindCuts          = "cuts"
	KindEditing       = "editing"
	KindElsewhere     = "elsewhere"
	KindFacePresent   = "face_present"
	KindFaceMatch     = "face_match"
	KindPersons       = "persons"
	KindSamePerson    = "same_person"
	KindInFrame       = "in_frame"
	KindPhotoAge      = "photo_age"
)

// The notes of a finding. They are translated, so none is ever renamed.
const (
	NoteNotAVideo         = "not_a_video"
	NoteEmpty             = "empty"
	NoteCutOff            = "cut_off"
	NoteUnsupportedCodec  = "unsupported_codec"
	NoteUndecodable       = "undecodable"
	NoteNotExamined       = "could_not_be_examined"
	NoteUnknown           = "unknown"
	NotePortrait          = "portrait"
	NoteTooShort          = "too_short"
	NoteTooDark           = "too_dark"
	NoteTooBright         = "too_bright"
	NoteSilent            = "silent"
	NoteNoSound           = "no_sound"
	NoteSilentStretch     = "silent_stretch"
	NoteOutside           = "outside_attempt"
	NoteIndexAtEnd        = "index_at_end"
	NoteUneven            = "uneven"
	NoteEndMissing        = "end_missing"
	NoteGaps              = "gaps"
	NoteNotTogether       = "not_together"
	NoteTooQuiet          = "too_quiet"
	NoteClipped           = "clipped"
	NoteBlack             = "black"
	NoteFrozen            = "frozen"
	NoteDarkStretch       = "dark_stretch"
	NoteBrightStretch     = "bright_stretch"
	NoteBlurred           = "blurred"
	NoteCameraMoves       = "camera_moves"
	NoteCut               = "cut"
	NoteJump              = "jump"
	NoteJoined            = "joined"
	NoteEditedAndCut      = "edited_and_cut"
	NoteEditor            = "editing_program"
	NoteTrimmed           = "trimmed"
	NoteReencoded         = "reencoded"
	NoteSameFile          = "same_file"
	NoteSameRecording     = "same_recording"
	NoteSamePicture       = "same_picture_other_sound"
	NoteSameSound         = "same_sound_other_picture"
	NoteNoFace            = "no_face"
	NoteNoModel           = "no_model"
	NoteNoPhoto           = "no_photo"
	NoteNoFaceInPhoto     = "no_face_in_photo"
	NoteSeveralInPhoto    = "several_faces_in_photo"
	NoteFaceTooSmall      = "face_too_small"
	NoteFaceBlurred       = "face_blurred"
	NoteFaceTurned        = "face_turned"
	NoteFaceLight         = "face_light"
	NotePhotoUnfit        = "photo_unfit"
	NoteFaceNotSeen       = "face_not_seen"
	NoteSeveralPersons    = "several_persons"
	NoteSomebodyEnters    = "somebody_enters"
	NoteOtherPerson       = "other_person"
	NoteIdentifiedAtDesk  = "identified_at_the_desk"
	NoteNoConsent         = "no_consent"
	NoteBetweenThresholds = "between_thresholds"
	NotePhotoOld          = "photo_old"
)

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

// hinted says which finding becomes which hint. What is not in it is never
// shown to a candidate; the comparison is not (R19).
var hinted = map[[2]string]string{
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
	return hinted[[2]string{f.Kind, f.Note}]
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

var good = map[string]string{KindSound: GoodSound, KindOrientation: GoodLandscape, KindFacePresent: GoodFace}

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

// Measurement is what a clip shows, in plain numbers. Judge makes findings
// of it.
type Measurement struct {
	// Unreadable is why the clip could not be looked at (a note), "" if it
	// could. Then only Size is known.
	Unreadable string
	CutOff     bool // it can be looked at, but the file ends before its end

	Size          int64 // bytes
	Container     string
	VideoCodec    string
	AudioCodec    string // "" without sound
	Width, Height int    // as shown, after rotation
	FrameRate     float64
	Duration      time.Duration
	RecordedAt    time.Time // as the recorder wrote it, zero if it did not
	WrittenBy     string    // writing application, "" if it did not say

	Profile     string // of the picture's codec, "" if it has none
	Traces      Traces
	Timing      *Timing // nil if the packets could not be read
	LastPicture time.Duration
	Looks       *Looks // nil like Light
	Cuts        []Cut
	Elsewhere   []Elsewhere // other clips that show the same

	Light *Light // nil if the picture could not be decoded
	Sound *Sound // nil if there is none or it could not be decoded
	Face  *Face  // nil if nothing was compared: no consent
	// People is who is seen over time, nil if nobody was looked for: no consent.
	People *People
}

// Light is how bright the looked-at pictures are.
type Light struct {
	Mean     float64 // luma over all of them, 0 (black) to 255
	Pictures int
	Dark     []Span // stretches darker than MinLuma
	Bright   []Span // stretches brighter than MaxLuma
	Black    []Span // stretches in which nothing is to be seen
}

// Sound is how loud the clip is, in dB relative to full scale (0 is the
// loudest; silence is around −90).
type Sound struct {
	Peak     float64
	Mean     float64 // root mean square over the whole clip
	Loudness float64 // LUFS, as EBU R 128 gates it
	Silences []Span  // stretches without sound
	// Clipped is the share of the time in which the sound was cut off at full
	// scale, Clippings where.
	Clipped   float64
	Clippings []Span
}

// Span is a stretch of a clip.
type Span struct{ From, To time.Duration }

// Length is how long it is.
func (s Span) Length() time.Duration { return s.To - s.From }

// Looks is how the picture is over time.
type Looks struct {
	Edge    float64 // width of the sharp edges, 0 if there are none to judge by
	Frozen  []Span
	Blurred []Span
	Shaking []Span // the camera is not still
}

// Timing is what the times of the packets say.
type Timing struct {
	Picture, Sound Span
	Gaps           []Span
	Uneven         float64 // share of the seconds with clearly fewer pictures than usual
	Slow           []Span
}

// Cut is a place where the picture becomes another from one frame to the next.
type Cut struct {
	At    time.Duration
	Share float64 // of what could be recognised
}

// Traces are signs of editing in the file.
type Traces struct {
	IndexAtEnd bool
	Trimmed    bool
	Segments   int
	Formats    int
	Encoder    string
}

// Elsewhere is another clip of the centre that shows the same.
type Elsewhere struct {
	ClipID   string
	Same     string // one of the notes NoteSameFile … NoteSameSound
	Likeness float64
}

// Face is what the face engine saw at the clip's start, where the
// announcement is.
type Face struct {
	Engine     string // detector and network with their hashes
	Failed     bool   // the engine gave no answer
	Reliable   bool   // the detector is one whose «no face» counts
	HasNetwork bool   // an embedding network is installed
	HasPhoto   bool   // there is a registration photo
	PhotoFaces int    // faces in the registration photo
	Photo      BestFace
	Frames     int // pictures looked at
	WithFace   int // of these, those with a face
	Until      time.Duration

	Best *BestFace // the best one, nil if no face was seen
	// The network's thresholds for Best.Similarity: at Match or above it is
	// the same person, at NoMatch or below it is not.
	Match, NoMatch float64
}

// BestFace is the face on which the comparison rests.
type BestFace struct {
	At          time.Duration
	Frame       string   // SHA-256 of the stored JPEG
	EyeDistance float64  // pixels between the eyes in the picture, 0 if unknown
	Sharpness   float64  // variance of the Laplacian at 112 pixels
	Frontal     float64  // 1 looks at us, 0 is in profile
	Light       float64  // mean luma, 0 to 255
	Similarity  *float64 // cosine with the photo, −1 to 1; nil if not compared
}

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
			if AboutIdentity(f.Kind) {
				f.Evidence[i].Frame = ""
			}
		}
		rest = append(rest, f)
	}
	return rest
}

// AboutIdentity says whether findings of that kind belong behind the identity
// tab, because they show the candidate's face (R21).
func AboutIdentity(kind string) bool { return aboutFaces[kind] }
