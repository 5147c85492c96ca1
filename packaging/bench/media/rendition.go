package main

import (
	"os"
	"os/exec"
	"path/filepath"

	"kaodian/media/ffmpeg"
	"kaodian/packaging/bench/row"
)

// most is what three minutes may have at the capped bit rates of picture and
// sound, in MB, with 2 % for the container and the encoder's buffer.
const most = 1.02 * (2500 + 160) * 180 / 8 / 1000

// transcodes is how often each side encodes: three minutes take minutes.
const transcodes = 1

// sameSettings are the rendition's, for anybody's ffmpeg.
var sameSettings = []string{
	"-vf", "scale=w='if(gt(iw,ih),-2,min(720,iw))':h='if(gt(iw,ih),min(720,ih),-2)'", "-fpsmax", "30", "-pix_fmt", "yuv420p",
	"-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-profile:v", "high", "-maxrate", "2500k", "-bufsize", "5000k", "-g", "60", "-threads", "2",
	"-movflags", "+faststart",
}

// The clips that are converted, and what is done to their sound: a browser's
// recorder writes Opus.
var converted = []struct {
	clip
	copySound bool
}{{clips[0], true}, {clips[1], true}, {clips[2], false}}

// renditions is what making a clip playable costs beside one bare transcode by
// ffmpeg with the same settings, and how large it is beside the original.
func (b *bench) renditions() error {
	for _, c := range converted {
		cost, size := "media/rendition/"+c.name+"/cpu-s", "media/rendition/"+c.name+"/MB"
		if !b.wanted(cost) && !b.wanted(size) {
			continue
		}
		path, err := b.made(c.clip)
		if err != nil {
			return err
		}
		var ours, bare []float64
		out := filepath.Join(scratch, "rendition.mp4")
		for range transcodes {
			for _, side := range []struct {
				to *[]float64
				do func() error
			}{{&ours, func() error { return b.render(path, c.copySound, out) }}, {&bare, func() error { return b.transcode(path, c.copySound) }}} {
				seconds, err := cpu(side.do)
				if err != nil {
					return err
				}
				*side.to = append(*side.to, seconds)
			}
		}
		if err := b.print(row.AtMost(cost, row.Median(ours), row.Median(bare), 1.15)); err != nil {
			return err
		}
		made, err := megabytes(out)
		if err != nil {
			return err
		}
		original, err := megabytes(path)
		if err != nil {
			return err
		}
		if err := b.print(row.Within(size, made, &original, most)); err != nil {
			return err
		}
	}
	return nil
}

// render encodes the picture anew, whether or not phones could play it.
func (b *bench) render(path string, copySound bool, out string) error {
	info, err := b.tools.Probe(b.ctx, path)
	if err != nil {
		return err
	}
	return b.tools.Render(b.ctx, path, info, ffmpeg.Plan{Needed: true, CopyAudio: copySound}, out)
}

func (b *bench) transcode(path string, copySound bool) error {
	sound := []string{"-c:a", "aac", "-b:a", "160k", "-ac", "2"}
	if copySound {
		sound = []string{"-c:a", "copy"}
	}
	args := append([]string{"-nostdin", "-v", "error", "-y", "-threads", "2", "-i", path}, sameSettings...)
	return exec.CommandContext(b.ctx, b.tools.FFmpeg, append(append(args, sound...), filepath.Join(scratch, "bare.mp4"))...).Run()
}

func megabytes(path string) (float64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()) / 1e6, nil
}
