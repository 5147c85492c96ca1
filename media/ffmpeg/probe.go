package ffmpeg

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"kaodian/media/cage"
)

// Info is what ffprobe says of a clip.
type Info struct {
	Format    Format
	Size      int64 // bytes
	Duration  time.Duration
	CreatedAt time.Time // as the recorder wrote it, zero if it did not
	WrittenBy string    // writing application or device, "" if it did not say
	Video     Video
	Audio     *Audio // nil without sound
	Streams   []Stream
	// Timed says that the container knows its own length; one that was
	// streamed (MediaRecorder) does not, and cannot be sought in.
	Timed  bool
	Traces Traces // signs of editing

	packets *Packets // read already, where the length had to be counted
}

// Video is the first moving picture.
type Video struct {
	Index         int
	Codec         string // h264, hevc …
	Profile       string
	PixelFormat   string
	Width, Height int // as shown: after rotation and with square pixels
	Rotation      int // degrees: 0, 90, 180 or 270
	FrameRate     float64
}

// Audio is the first sound that can be decoded.
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
	Disposition struct {
		AttachedPic int `json:"attached_pic"`
	} `json:"disposition"`
	SideData []struct {
		Rotation float64 `json:"rotation"`
	} `json:"side_data_list"`
}

const entries = "format=duration,start_time:format_tags:" +
	"stream=index,codec_type,codec_name,profile,pix_fmt,width,height,sample_aspect_ratio," +
	"avg_frame_rate,r_frame_rate,duration,sample_rate,channels:" +
	"stream_disposition=attached_pic:stream_side_data=rotation"

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
	format, err := Sniff(path)
	if err != nil {
		return Info{}, err
	}
	if format.headless {
		return Info{}, fmt.Errorf("%w (no moov box)", ErrCutOff)
	}
	raw, err := t.ask(ctx, format, path)
	if err != nil {
		return Info{}, err
	}
	info, err := raw.info(format)
	if err != nil {
		return Info{}, err
	}
	info.Size = stat.Size()
	if info.Traces, err = readTraces(path, format); err != nil {
		return Info{}, err
	}
	if !info.Timed || raw.timesAside(format) {
		return t.timed(ctx, path, info)
	}
	return info, nil
}

func (t Tools) ask(ctx context.Context, format Format, path string) (probed, error) {
	refusal := ErrNotVideo
	if format.CutOff {
		refusal = ErrCutOff
	}
	args := append([]string{"-v", "error", "-of", "json", "-show_entries", entries}, input(format.Demuxer, path)...)
	out, err := t.probe(ctx, args, 1<<20)
	if err != nil {
		return probed{}, toolFault(err, refusal)
	}
	var raw probed
	if err := json.Unmarshal(out, &raw); err != nil {
		return probed{}, fmt.Errorf("%w: ffprobe's answer: %w", ErrNotExamined, err)
	}
	return raw, nil
}

func (t Tools) probe(ctx context.Context, args []string, most int) ([]byte, error) {
	out := &cage.Buffer{Cap: most}
	c := command(t.FFprobe, args, allowance(30*time.Second, 0, 0))
	c.Stdout = out
	err := cage.Run(ctx, c)
	return out.Bytes(), err
}

func (p probed) info(format Format) (Info, error) {
	info := Info{Format: format, Duration: seconds(p.Format.Duration)}
	info.Timed = info.Duration > 0 // of a fragmented MP4, ffprobe adds the fragments up
	info.CreatedAt, info.WrittenBy = p.origin()
	video := false
	var unsupported string
	for _, s := range p.Streams {
		info.Streams = append(info.Streams, Stream{Index: s.Index, Type: s.CodecType, Codec: s.CodecName})
		switch {
		case s.CodecType == "video" && s.Disposition.AttachedPic == 0 && !video:
			if !supportedVideo[s.CodecName] || s.Width <= 0 || s.Height <= 0 {
				unsupported = s.CodecName
				continue
			}
			info.Video, video = s.video(), true
		case s.CodecType == "audio" && info.Audio == nil && supportedAudio[s.CodecName]:
			rate, _ := strconv.Atoi(s.SampleRate)
			info.Audio = &Audio{Index: s.Index, Codec: s.CodecName, SampleRate: rate, Channels: s.Channels}
		}
	}
	switch {
	case video:
		return info, nil
	case unsupported != "":
		return Info{}, fmt.Errorf("%w (%s)", ErrUnsupported, unsupported)
	case p.hasUnknownVideo():
		return Info{}, ErrUnsupported
	case format.CutOff:
		return Info{}, ErrCutOff
	}
	return Info{}, fmt.Errorf("%w (no moving picture in it)", ErrNotVideo)
}

func (p probed) hasUnknownVideo() bool {
	for _, s := range p.Streams {
		if s.CodecType == "video" && s.Disposition.AttachedPic == 0 {
			return true
		}
	}
	return false
}

func (s probedStream) video() Video {
	v := Video{
		Index: s.Index, Codec: s.CodecName, Profile: s.Profile, PixelFormat: s.PixFmt,
		Width: s.Width, Height: s.Height, FrameRate: s.frameRate(),
	}
	if num, den, ok := fraction(s.Aspect, ":"); ok {
		v.Width = int(float64(v.Width)*num/den + 0.5)
	}
	for _, side := range s.SideData {
		v.Rotation = ((int(side.Rotation)%360 + 360) % 360) / 90 * 90
	}
	if v.Rotation%180 != 0 {
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

// origin is when and by what the clip says that it was made.
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
	const most = 80
	runes := []rune(strings.ToValidUTF8(text, ""))
	return string(runes[:min(len(runes), most)])
}

func seconds(text string) time.Duration {
	value, err := strconv.ParseFloat(text, 64)
	const most = 1e6 // eleven days: beyond it is nonsense
	if err != nil || value < 0 || value > most {
		return 0
	}
	return time.Duration(value * float64(time.Second))
}

// timesAside says that the length which the container tells is not what is
// shown: its times begin elsewhere, or it is only guessed from the file's ends,
// between which the clock may have been set anew.
func (p probed) timesAside(format Format) bool {
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
