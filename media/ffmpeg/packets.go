package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"kaodian/media/cage"
)

// Packets are the picture's and the sound's packets as the container lists
// them: read without decoding any, in a hundredth of a decode's time.
type Packets struct {
	Video []Packet // by time
	Audio []Packet // by time; nil without sound
	Whole bool     // they were read to the end
}

// Packet is one coded picture or piece of sound.
type Packet struct {
	At     time.Duration // when it is shown, from the clip's start
	Length time.Duration // 0 if the container does not say it
	Size   int           // bytes
	Key    bool
}

// mostPackets is a film of four hours at 60 pictures a second.
const mostPackets = 1 << 20

// Packets lists the packets of the clip's picture and sound.
func (t Tools) Packets(ctx context.Context, path string, info Info) (*Packets, error) {
	if info.packets != nil {
		return info.packets, nil
	}
	path, err := absolute(path)
	if err != nil {
		return nil, err
	}
	args := append([]string{
		"-v", "error", "-show_entries", "packet=stream_index,pts_time,duration_time,size,flags", "-of", "csv=p=0",
	}, input(info.Format.Demuxer, path)...)
	lines := &packetLines{video: info.Video.Index, audio: -1}
	if info.Audio != nil {
		lines.audio = info.Audio.Index
	}
	c := command(t.FFprobe, args, allowance(time.Minute, 0.5, info.Duration))
	c.Stdout = lines
	err = cage.Run(ctx, c)
	if err != nil && !errors.As(err, new(*cage.Error)) {
		return nil, err
	}
	lines.packets.Whole = err == nil
	byTime := func(a, b Packet) int { return int(a.At - b.At) }
	slices.SortStableFunc(lines.packets.Video, byTime)
	slices.SortStableFunc(lines.packets.Audio, byTime)
	lines.packets.fromStart()
	return &lines.packets, nil
}

// fromStart counts the times from the first picture or sound, as players do.
func (p *Packets) fromStart() {
	start := time.Duration(math.MaxInt64)
	for _, list := range [][]Packet{p.Video, p.Audio} {
		if len(list) > 0 {
			start = min(start, list[0].At)
		}
	}
	for _, list := range [][]Packet{p.Video, p.Audio} {
		for i := range list {
			list[i].At -= start
		}
	}
}

// packetLines reads ffprobe's lines as they come.
type packetLines struct {
	packets      Packets
	video, audio int // indexes of the streams
	rest         []byte
}

func (l *packetLines) Write(p []byte) (int, error) {
	n := len(p)
	for {
		line, after, found := bytes.Cut(p, []byte{'\n'})
		if !found {
			l.rest = append(l.rest, p...)
			if len(l.rest) > 1<<10 {
				return 0, cage.ErrTooMuch
			}
			return n, nil
		}
		if len(l.rest) > 0 {
			line = append(l.rest, line...)
			l.rest = l.rest[:0]
		}
		if !l.line(line) {
			return 0, cage.ErrTooMuch
		}
		p = after
	}
}

// line reads «stream,pts,duration,size,flags»; ffprobe keeps its own order of
// the columns, whatever was asked for.
func (l *packetLines) line(line []byte) bool {
	fields := bytes.Split(bytes.TrimRight(line, ",\r"), []byte{','})
	if len(fields) < 5 {
		return true
	}
	index, err := strconv.Atoi(string(fields[0]))
	if err != nil || index != l.video && index != l.audio {
		return true
	}
	at, ok := signedSeconds(string(fields[1]))
	if !ok {
		return true
	}
	size, _ := strconv.Atoi(string(fields[3]))
	packet := Packet{At: at, Length: seconds(string(fields[2])), Size: size, Key: bytes.HasPrefix(fields[4], []byte{'K'})}
	if index == l.audio {
		l.packets.Audio = append(l.packets.Audio, packet)
	} else {
		l.packets.Video = append(l.packets.Video, packet)
	}
	return len(l.packets.Audio)+len(l.packets.Video) < mostPackets
}

// signedSeconds reads a time that may lie before zero: AAC's first samples do.
func signedSeconds(text string) (time.Duration, bool) {
	value, err := strconv.ParseFloat(text, 64)
	const most = 1e6
	if err != nil || value < -most || value > most {
		return 0, false
	}
	return time.Duration(value * float64(time.Second)), true
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
