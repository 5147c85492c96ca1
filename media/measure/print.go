package measure

import (
	"encoding/binary"
	"math"
	"time"

	"kaodian/media/ffmpeg"
)

// Print is by what a clip is known again after it was encoded anew, made
// smaller, or cut shorter at its ends.
type Print struct {
	// Pictures is a tiny picture (thumbWide × thumbHigh luma) for each second.
	Pictures []byte
	// Sound is a number for each PrintStep, 0 for silence; Peaks which tone was
	// the strongest then. The numbers tell two sounds apart, the peaks find
	// the place where they fit: they hardly ever change.
	Sound []uint32
	Peaks []byte
}

const (
	thumbWide = 8
	thumbHigh = 6
	thumbSize = thumbWide * thumbHigh
)

// thumbOf averages the picture in a few large blocks.
func thumbOf(luma []byte) (thumb [thumbSize]byte) {
	const wide, high = ffmpeg.PictureWidth / thumbWide, ffmpeg.PictureHeight / thumbHigh
	for i := range thumb {
		sum := 0
		for y := i / thumbWide * high; y < (i/thumbWide+1)*high; y++ {
			for _, v := range luma[y*ffmpeg.PictureWidth+i%thumbWide*wide:][:wide] {
				sum += int(v)
			}
		}
		thumb[i] = byte(sum / (wide * high))
	}
	return thumb
}

func (p *pass) print() Print {
	found := Print{Pictures: everySecond(p.pictures.list)}
	if p.sound != nil {
		found.Sound = p.sound.prints.prints
		// The sound's beginning is put at the clip's.
		lead := min(max(int(p.sound.prints.start/PrintStep), 0), 1<<12)
		found.Sound = append(make([]uint32, lead, lead+len(found.Sound)), found.Sound...)
		found.Peaks = append(make([]byte, lead, lead+len(found.Sound)), p.sound.prints.peaks...)
	}
	return found
}

// everySecond is what was seen at each whole second: between two pictures,
// what lies between them, because another encoding has other key frames.
func everySecond(list []picture) []byte {
	if len(list) < 2 {
		return nil
	}
	const limit = 4 * 3600
	var thumbs []byte
	next := 1
	for at := list[0].at.Truncate(time.Second); at <= list[len(list)-1].at && len(thumbs) < limit*thumbSize; at += time.Second {
		for next < len(list)-1 && list[next].at < at {
			next++
		}
		before, after := list[next-1], list[next]
		share := 0.0
		if span := after.at - before.at; span > 0 {
			share = min(max(float64(at-before.at)/float64(span), 0), 1)
		}
		for i := range before.thumb {
			thumbs = append(thumbs, byte(math.Round((1-share)*float64(before.thumb[i])+share*float64(after.thumb[i]))))
		}
	}
	return thumbs
}

// keyStep is how far the tones of a key are apart: half a second, so that a
// melody makes it and not a single note.
const (
	keyStep  = 4
	keyTones = 4
)

// keys is for each moment the strongest tones from then on, 0 where there are
// too few different ones.
func (p Print) keys() []uint32 {
	list := make([]uint32, len(p.Peaks))
	for i := range p.Peaks {
		key, changes := uint32(0), 0
		for n := range keyTones {
			at := i + n*keyStep
			if at >= len(p.Peaks) || p.Peaks[at] == 0 {
				key = 0
				break
			}
			if n > 0 && p.Peaks[at] != p.Peaks[at-keyStep] {
				changes++
			}
			key = key<<8 | uint32(p.Peaks[at])
		}
		if changes > 0 {
			list[i] = key
		}
	}
	return list
}

// Keys are those by which another clip with the same sound is looked up: one
// in four, chosen by the key itself, so that both clips choose the same ones
// wherever they begin.
func (p Print) Keys() []uint32 {
	const limit = 800
	seen := map[uint32]bool{}
	var keys []uint32
	for _, key := range p.keys() {
		if key == 0 || (key*2654435761)>>30 != 0 || seen[key] || len(keys) == limit {
			continue
		}
		seen[key] = true
		keys = append(keys, key)
	}
	return keys
}

// SoundBytes and SoundOf carry the sound's part through a database.
func (p Print) SoundBytes() []byte {
	data := make([]byte, 0, 5*len(p.Sound))
	for _, n := range p.Sound {
		data = binary.LittleEndian.AppendUint32(data, n)
	}
	return append(data, p.Peaks...)
}

// PrintOf is the other way of SoundBytes.
func PrintOf(pictures, sound []byte) Print {
	count := len(sound) / 5
	p := Print{Pictures: pictures, Peaks: sound[4*count : 5*count]}
	for i := range count {
		p.Sound = append(p.Sound, binary.LittleEndian.Uint32(sound[4*i:]))
	}
	return p
}
