package ffmpeg

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"kaodian/media/cage"
)

// Packets are the presented packets of picture and sound, on the presentation
// time line: read without decoding, in a hundredth of a decode's time. ffmpeg
// itself lists them, so they have the same clock as a decode, also where the
// file's own times jump; packets that an edit list hides are left out.
type Packets struct {
	Video []Packet // by time
	Audio []Packet // by time; nil without sound
	// Start is where their time line begins on that clock.
	Start time.Duration
	// Said says that the file tells of every picture when it is shown. Where it
	// tells only the order of decoding, the times are right as a whole, but
	// each packet may stand a few pictures from its own.
	Said  bool
	Whole bool // they were read to the end
}

// Packet is one coded picture or piece of sound.
type Packet struct {
	At     time.Duration // when it is shown, from the clip's start
	Length time.Duration // 0 if the container does not say it
	Size   int           // bytes
	Key    bool
}

// maxPackets is a film of four hours at 60 pictures a second.
const maxPackets = 1 << 20

// Packets lists the packets of the clip's picture and sound.
func (t Tools) Packets(ctx context.Context, path string, info Info) (*Packets, error) {
	if info.packets != nil {
		return info.packets, nil
	}
	path, err := absolute(path)
	if err != nil {
		return nil, err
	}
	packets, err := t.list(ctx, path, info, onlyShown)
	if err == nil && !packets.Said {
		packets, err = t.list(ctx, path, info, nil)
	}
	return packets, err
}

// onlyShown makes ffmpeg replace the decoding times: where they do not increase,
// as in a file joined from pieces, it would bend the presentation times to fit.
var onlyShown = []string{"-bsf", "setts=pts=PTS:dts=N-1000000000000"}

func (t Tools) list(ctx context.Context, path string, info Info, times []string) (*Packets, error) {
	args := append(append(quiet(), "-codec_whitelist", decoders(info)), input(info.Format.Demuxer, path)...)
	args = append(args, "-map", stream(info.Video.Index))
	if info.Audio != nil {
		args = append(args, "-map", stream(info.Audio.Index))
	}
	args = append(append(args, "-c", "copy", "-copyinkf"), times...)
	args = append(args, "-max_interleave_delta", "1000000", "-f", "framecrc", "pipe:1")
	lines := new(packetLines)
	c := command(t.FFmpeg, args, allowance(time.Minute, 0.5, info.Duration))
	c.Stdout = lines
	err := cage.Run(ctx, c)
	if err != nil && !errors.As(err, new(*cage.Error)) {
		return nil, err
	}
	packets := lines.packets()
	packets.Whole = err == nil
	return packets, nil
}

// packets puts the listed packets on one time line that begins with the first
// picture or sound, as players do.
func (l *packetLines) packets() *Packets {
	p := &Packets{}
	p.Video, p.Said = inShownOrder(l.listed[0])
	p.Audio, _ = inShownOrder(l.listed[1])
	first := time.Duration(math.MaxInt64)
	for _, list := range [][]Packet{p.Video, p.Audio} {
		if len(list) > 0 {
			first = min(first, list[0].At)
		}
	}
	// What ffmpeg puts before its beginning is shown by no player: the part of
	// a piece of sound that an edit list leaves out.
	if p.Start = max(first, 0); first == math.MaxInt64 {
		p.Start = 0
	}
	for _, list := range [][]Packet{p.Video, p.Audio} {
		for i := range list {
			list[i].At -= p.Start
		}
	}
	return p
}

// inShownOrder are the packets in the order in which they are shown. Without a time
// for each of them, that is as many times as there are times of decoding, as
// far apart: they are only in another order.
func inShownOrder(all []listedPacket) (list []Packet, said bool) {
	said = !slices.ContainsFunc(all, func(p listedPacket) bool { return !p.said })
	late := time.Duration(0)
	if !said {
		late = presentationDelay(all)
	}
	for _, p := range all {
		if p.hidden {
			continue
		}
		if !said {
			p.At = p.decoded + late
		}
		list = append(list, p.Packet)
	}
	slices.SortStableFunc(list, func(a, b Packet) int { return cmp.Compare(a.At, b.At) })
	return list, said
}

// presentationDelay is the time from decoding to presentation of a picture that
// is not reordered: a key frame.
func presentationDelay(all []listedPacket) time.Duration {
	late, known := time.Duration(0), false
	for _, p := range all {
		if after := p.At - p.decoded; p.said && p.Key && (!known || after < late) {
			late, known = after, true
		}
	}
	return max(late, 0)
}

// Length is the duration of picture and sound together.
func (p *Packets) Length() time.Duration {
	length := time.Duration(0)
	for _, list := range [][]Packet{p.Video, p.Audio} {
		if n := len(list); n > 0 {
			length = max(length, list[n-1].At+UsualStep(list))
		}
	}
	return length
}

// UsualStep is the median time between neighbours, 0 if there are none.
func UsualStep(list []Packet) time.Duration {
	steps := make([]time.Duration, 0, len(list))
	for i := 1; i < len(list); i++ {
		if step := list[i].At - list[i-1].At; step > 0 {
			steps = append(steps, step)
		}
	}
	switch {
	case len(list) == 0:
		return 0
	case len(steps) == 0:
		return list[0].Length
	}
	slices.Sort(steps)
	return steps[len(steps)/2]
}

// Keys is the number of key frames.
func (p *Packets) Keys() (n int) {
	for _, packet := range p.Video {
		if packet.Key {
			n++
		}
	}
	return n
}

// KeyGap is the longest time between two key frames, and from the last one
// to the end; the whole length if there is none.
func (p *Packets) KeyGap() time.Duration {
	if len(p.Video) == 0 {
		return 0
	}
	last, gap := p.Video[0].At, time.Duration(0)
	for _, packet := range p.Video {
		if packet.Key {
			gap, last = max(gap, packet.At-last), packet.At
		}
	}
	return max(gap, p.Video[len(p.Video)-1].At-last)
}
