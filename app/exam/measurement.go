package exam

import "time"

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
