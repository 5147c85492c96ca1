package ffmpeg

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A file may hold several pictures and sounds. Which of them are the clip is
// decided here, once, so that the examination, the rendition and the preview
// all show the same.

// moving are the tracks that may be the clip's picture: no cover, no thumbnails,
// and of a codec that can be decoded. A track marked as a still picture counts
// only if there is no other.
func (p probed) moving() []probedStream {
	var moving, still []probedStream
	for _, s := range p.Streams {
		switch {
		case s.CodecType != "video" || s.isCover() || supportedVideo[s.CodecName] == "" || s.Width <= 0 || s.Height <= 0:
		case s.Disposition.StillImage+s.Disposition.Dependent > 0:
			still = append(still, s)
		default:
			moving = append(moving, s)
		}
	}
	if len(moving) == 0 {
		return still
	}
	return moving
}

func (s probedStream) isCover() bool {
	return s.Disposition.AttachedPic+s.Disposition.TimedThumbnails > 0
}

// sounds are the tracks whose sound can be decoded.
func (p probed) sounds() []probedStream {
	return slices.DeleteFunc(slices.Clone(p.Streams), func(s probedStream) bool {
		return s.CodecType != "audio" || supportedAudio[s.CodecName] == "" || s.Channels <= 0 || number(s.SampleRate) <= 0
	})
}

// unheard names the codec of a sound that cannot be decoded.
func (p probed) unheard() string {
	for _, s := range p.Streams {
		if s.CodecType == "audio" {
			return named(s.CodecName)
		}
	}
	return ""
}

func named(codec string) string {
	if codec == "" || codec == "none" {
		return "unknown"
	}
	return codec
}

// refusal says why there is no moving picture.
func (p probed) refusal(format Format) error {
	for _, s := range p.Streams {
		switch {
		case s.CodecType != "video" || s.isCover():
		case supportedVideo[s.CodecName] == "":
			return fmt.Errorf("%w (%s)", ErrUnsupported, named(s.CodecName))
		default:
			return fmt.Errorf("%w (%s without a size)", ErrUndecodable, s.CodecName)
		}
	}
	if format.CutOff {
		return ErrCutOff
	}
	return fmt.Errorf("%w (no moving picture in it)", ErrNotVideo)
}

// choose finds the clip's picture and its sound, nil where there is none.
func (t Tools) choose(ctx context.Context, path string, format Format, raw probed) (picture probedStream, sound *probedStream, err error) {
	pictures, sounds := raw.moving(), raw.sounds()
	if len(pictures) == 0 {
		return picture, nil, raw.refusal(format)
	}
	picture = pictures[0]
	if len(pictures) > 1 {
		counts, err := t.countPackets(ctx, path, format)
		if err != nil {
			return picture, nil, err
		}
		picture = liveliest(pictures, counts)
	}
	if len(sounds) == 0 {
		return picture, nil, nil
	}
	chosen := sounds[0]
	if len(sounds) > 1 {
		heard, err := t.listen(ctx, path, format, sounds)
		if err != nil {
			return picture, nil, err
		}
		chosen = audible(sounds, heard)
	}
	return picture, &chosen, nil
}

// countPackets is how many packets each stream has.
func (t Tools) countPackets(ctx context.Context, path string, format Format) (map[int]int, error) {
	args := append([]string{"-v", "error", "-of", "json", "-count_packets", "-show_entries", "stream=index,nb_read_packets"}, input(format.Demuxer, path)...)
	out, err := t.probe(ctx, args, maxAnswer)
	if err != nil {
		return nil, toolFault(err, ErrNotExamined)
	}
	var answer struct {
		Streams []struct {
			Index   int    `json:"index"`
			Packets string `json:"nb_read_packets"`
		} `json:"streams"`
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		return nil, fmt.Errorf("%w: ffprobe's answer: %w", ErrNotExamined, err)
	}
	counts := map[int]int{}
	for _, s := range answer.Streams {
		counts[s.Index] = number(s.Packets)
	}
	return counts, nil
}

// liveliest prefers moving pictures to a still, a slide show or thumbnails, then
// the file's default track, then one that is clearly larger, then the first.
func liveliest(list []probedStream, counts map[int]int) probedStream {
	const share, larger, thumbnail = 4, 2, 8
	most := 0
	for _, s := range list {
		most = max(most, counts[s.Index])
	}
	return best(list, func(a, b probedStream) bool {
		if lively := share*counts[a.Index] >= most; lively != (share*counts[b.Index] >= most) {
			return lively
		}
		if a.area() >= thumbnail*b.area() || b.area() >= thumbnail*a.area() {
			return a.area() > b.area()
		}
		if a.Disposition.Default != b.Disposition.Default {
			return a.Disposition.Default > b.Disposition.Default
		}
		return a.area() >= larger*b.area()
	})
}

func (s probedStream) area() int { return s.Width * s.Height }

// audible prefers tracks that are heard to silent ones, then the file's default
// track, then the first.
func audible(list []probedStream, heard []time.Duration) probedStream {
	const share = 10
	longest := slices.Max(heard)
	loud := map[int]bool{}
	for i, s := range list {
		loud[s.Index] = share*heard[i] >= longest
	}
	return best(list, func(a, b probedStream) bool {
		if loud[a.Index] != loud[b.Index] {
			return loud[a.Index]
		}
		return a.Disposition.Default > b.Disposition.Default
	})
}

// best is the first of the best.
func best(list []probedStream, better func(a, b probedStream) bool) probedStream {
	chosen := list[0]
	for _, s := range list[1:] {
		if better(s, chosen) {
			chosen = s
		}
	}
	return chosen
}

// others says whether a player might choose another picture or sound.
func (p probed) others(picture probedStream, sound *probedStream) bool {
	return slices.ContainsFunc(p.Streams, func(s probedStream) bool {
		switch s.CodecType {
		case "video":
			return s.Index != picture.Index && !s.isCover()
		case "audio":
			return sound != nil && s.Index != sound.Index
		}
		return false
	})
}

func number(text string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(text))
	return n
}
