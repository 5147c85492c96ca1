package ffmpeg

import (
	"context"
	"fmt"
	"time"

	"kaodian/media/cage"
)

// PreviewPart is how much of a clip's beginning and of its end a quick preview
// shows (R12).
const PreviewPart = 20 * time.Second

// Settings of the quick preview, made for speed: pictures without dependents are
// not decoded, and the others without the loop filter; a 1080p HEVC clip takes
// 9.5 CPU seconds that way, else 17.
const (
	previewHeight = 360 // pixels of the shorter side at most
	previewRate   = 15  // frames a second
)

// decodeFast are the decoder's short cuts; the last of them breaks MPEG-2.
func decodeFast(v Video) []string {
	short := []string{"-skip_frame:v", "noref", "-skip_loop_filter:v", "all"}
	if v.Codec == "h264" || v.Codec == "hevc" {
		short = append(short, "-flags2:v", "+fast")
	}
	return short
}

// Preview writes an MP4 of the clip's beginning and end with their sound to
// out, with more priority than other cages; a clip that is hardly longer, or
// whose length is not known, is shown from the beginning on.
func (t Tools) Preview(ctx context.Context, path string, info Info, out string) error {
	path, err := absolute(path)
	if err != nil {
		return err
	}
	if out, err = create(out); err != nil {
		return err
	}
	args := append(quiet(), "-codec_whitelist", decoders(info))
	args = append(args, previewParts(path, info)...)
	args = append(args, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "27", "-pix_fmt", "yuv420p", "-g", "50",
		"-c:a", "aac", "-b:a", "96k", "-ac", "2", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
		"-movflags", "+faststart", "-f", "mp4", "-y", fileScheme+out)
	c := command(t.FFmpeg, args, allowance(time.Minute, 10, 2*PreviewPart))
	c.Urgent = true
	err = cage.Run(ctx, c)
	if err := toolFault(err, ErrNotExamined); err != nil {
		return err
	}
	// ffmpeg answers 0 also when nothing could be decoded.
	if _, err := t.Probe(ctx, out); err != nil {
		return notMade(ctx, err)
	}
	return nil
}

func previewParts(path string, info Info) []string {
	width, height := info.Video.size(previewHeight)
	picture := info.Video.deinterlace() + fit(width, height, ":flags=fast_bilinear") + info.Video.ordinary() +
		framed(width, height) + fmt.Sprintf(",fps=%d,format=yuv420p", previewRate)
	part := func(where ...string) []string {
		return append(append(decodeFast(info.Video), where...), input(info.Format.Demuxer, path)...)
	}
	if info.Duration <= 2*PreviewPart {
		whole := append(part("-t", decimal(2*PreviewPart)), "-map", stream(info.Video.Index), "-vf", picture)
		if info.Audio != nil {
			whole = append(whole, "-map", stream(info.Audio.Index))
		}
		return whole
	}
	first, last := part("-t", decimal(PreviewPart)), part("-ss", decimal(info.Duration-PreviewPart))
	filter, joined, sounds := "", "", 0
	for i := range 2 {
		filter += fmt.Sprintf("[%d:%d]%s[v%d];", i, info.Video.Index, picture, i)
		joined += fmt.Sprintf("[v%d]", i)
		if info.Audio != nil {
			sounds = 1
			filter += fmt.Sprintf("[%d:%d]aresample=44100:async=1,aformat=channel_layouts=stereo[a%d];", i, info.Audio.Index, i)
			joined += fmt.Sprintf("[a%d]", i)
		}
	}
	filter += fmt.Sprintf("%sconcat=n=2:v=1:a=%d[v]", joined, sounds)
	outputs := []string{"-map", "[v]"}
	if sounds > 0 {
		filter += "[a]"
		outputs = append(outputs, "-map", "[a]")
	}
	return append(append(append(first, last...), "-filter_complex", filter), outputs...)
}
