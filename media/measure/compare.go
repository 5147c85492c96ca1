package measure

import (
	"math/bits"
	"slices"
	"time"
)

// Likeness is how much two clips show the same.
type Likeness struct {
	// Sound is the share of bits that agree beyond chance, 0 to 1, where the
	// clips overlap best; below 0 nothing could be held against each other.
	Sound float64
	// Picture is how much more alike the pictures of the same moment are than
	// those of other moments, 0 to 1; below 0 nothing could be said.
	Picture float64
	Offset  time.Duration // the second clip's time for the first one's zero
}

// A likeness from these on is the same sound, or the same picture. Two
// players of one piece in one room reach 0.1 for the sound, one recording
// encoded anew 0.5 and more.
const (
	SameSound   = 0.35
	SamePicture = 0.45
	// Below these it is another one; what lies between is not said.
	OtherSound   = 0.2
	OtherPicture = 0.2
)

// Compare holds two prints against each other.
func Compare(a, b Print) Likeness {
	offset, sound := compareSound(a, b)
	like := Likeness{Sound: sound, Picture: -1, Offset: time.Duration(offset) * PrintStep}
	if sound >= SameSound {
		like.Picture = comparePictures(a.Pictures, b.Pictures, int(like.Offset.Round(time.Second)/time.Second))
		return like
	}
	for shift := -2; shift <= 2; shift++ { // sound replaced: the picture keeps its time
		if p := comparePictures(a.Pictures, b.Pictures, shift); p > like.Picture {
			like.Picture, like.Offset = p, time.Duration(shift)*time.Second
		}
	}
	return like
}

// compareSound counts the bits that agree over all of the overlap.
func compareSound(a, b Print) (shift int, likeness float64) {
	const enough = 64 // 8 s
	shift = align(a.keys(), b.keys())
	equal, total := 0, 0
	for i, n := range a.Sound {
		if j := i + shift; j >= 0 && j < len(b.Sound) && n != 0 && b.Sound[j] != 0 {
			equal += printBands - 1 - bits.OnesCount32(n^b.Sound[j])
			total += printBands - 1
		}
	}
	if total < enough*(printBands-1) {
		return shift, -1
	}
	return shift, max(2*float64(equal)/float64(total)-1, 0)
}

// align is the shift for which most keys are equal, 0 without any.
func align(a, b []uint32) int {
	const each = 16 // places of a key that repeats
	places := map[uint32][]int{}
	for i, key := range b {
		if key != 0 && len(places[key]) < each {
			places[key] = append(places[key], i)
		}
	}
	votes := map[int]int{}
	for i, key := range a {
		for _, place := range places[key] {
			votes[place-i]++
		}
	}
	best, shift := 1, 0
	for candidate, count := range votes {
		if count > best || count == best && count > 1 && candidate < shift {
			best, shift = count, candidate
		}
	}
	return shift
}

// comparePictures asks whether the pictures of the same moments are more
// alike than those of other moments. A room that is always the same says
// nothing; what moves in it does.
func comparePictures(a, b []byte, shift int) float64 {
	const near, far, enough, lively = 4, 16, 8, 0.8
	same, count := thumbDistance(a, b, shift)
	if count < enough {
		return -1
	}
	var others []float64
	for away := near; away <= far; away++ {
		for _, other := range []int{shift - away, shift + away} {
			if d, n := thumbDistance(a, b, other); n >= enough/2 {
				others = append(others, d)
			}
		}
	}
	if len(others) < 4 {
		return -1
	}
	slices.Sort(others)
	usual := others[len(others)/2]
	if usual < lively {
		return -1
	}
	return max(1-same/usual, 0)
}

// thumbDistance is the mean difference of luma where the clips overlap.
func thumbDistance(a, b []byte, shift int) (distance float64, seconds int) {
	sum := 0
	for i := 0; (i+1)*thumbSize <= len(a); i++ {
		j := i + shift
		if j < 0 || (j+1)*thumbSize > len(b) {
			continue
		}
		sum += thumbsApart(a[i*thumbSize:(i+1)*thumbSize], b[j*thumbSize:(j+1)*thumbSize])
		seconds++
	}
	return float64(sum) / float64(max(seconds, 1)*thumbSize), seconds
}

// thumbsApart leaves out by how much one is brighter throughout.
func thumbsApart(a, b []byte) int {
	brighter := 0
	for k, v := range a {
		brighter += int(v) - int(b[k])
	}
	brighter /= thumbSize
	sum := 0
	for k, v := range a {
		d := int(v) - int(b[k]) - brighter
		sum += max(d, -d)
	}
	return sum
}

// Verdict says what the likeness means; "" for two different clips.
func (l Likeness) Verdict() Same {
	picture := l.Picture >= SamePicture
	switch {
	case l.Sound >= SameSound && l.Picture >= 0 && l.Picture < OtherPicture:
		return SameSoundOnly
	case l.Sound >= SameSound:
		return SameRecording
	case picture && l.Sound < 0:
		return SameRecording // one of them has no sound
	case picture && l.Sound < OtherSound:
		return SamePictureOnly
	}
	return ""
}

// Same is what two clips have in common.
type Same string

// What they can have in common.
const (
	SameRecording   Same = "recording"
	SameSoundOnly   Same = "sound"
	SamePictureOnly Same = "picture"
)
