package exam

import (
	"time"

	"kaodian/app/base/shown"
)

// Measurement is what a clip shows, in plain numbers. Judge makes findings
// of it.
type Measurement struct {
	// Unreadable is why the clip could not be looked at (a note), "" if it
	// could. Then only Size is known.
	Unreadable Note
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
	Traces      shown.Traces
	Timing      *shown.Timing // nil if the packets could not be read
	LastPicture time.Duration
	Looks       *shown.Looks // nil like Light
	Cuts        []shown.Cut
	Elsewhere   []Elsewhere // other clips that show the same

	Light *shown.Light // nil if the picture could not be decoded
	Sound *shown.Sound // nil if there is none or it could not be decoded
	Face  *Face        // nil if nothing was compared: no consent
	// People is who is seen over time, nil if nobody was looked for: no consent.
	People *People
	Speech *Speech // nil if nobody listened for it
}

// Elsewhere is another clip of the centre that shows the same.
type Elsewhere struct {
	ClipID   string
	Same     Note // one of the notes NoteSameFile … NoteSameSound
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
	// Beside is by how many spreads the likeness lies above those to other
	// candidates of the centre, nil where too few of them are known. At
	// MatchBeside or above it is the same person; 0: not measured.
	Beside      *float64
	MatchBeside float64
	// Nearest is the likeness to that candidate of the centre who is most alike,
	// nil where none is known.
	Nearest *float64
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
