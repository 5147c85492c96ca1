package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"kaodian/media/cage"
)

// Pass has the callbacks of one decode of a clip, each called in the order of
// time. A nil one is not needed. The bytes are valid until the function returns.
type Pass struct {
	// Start is where the clip's time line begins on ffmpeg's clock, as its
	// packets tell (Packets.Start).
	Start time.Duration
	// Picture gets about one a second, PictureWidth × PictureHeight luma.
	Picture func(at time.Duration, luma []byte)
	// Motion gets fifteen a second, MotionWidth × MotionHeight luma; only where
	// everything is decoded.
	Motion func(at time.Duration, luma []byte)
	// Shown gets the time of every picture; only where everything is decoded.
	Shown func(at time.Duration)
	// Sound gets samples of 16 bits, little endian, as many a second and side
	// by side as SoundForm says.
	Sound func(at time.Duration, samples []byte)
	// Still gets pictures as JPEG: of the announcement one a second, of the
	// rest fewer and smaller ones; of a short clip closer to each other.
	Still func(Frame)
	// Announced is until when on the clip's time line the announcement is
	// looked for.
	Announced time.Duration
}

// The size of what a Pass delivers. A picture is stretched to it.
const (
	PictureWidth  = 320
	PictureHeight = 180
	MotionWidth   = 160
	MotionHeight  = 90
)

// The stills: more of them in the announcement (R32), for faces. A short clip
// gives closer ones, so that there are as many.
const (
	Announcement      = 20 * time.Second // at most; no more than half of a clip
	announcementEvery = time.Second
	announcementWidth = 1280
	minAnnounced      = 10
	stillsEvery       = 5 * time.Second
	stillsWidth       = 640
	minStills         = 8  // after the announcement
	maxStills         = 60 // after the announcement
)

// SoundForm is how samples of the clip's sound come: no more than two
// channels and 48,000 samples a second.
func SoundForm(info Info) (channels, rate int) {
	if info.Audio == nil {
		return 0, 0
	}
	const lowest, highest = 8000, 48000
	return min(max(info.Audio.Channels, 1), 2), min(max(info.Audio.SampleRate, lowest), highest)
}

// output is one track of ffmpeg's answer.
type output struct {
	filter string // after the decoder, "" for sound
	codec  []string
	block  func(at time.Duration, data []byte)
}

// ReadPass decodes the clip once, or only its key frames. What was delivered
// before an error is valid.
func (t Tools) ReadPass(ctx context.Context, path string, info Info, keyFrames bool, to Pass) error {
	outputs := []output{grey(apart(0.9)+",", PictureWidth, PictureHeight, info.Video.ordinary(), to.Picture)}
	if to.Motion != nil && !keyFrames {
		outputs = append(outputs, motion(overview, to.Motion))
	}
	if to.Shown != nil && !keyFrames {
		outputs = append(outputs, corner(to.Shown))
	}
	if to.Still != nil {
		outputs = append(outputs, stills(info, to)...)
	}
	decoding := []string{}
	switch {
	case keyFrames:
		decoding = []string{"-skip_frame:v", "nokey"}
	case oneThread(info.Video):
		decoding = []string{"-threads", "1"}
	}
	return t.read(ctx, path, info, reading{decoding, to.Start}, outputs, to.Sound, allowance(time.Minute, 3, info.Duration))
}

// oneThread says whether a second thread would only cost more: always for VP8,
// and for H.264 if one decodes several times as fast as the clip plays.
func oneThread(v Video) bool {
	const light = 1280 * 720 * 31 // pixels a second
	return v.Codec == "vp8" || v.Codec == "h264" && float64(v.Width*v.Height)*v.FrameRate <= light
}

// ReadCloser decodes every picture between two times of a time line that
// begins at start on ffmpeg's clock (Packets.Start).
func (t Tools) ReadCloser(ctx context.Context, path string, info Info, start, from, until time.Duration, picture func(at time.Duration, luma []byte)) error {
	from = max(from, 0, -start)
	shifted := func(at time.Duration, luma []byte) { picture(at+from, luma) }
	return t.read(ctx, path, info, reading{[]string{"-ss", decimal(from + start), "-t", decimal(until - from)}, 0},
		[]output{motion(everyPicture, shifted)}, nil, allowance(time.Minute, 5, until-from))
}

// corner is a few pixels of every picture, which cost almost nothing.
func corner(shown func(time.Duration)) output {
	return output{
		filter: "crop=2:2:0:0,format=gray",
		codec:  []string{"rawvideo"},
		block:  func(at time.Duration, _ []byte) { shown(at) },
	}
}

func grey(choose string, width, height int, colours string, block func(time.Duration, []byte)) output {
	return output{
		filter: fmt.Sprintf("%sscale=%d:%d:flags=area,%sformat=gray", choose, width, height, colours),
		codec:  []string{"rawvideo"},
		block: func(at time.Duration, data []byte) {
			if len(data) == width*height {
				block(at, data)
			}
		},
	}
}

// How far pictures of the motion are apart at least, in seconds: every one of
// a camera of 60 a second, or every other one of 30, which is enough to tell a
// cut from movement and costs half.
const (
	everyPicture = 0.015
	overview     = 0.06
)

func motion(seconds float64, block func(time.Duration, []byte)) output {
	return grey(apart(seconds)+",", MotionWidth, MotionHeight, "", block)
}

func stills(info Info, to Pass) []output {
	deliver := func(at time.Duration, data []byte) {
		if len(data) <= maxFrame {
			to.Still(Frame{At: at, JPEG: append([]byte(nil), data...)})
		}
	}
	jpeg := func(choose string, width int) output {
		wide, high := info.Video.within(width)
		return output{
			filter: choose + "," + info.Video.deinterlaceStill() + fit(wide, high, "") + info.Video.ordinary() + framed(wide, high) + ",format=yuvj420p",
			codec:  []string{"mjpeg", "-q", "3", "-huffman", "default", "-threads", "1"},
			block:  deliver,
		}
	}
	begin, near, far := decimal(to.Announced+to.Start), min(announcementEvery, to.Announced/minAnnounced), stillsEvery
	if rest := info.Duration - to.Announced; info.Duration > 0 {
		far = max(min(stillsEvery, rest/minStills), rest/maxStills+time.Millisecond)
	}
	outputs := []output{jpeg(`select=lt(t\,`+begin+`),`+apart(near.Seconds()*0.9), announcementWidth)}
	if info.Duration > to.Announced || info.Duration == 0 {
		outputs = append(outputs, jpeg(`select=gte(t\,`+begin+`),`+apart(far.Seconds()*0.98), stillsWidth))
	}
	return outputs
}

// apart selects pictures at least that many seconds apart.
func apart(seconds float64) string {
	return fmt.Sprintf(`select=isnan(prev_selected_t)+gte(t-prev_selected_t\,%.3f)`, seconds)
}

// reading is how the clip is read.
type reading struct {
	decoding []string      // arguments ahead of the clip
	start    time.Duration // of its time line, on ffmpeg's clock
}

// ahead is added to all times in the pipe: a Matroska stream has no negative
// times, and would shift everything.
const ahead = 10 * time.Second

// read runs ffmpeg with one pipe for all outputs: a Matroska stream keeps the
// time of each picture and of each piece of sound.
func (t Tools) read(ctx context.Context, path string, info Info, how reading, outputs []output, sound func(time.Duration, []byte), limits cage.Limits) error {
	path, err := absolute(path)
	if err != nil {
		return err
	}
	args := append(append(quiet(), "-codec_whitelist", decoders(info)), how.decoding...)
	args = append(args, input(info.Format.Demuxer, path)...)
	args = append(args, graph(info, outputs)...)
	if sound != nil && info.Audio != nil {
		channels, rate := SoundForm(info)
		args = append(args, "-map", stream(info.Audio.Index), "-c:a", "pcm_s16le", "-ac", fmt.Sprint(channels), "-ar", fmt.Sprint(rate))
		outputs = append(outputs, output{block: sound})
	}
	// Nothing needs the tracks side by side, so none waits for another's next.
	args = append(args, "-max_interleave_delta", "1000000", "-output_ts_offset", decimal(ahead-how.start), "-f", "matroska", "-live", "1", "pipe:3")
	err = t.runPiped(ctx, args, limits, func(r io.Reader) error {
		return demux(r, func(track int, at time.Duration, data []byte) {
			if track <= len(outputs) && track > 0 {
				outputs[track-1].block(at-ahead, data)
			}
		})
	})
	return toolFault(err, ErrNotExamined)
}

// graph splits the decoded picture among the outputs.
func graph(info Info, outputs []output) []string {
	var text strings.Builder
	fmt.Fprintf(&text, "[%s]split=%d", stream(info.Video.Index), len(outputs))
	for i := range outputs {
		fmt.Fprintf(&text, "[in%d]", i)
	}
	args := []string{"-filter_complex", "", "-vsync", "passthrough", "-enc_time_base:v", "1/90000"}
	for i, o := range outputs {
		fmt.Fprintf(&text, ";[in%d]%s[out%d]", i, o.filter, i)
		args = append(args, "-map", fmt.Sprintf("[out%d]", i), fmt.Sprintf("-c:v:%d", i), o.codec[0])
		for n := 1; n+1 < len(o.codec); n += 2 {
			args = append(args, fmt.Sprintf("%s:v:%d", o.codec[n], i), o.codec[n+1])
		}
	}
	args[1] = text.String()
	return args
}

// runPiped runs ffmpeg; take reads its descriptor 3. An error of take ends
// ffmpeg.
func (t Tools) runPiped(ctx context.Context, args []string, limits cage.Limits, take func(io.Reader) error) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	c := command(t.FFmpeg, args, limits)
	c.Files = []*os.File{w}
	p, err := cage.Start(c)
	w.Close()
	if err != nil {
		return err
	}
	taken := make(chan error, 1)
	go func() {
		err := take(r)
		if err != nil {
			p.Kill()
		}
		taken <- err
	}()
	err = cage.Await(ctx, p, limits.Deadline)
	return errors.Join(<-taken, err)
}
