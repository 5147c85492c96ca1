// Package shown is what a clip shows, in plain numbers: the form in which media
// measures it and the exam judges it. Whether a number is good or bad, and where
// the limit lies, is the exam's to say.
//
// It is pure: it owns nothing, a crash leaves nothing, and it imports nothing of
// the house.
package shown

import "time"

// Span is a stretch of a clip, from its beginning.
type Span struct{ From, To time.Duration }

// Length is how long it is.
func (s Span) Length() time.Duration { return s.To - s.From }

// Light is how bright the looked-at pictures are.
type Light struct {
	Mean     float64 // luma over all of them, 0 (black) to 255
	Pictures int
	Dark     []Span // stretches darker than the exam's limit
	Bright   []Span // stretches brighter than the exam's limit
	Black    []Span // stretches in which nothing is to be seen
}

// Looks is how the picture is over time.
type Looks struct {
	Edge    float64 // the middle one of all pictures' edge widths, in 1/320 of the width; 0 if there are none to judge by
	Frozen  []Span  // nothing moves at all
	Blurred []Span  // out of focus
	Shaking []Span  // the camera is not still
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

// Timing is what the times of the packets say.
type Timing struct {
	Picture, Sound Span // from the first to the end of the last; Sound is empty without any
	// Stretches for which the file has no picture, or no sound.
	PictureGaps, SoundGaps []Span
	// Uneven is the share of the seconds in which clearly fewer pictures came
	// than on average, Slow where.
	Uneven float64
	Slow   []Span
}

// Gaps are the stretches without a picture, then those without sound.
func (t Timing) Gaps() []Span {
	return append(append([]Span{}, t.PictureGaps...), t.SoundGaps...)
}

// Cut is a place where the picture becomes another from one frame to the next.
type Cut struct {
	At    time.Duration // of the first picture after it
	Share float64       // of what could be recognised that is another
}

// Traces are signs in the file that it was edited or re-encoded. Each alone is
// information only (R18).
type Traces struct {
	IndexAtEnd bool   // the table of contents comes after the media
	Trimmed    bool   // an edit list hides more than a moment of what is in the file
	Segments   int    // pieces that an edit list puts together, 0 without one
	Formats    int    // descriptions of the picture or the sound in one track, 0 if unknown
	Encoder    string // a program's name that the coded picture carries, "" for a camera's chip
}
