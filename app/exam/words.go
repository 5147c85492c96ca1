package exam

// The words that findings are told with, for the description of the API and
// whoever translates them.
var (
	Verdicts = []Verdict{Pass, Warn, Fail, CannotTell}
	Sides    = []Side{AtLeast, AtMost, MoreThan, LessThan}
	Units    = []Unit{Bytes, Pixels, PerSecond, Seconds, Minutes, Days, Decibels, LUFS, Spreads}
)

// Kinds are all kinds of findings.
var Kinds = []Kind{
	KindReadable, KindSize, KindResolution, KindFrameRate, KindDuration, KindOrientation, KindSound, KindLight,
	KindRecordingTime, KindFormat, KindIndex, KindSteadiness, KindLastFrame, KindGaps, KindSync, KindLoudness,
	KindClipping, KindSilence, KindBlack, KindFrozen, KindSharpness, KindCamera, KindCuts, KindEditing, KindElsewhere,
	KindFacePresent, KindFaceMatch, KindPersons, KindSamePerson, KindInFrame, KindPhotoAge, KindAnnouncement,
}

// Notes are all notes of findings.
var Notes = []Note{
	NoteNotAVideo, NoteEmpty, NoteCutOff, NoteUnsupportedCodec, NoteUndecodable, NoteNotExamined, NoteUnknown,
	NotePortrait, NoteTooShort, NoteTooDark, NoteTooBright, NoteSilent, NoteNoSound, NoteSilentStretch, NoteOutside,
	NoteIndexAtEnd, NoteUneven, NoteEndMissing, NoteGaps, NoteNotTogether, NoteTooQuiet, NoteClipped, NoteBlack,
	NoteFrozen, NoteDarkStretch, NoteBrightStretch, NoteBlurred, NoteCameraMoves, NoteCut, NoteJump, NoteJoined,
	NoteEditedAndCut, NoteEditor, NoteTrimmed, NoteReencoded, NoteSameFile, NoteSameRecording, NoteSamePicture,
	NoteSameSound, NoteNoFace, NoteNoModel, NoteNoPhoto, NoteNoFaceInPhoto, NoteSeveralInPhoto, NoteFaceTooSmall,
	NoteFaceBlurred, NoteFaceTurned, NoteFaceLight, NotePhotoUnfit, NoteFaceNotSeen, NoteSeveralPersons,
	NoteSomebodyEnters, NoteOtherPerson, NoteIdentifiedAtDesk, NoteNoConsent, NoteBetweenThresholds, NoteOthersAsAlike,
	NotePhotoOld, NoteNoSpeech,
}
