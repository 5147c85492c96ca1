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
	// Sound is a number for each PrintStep, 0 for silence.
	Sound []uint32
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
	print := Print{Pictures: everySecond(p.pictures.list)}
	if p.sound != nil {
		print.Sound = p.sound.prints.prints
		// The sound's beginning is put at the clip's.
		lead := min(max(int(p.sound.prints.start/PrintStep), 0), 1<<12)
		print.Sound = append(make([]uint32, lead, lead+len(print.Sound)), print.Sound...)
	}
	return print
}

// everySecond is what was seen at each whole second: between two pictures,
// what lies between them, because another encoding has other key frames.
func everySecond(list []picture) []byte {
	if len(list) < 2 {
		return nil
	}
	const most = 4 * 3600
	var thumbs []byte
	next := 1
	for at := list[0].at.Truncate(time.Second); at <= list[len(list)-1].at && len(thumbs) < most*thumbSize; at += time.Second {
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

// Keys are those of the sound's numbers by which another clip with the same
// sound is looked up: one in eight, chosen by the number itself, so that both
// clips choose the same ones wherever they begin.
func (p Print) Keys() []uint32 {
	const oneIn, most = 8, 400
	seen := map[uint32]bool{}
	var keys []uint32
	for _, n := range p.Sound {
		if n == 0 || (n*2654435761)>>29%oneIn != 0 || seen[n] || len(keys) == most {
			continue
		}
		seen[n] = true
		keys = append(keys, n)
	}
	return keys
}

// SoundBytes and SoundOf carry the sound's numbers through a database.
func (p Print) SoundBytes() []byte {
	data := make([]byte, 0, 4*len(p.Sound))
	for _, n := range p.Sound {
		data = binary.LittleEndian.AppendUint32(data, n)
	}
	return data
}

// SoundOf is the other way of SoundBytes.
func SoundOf(data []byte) []uint32 {
	list := make([]uint32, 0, len(data)/4)
	for ; len(data) >= 4; data = data[4:] {
		list = append(list, binary.LittleEndian.Uint32(data))
	}
	return list
}
