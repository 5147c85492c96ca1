package ffmpeg

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"strconv"
	"time"

	"kaodian/media/cage"
)

// Frame is one picture of a clip, upright.
type Frame struct {
	At   time.Duration // from the clip's start
	JPEG []byte
}

// Sampling says which frames are taken.
type Sampling struct {
	Until time.Duration // from the start
	Every time.Duration
	Width int // pixels at most; a smaller picture stays as it is
}

// most is how much one picture and all of them may take.
const (
	mostFrame  = 4 << 20
	mostFrames = 64 << 20
)

// Frames returns pictures of the clip's beginning. Where key frames are
// frequent, as in a phone's clips, only they are decoded (a tenth of the work);
// else everything up to Until. A clip that can be decoded only in part gives
// what there is; ErrNotExamined when there is nothing.
func (t Tools) Frames(ctx context.Context, path string, info Info, s Sampling) ([]Frame, error) {
	path, err := absolute(path)
	if err != nil {
		return nil, err
	}
	frames, err := t.frames(ctx, path, info, s, "-skip_frame:v", "nokey")
	if err == nil && 2*distinct(frames) > len(frames) {
		return frames, nil
	}
	if err != nil && !errors.Is(err, ErrNotExamined) {
		return nil, err
	}
	return t.frames(ctx, path, info, s)
}

// distinct counts the pictures that are not the one before again: where key
// frames are rare, ffmpeg fills the gaps so.
func distinct(frames []Frame) int {
	count := 0
	for i, f := range frames {
		if i == 0 || !bytes.Equal(f.JPEG, frames[i-1].JPEG) {
			count++
		}
	}
	return count
}

func (t Tools) frames(ctx context.Context, path string, info Info, s Sampling, decoding ...string) ([]Frame, error) {
	filter := fmt.Sprintf("fps=1/%s,scale='min(%d,iw)':-2", decimal(s.Every), s.Width)
	args := append(quiet(), "-codec_whitelist", decoders, "-t", decimal(s.Until))
	args = append(append(args, decoding...), input(info.Format.Demuxer, path)...)
	args = append(args, "-map", stream(info.Video.Index), "-vf", filter, "-pix_fmt", "yuvj420p",
		"-c:v", "mjpeg", "-q:v", "3", "-threads", "1", "-f", "mpjpeg", "pipe:1")
	out := &cage.Buffer{Cap: mostFrames}
	err := cage.Run(ctx, cage.Command{
		Path: t.FFmpeg, Args: args, Stdout: out, Limits: allowance(time.Minute, 3, s.Until),
	})
	frames := splitFrames(out.Bytes(), s.Every)
	switch {
	case len(frames) > 0 && errors.As(err, new(*cage.Error)):
		return frames, nil
	case err != nil:
		return nil, toolFault(err, ErrNotExamined)
	case len(frames) == 0:
		return nil, fmt.Errorf("%w (no picture could be decoded)", ErrNotExamined)
	}
	return frames, nil
}

// splitFrames takes ffmpeg's multipart answer apart; a last part that is not
// whole is left out.
func splitFrames(data []byte, every time.Duration) []Frame {
	var frames []Frame
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(data)))
	for {
		if _, err := r.ReadLine(); err != nil { // the boundary
			return frames
		}
		header, err := r.ReadMIMEHeader()
		if err != nil {
			return frames
		}
		length, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil || length <= 0 || length > mostFrame {
			return frames
		}
		jpeg := make([]byte, length)
		if _, err := io.ReadFull(r.R, jpeg); err != nil {
			return frames
		}
		frames = append(frames, Frame{At: time.Duration(len(frames)) * every, JPEG: jpeg})
		if _, err := r.ReadLine(); err != nil { // the line end after the picture
			return frames
		}
	}
}

// Levels is what a light pass over the whole clip writes: picture gets every
// key frame as LevelWidth × LevelHeight bytes of luma, sound gets samples of
// 16 bits, little endian, LevelRate a second, one channel.
type Levels struct {
	Picture io.Writer
	Sound   io.Writer // unused where the clip has no sound
}

// The form of what Levels writes.
const (
	LevelWidth  = 32
	LevelHeight = 18
	LevelRate   = 8000
)

// ReadLevels runs the pass. What was written before an error is valid.
func (t Tools) ReadLevels(ctx context.Context, path string, info Info, to Levels) error {
	path, err := absolute(path)
	if err != nil {
		return err
	}
	args := append(quiet(), "-codec_whitelist", decoders, "-skip_frame:v", "nokey")
	args = append(args, input(info.Format.Demuxer, path)...)
	args = append(args, "-map", stream(info.Video.Index), "-vsync", "passthrough",
		"-vf", fmt.Sprintf("scale=%d:%d:flags=area,format=gray", LevelWidth, LevelHeight),
		"-f", "rawvideo", "pipe:3")
	sinks := []io.Writer{to.Picture}
	if info.Audio != nil {
		args = append(args, "-map", stream(info.Audio.Index), "-ac", "1", "-ar", strconv.Itoa(LevelRate),
			"-f", "s16le", "pipe:4")
		sinks = append(sinks, to.Sound)
	}
	err = t.runInto(ctx, args, sinks, allowance(time.Minute, 2, info.Duration))
	return toolFault(err, ErrNotExamined)
}

// runInto runs ffmpeg with descriptors 3, 4, … copied into the sinks.
func (t Tools) runInto(ctx context.Context, args []string, sinks []io.Writer, limits cage.Limits) error {
	var ours, theirs []*os.File
	closeAll := func(files []*os.File) {
		for _, f := range files {
			f.Close()
		}
	}
	defer func() { closeAll(ours) }()
	for range sinks {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(theirs)
			return err
		}
		ours, theirs = append(ours, r), append(theirs, w)
	}
	p, err := cage.Start(cage.Command{Path: t.FFmpeg, Args: args, Files: theirs, Limits: limits})
	closeAll(theirs)
	if err != nil {
		return err
	}
	copied := make(chan error, len(sinks))
	for i, sink := range sinks {
		go func() {
			_, err := io.Copy(sink, ours[i])
			copied <- err
		}()
	}
	err = cage.Await(ctx, p, limits.Deadline)
	for range sinks {
		err = errors.Join(err, <-copied)
	}
	return err
}

func quiet() []string {
	return []string{"-nostdin", "-hide_banner", "-v", "error", "-threads", "2"}
}

func stream(index int) string { return "0:" + strconv.Itoa(index) }

// decimal writes seconds as ffmpeg reads them.
func decimal(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
