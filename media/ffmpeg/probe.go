package ffmpeg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"kaodian/app/base/shown"
	"kaodian/media/cage"
)

// Info describes a clip, by ffprobe.
type Info struct {
	Format    Format
	Size      int64 // bytes
	Duration  time.Duration
	CreatedAt time.Time // as the recorder wrote it, zero if it did not
	WrittenBy string    // writing application or device, "" if it did not say
	Video     Video
	Audio     *Audio // nil without sound
	// Unheard is the codec of the sound where there is one and none can be
	// decoded, "" otherwise.
	Unheard string
	// Others says whether a player might choose other tracks than Video and
	// Audio.
	Others  bool
	Streams []Stream
	// Timed says whether the container has its length; a streamed one
	// (MediaRecorder) does not, and cannot be seeked.
	Timed  bool
	Traces shown.Traces // signs of editing

	packets *Packets // read already, where the length had to be counted
}

// Video is the clip's picture.
type Video struct {
	Index         int
	Codec         string // h264, hevc …
	Profile       string
	PixelFormat   string
	Width, Height int  // as shown: after rotation and with square pixels
	Rotation      int  // degrees: 0, 90, 180 or 270
	Askew         bool // mirrored or turned by no quarter: not every player shows it so
	Interlaced    bool
	FrameRate     float64
	// Transfer, Primaries and Matrix are the colours, as ffprobe names them.
	Transfer, Primaries, Matrix string

	fieldsUnknown bool // it may be interlaced
}

// Audio is the clip's sound.
type Audio struct {
	Index      int
	Codec      string
	SampleRate int
	Channels   int
}

// Stream is any track of the file.
type Stream struct {
	Index int
	Type  string // video, audio, data, subtitle …
	Codec string // "" if unknown
}

// probed is ffprobe's JSON, as far as we asked for it.
type probed struct {
	Streams []probedStream `json:"streams"`
	Format  struct {
		Name     string            `json:"format_name"`
		Score    int               `json:"probe_score"`
		Duration string            `json:"duration"`
		Start    string            `json:"start_time"`
		Tags     map[string]string `json:"tags"`
	} `json:"format"`
}

type probedStream struct {
	Index       int    `json:"index"`
	CodecType   string `json:"codec_type"`
	CodecName   string `json:"codec_name"`
	Profile     string `json:"profile"`
	PixFmt      string `json:"pix_fmt"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Aspect      string `json:"sample_aspect_ratio"`
	AvgRate     string `json:"avg_frame_rate"`
	RealRate    string `json:"r_frame_rate"`
	Duration    string `json:"duration"`
	SampleRate  string `json:"sample_rate"`
	Channels    int    `json:"channels"`
	FieldOrder  string `json:"field_order"`
	Transfer    string `json:"color_transfer"`
	Primaries   string `json:"color_primaries"`
	Matrix      string `json:"color_space"`
	Disposition struct {
		Default         int `json:"default"`
		AttachedPic     int `json:"attached_pic"`
		TimedThumbnails int `json:"timed_thumbnails"`
		StillImage      int `json:"still_image"`
		Dependent       int `json:"dependent"`
	} `json:"disposition"`
	SideData []struct {
		Matrix string `json:"displaymatrix"`
	} `json:"side_data_list"`
}

// The entries to read. A file may carry tags of any length: only the time and
// the program of its creation are read.
const (
	entries = "format=format_name,probe_score,duration,start_time:" +
		"stream=index,codec_type,codec_name,profile,pix_fmt,width,height,sample_aspect_ratio," +
		"avg_frame_rate,r_frame_rate,duration,sample_rate,channels,field_order,color_transfer,color_primaries,color_space:" +
		"stream_disposition=default,attached_pic,timed_thumbnails,still_image,dependent:stream_side_data=displaymatrix"
	tagEntries = ":format_tags=creation_time,CREATION_TIME,date,DATE,encoder,ENCODER,software,Software,SOFTWARE," +
		"com.apple.quicktime.creationdate,com.apple.quicktime.model,com.android.model,com.android.version"
	maxAnswer = 4 << 20 // bytes: some thousand streams
)

// Probe says what a clip is. ErrEmpty, ErrNotVideo, ErrCutOff, ErrUnsupported
// and ErrNotExamined say what is wrong with the file; any other error is a
// fault of the machine or our own stop.
func (t Tools) Probe(ctx context.Context, path string) (Info, error) {
	path, err := absolute(path)
	if err != nil {
		return Info{}, err
	}
	stat, err := os.Stat(path)
	if err != nil {
		return Info{}, err
	}
	raw, format, err := t.open(ctx, path)
	if err != nil {
		return Info{}, err
	}
	picture, sound, err := t.choose(ctx, path, format, raw)
	if err != nil {
		return Info{}, err
	}
	info := raw.info(format, picture, sound)
	info.Size = stat.Size()
	if info.Traces, err = readTraces(path, format); err != nil {
		return Info{}, err
	}
	if !info.Timed || raw.durationUnreliable(format) {
		return t.timed(ctx, path, info)
	}
	return info, nil
}

// open finds the format and reads the file's own description.
func (t Tools) open(ctx context.Context, path string) (probed, Format, error) {
	format, err := Sniff(path)
	if errors.Is(err, errUnknown) {
		return t.guess(ctx, path)
	}
	if err != nil {
		return probed{}, format, err
	}
	if format.headless {
		return probed{}, format, fmt.Errorf("%w (no moov box)", ErrCutOff)
	}
	refusal := ErrNotVideo
	if format.CutOff {
		refusal = ErrCutOff
	}
	raw, err := t.ask(ctx, input(format.Demuxer, path), refusal)
	return raw, format, err
}

// ask reads the streams, and the tags if they are not unusually long.
func (t Tools) ask(ctx context.Context, clip []string, refusal error) (probed, error) {
	var raw probed
	for _, wanted := range []string{entries + tagEntries, entries} {
		args := append([]string{"-v", "error", "-of", "json", "-show_entries", wanted}, clip...)
		out, err := t.probe(ctx, args, maxAnswer)
		if fault, ok := errors.AsType[*cage.Error](err); ok && fault.Reason == cage.Output && wanted != entries {
			continue
		}
		if err != nil {
			return probed{}, toolFault(err, refusal)
		}
		if err := json.Unmarshal(out, &raw); err != nil {
			return probed{}, fmt.Errorf("%w: ffprobe's answer: %w", ErrNotExamined, err)
		}
		break
	}
	return raw, nil
}

func (t Tools) probe(ctx context.Context, args []string, limit int) ([]byte, error) {
	out := &cage.Buffer{Cap: limit}
	c := command(t.FFprobe, args, allowance(30*time.Second, 0, 0))
	c.Stdout = out
	err := cage.Run(ctx, c)
	return out.Bytes(), err
}

func (p probed) info(format Format, picture probedStream, sound *probedStream) Info {
	info := Info{Format: format, Duration: seconds(p.Format.Duration), Video: picture.video(), Others: p.others(picture, sound)}
	info.Timed = info.Duration > 0 // of a fragmented MP4, ffprobe adds the fragments up
	info.CreatedAt, info.WrittenBy = p.origin()
	for _, s := range p.Streams {
		info.Streams = append(info.Streams, Stream{Index: s.Index, Type: s.CodecType, Codec: s.CodecName})
	}
	if sound == nil {
		info.Unheard = p.unheard()
	} else {
		info.Audio = &Audio{Index: sound.Index, Codec: sound.CodecName, SampleRate: number(sound.SampleRate), Channels: sound.Channels}
	}
	return info
}

func (s probedStream) video() Video {
	turn := s.turned()
	v := Video{
		Index: s.Index, Codec: s.CodecName, Profile: s.Profile, PixelFormat: s.PixFmt,
		Width: s.Width, Height: s.Height, Rotation: turn.degrees, Askew: turn.askew, FrameRate: s.frameRate(),
		Transfer: s.Transfer, Primaries: s.Primaries, Matrix: s.Matrix,
		Interlaced:    slices.Contains([]string{"tt", "bb", "tb", "bt"}, s.FieldOrder),
		fieldsUnknown: s.FieldOrder == "" || s.FieldOrder == "unknown",
	}
	if num, den, ok := fraction(s.Aspect, ":"); ok {
		v.Width = int(float64(v.Width)*num/den + 0.5)
	}
	if turn.across {
		v.Width, v.Height = v.Height, v.Width
	}
	return v
}

// frameRate is the average, or the nominal one where the average is unknown
// or is the time base (streamed WebM says 1000).
func (s probedStream) frameRate() float64 {
	const plausible = 480
	for _, rate := range []string{s.AvgRate, s.RealRate} {
		if num, den, ok := fraction(rate, "/"); ok && num/den <= plausible {
			return num / den
		}
	}
	return 0
}

func fraction(text, separator string) (num, den float64, ok bool) {
	left, right, ok := strings.Cut(text, separator)
	num, err1 := strconv.ParseFloat(left, 64)
	den, err2 := strconv.ParseFloat(right, 64)
	return num, den, ok && err1 == nil && err2 == nil && num > 0 && den > 0
}

// origin is the time and the program of creation that the clip states.
func (p probed) origin() (time.Time, string) {
	tags := map[string]string{}
	for key, value := range p.Format.Tags {
		tags[strings.ToLower(key)] = value
	}
	var made time.Time
	for _, key := range []string{"com.apple.quicktime.creationdate", "creation_time", "date"} {
		for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05-0700"} {
			if t, err := time.Parse(form, tags[key]); err == nil && made.IsZero() && t.Year() > 1970 {
				made = t
			}
		}
	}
	for _, key := range []string{"com.apple.quicktime.model", "com.android.model", "encoder", "software", "com.android.version"} {
		if tags[key] != "" {
			return made, shorten(tags[key])
		}
	}
	return made, ""
}

// shorten keeps a stranger's text within bounds.
func shorten(text string) string {
	const limit = 80
	runes := []rune(strings.ToValidUTF8(text, ""))
	return string(runes[:min(len(runes), limit)])
}

func seconds(text string) time.Duration {
	value, err := strconv.ParseFloat(text, 64)
	const limit = 1e6 // eleven days: beyond it is nonsense
	if err != nil || value < 0 || value > limit {
		return 0
	}
	return time.Duration(value * float64(time.Second))
}

// durationUnreliable says whether the container's length is not the presented
// one: its times begin elsewhere, or it is only estimated from the file's first
// and last times, between which the clock may have been reset.
func (p probed) durationUnreliable(format Format) bool {
	const aside = 0.1 // seconds
	start, err := strconv.ParseFloat(p.Format.Start, 64)
	return !format.Indexed() || err == nil && !format.CutOff && math.Abs(start) > aside
}

// timed finds length and frame rate of a clip whose container does not say
// them, by reading every packet's time without decoding any.
func (t Tools) timed(ctx context.Context, path string, info Info) (Info, error) {
	packets, err := t.Packets(ctx, path, info)
	if err != nil {
		return Info{}, err
	}
	info.packets = packets
	if length := packets.Length(); length > 0 {
		info.Duration = length
	}
	if count := len(packets.Video); count > 1 && !info.Timed {
		if span := packets.Video[count-1].At - packets.Video[0].At; span > 0 {
			info.Video.FrameRate = float64(count-1) / span.Seconds()
		}
	}
	return info, nil
}
