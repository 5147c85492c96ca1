package ffmpeg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"kaodian/media/cage"
)

// Plan says what has to be converted so that every browser plays the clip.
type Plan struct {
	Needed    bool // false: it can be played as it is
	CopyVideo bool // the picture's bytes stay as they are
	CopyAudio bool // the sound's too, or there is none
}

// Remux says whether nothing is re-encoded.
func (p Plan) Remux() bool { return p.CopyVideo && p.CopyAudio }

// PlanRendition decides by what browsers of all makes play: H.264 in 4:2:0
// with 8 bits, AAC or MP3, in an MP4 that knows its length and has one index.
func PlanRendition(info Info) Plan {
	v := info.Video
	p := Plan{
		CopyVideo: v.Codec == "h264" && slices.Contains([]string{"yuv420p", "yuvj420p"}, v.PixelFormat) &&
			!v.Interlaced && !v.Askew && !v.wide() && info.Traces.Formats <= 1,
		CopyAudio: info.Audio == nil || info.Audio.Codec == "aac",
	}
	inPlace := info.Format.Demuxer == "mov" && info.Format.MediaType != "video/quicktime" && info.Timed && !info.Format.Fragmented
	p.Needed = !inPlace || !p.Remux() || info.Others
	return p
}

// Limits of the rendition.
const (
	renditionHeight  = 720 // pixels of the shorter side at most
	renditionRate    = 30  // frames a second at most
	renditionMaxRate = "2500k"
	renditionBuffer  = "5000k"
)

// Render writes an MP4 with its index in front to out, which is replaced;
// what is there after an error is the caller's to remove. The recorder's tags
// (place, device) are left behind.
func (t Tools) Render(ctx context.Context, path string, info Info, plan Plan, out string) error {
	err := t.render(ctx, path, info, plan, out)
	if info.Audio != nil && EndedByItself(err) { // perhaps for a sound that cannot be decoded
		info.Audio = nil
		return t.render(ctx, path, info, plan, out)
	}
	return err
}

func (t Tools) render(ctx context.Context, path string, info Info, plan Plan, out string) error {
	path, err := absolute(path)
	if err != nil {
		return err
	}
	if out, err = create(out); err != nil {
		return err
	}
	args := append(quiet(), "-codec_whitelist", decoders(info))
	args = append(args, input(info.Format.Demuxer, path)...)
	args = append(args, plan.video(info)...)
	args = append(args, plan.audio(info)...)
	args = append(args, "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
		"-movflags", "+faststart", "-f", "mp4", "-y", fileScheme+out)
	perSecond := 10.0
	if plan.Remux() {
		perSecond = 1
	}
	c := command(t.FFmpeg, args, allowance(2*time.Minute, perSecond, info.Duration))
	c.Brake = t.Brake
	err = cage.Run(ctx, c)
	if err := toolFault(err, ErrNotExamined); err != nil {
		return err
	}
	// ffmpeg answers 0 also when nothing could be decoded.
	made, err := t.Probe(ctx, out)
	if err != nil {
		return notMade(ctx, err)
	}
	if made.Video.Codec != "h264" {
		return fmt.Errorf("%w (rendition holds %s)", ErrNotExamined, made.Video.Codec)
	}
	return nil
}

// notMade tells our own stop and faults of the machine from a rendition that is
// no video.
func notMade(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, os.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%w (rendition: %w)", ErrNotExamined, err)
}

func (p Plan) video(info Info) []string {
	args := []string{"-map", stream(info.Video.Index)}
	if p.CopyVideo {
		return append(args, "-c:v", "copy")
	}
	width, height := info.Video.size(renditionHeight)
	filter := info.Video.deinterlace() + fit(width, height, "") + info.Video.ordinary() + framed(width, height)
	return append(args,
		"-vf", filter, "-fpsmax", fmt.Sprint(renditionRate), "-pix_fmt", "yuv420p",
		"-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-profile:v", "high",
		"-maxrate", renditionMaxRate, "-bufsize", renditionBuffer, "-g", "60", "-threads", "2")
}

func (p Plan) audio(info Info) []string {
	if info.Audio == nil {
		return []string{"-an"}
	}
	args := []string{"-map", stream(info.Audio.Index)}
	if p.CopyAudio {
		return append(args, "-c:a", "copy")
	}
	return append(args, "-c:a", "aac", "-b:a", "160k", "-ac", "2")
}
