package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// clip is one of the three kinds that an exam brings.
type clip struct {
	name   string
	file   string
	size   string
	codecs string
	// container are options of the finished file
	container string
	target    float64 // times a bare decode that the findings may cost
}

// The clips: a phone's, one of a newer phone, and one of a browser's recorder,
// which makes a key frame when it begins and hardly another.
var clips = []clip{
	{"h264-720p-3min", "phone.mp4", "1280x720", "-c:v libx264 -preset veryfast -b:v 8M -g 30 -sc_threshold 0 -c:a aac -b:a 128k", "", 0.5},
	{"hevc-1080p-3min", "newer.mp4", "1920x1080", "-c:v libx265 -preset ultrafast -b:v 8M -x265-params log-level=error:keyint=30:min-keyint=30 -c:a aac -b:a 128k", "-tag:v hvc1", 0.5},
	{"vp8-720p-3min-few-key-frames", "recorder.webm", "1280x720", "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 2500k -g 3000 -c:a libopus -b:a 96k", "-live 1", 1.25},
	{"h264-720p-3min-few-key-frames", "recorder.mp4", "1280x720", "-c:v libx264 -preset veryfast -b:v 4M -g 3000 -sc_threshold 0 -bf 0 -c:a aac", "-movflags +frag_keyframe+empty_moov", 1.2},
}

// Half a minute is encoded and then repeated, which takes a sixth of the time
// and decodes the same.
const (
	encoded = "30"
	repeats = "5"
)

// made is the clip's file, made on first use and kept until the next clean:
// a moving test picture with a camera's noise, softened as lenses do, and
// noise that swells and falls for sound.
func (b *bench) made(c clip) (string, error) {
	path := filepath.Join(scratch, c.file)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	b.say("making %s", path)
	piece, whole := filepath.Join(scratch, "piece-"+c.file), filepath.Join(scratch, "whole-"+c.file)
	defer os.Remove(piece)
	err := b.ffmpeg(append(append([]string{
		"-f", "lavfi", "-i", "testsrc2=s=" + c.size + ":r=30:d=" + encoded + ",gblur=sigma=1.2,noise=alls=10:allf=t",
		"-f", "lavfi", "-i", "anoisesrc=d=" + encoded + ":a=0.2:c=pink:r=48000,tremolo=f=0.5:d=0.6",
		"-pix_fmt", "yuv420p",
	}, strings.Fields(c.codecs)...), piece)...)
	if err == nil {
		err = b.ffmpeg(append(append([]string{"-stream_loop", repeats, "-i", piece, "-c", "copy"}, strings.Fields(c.container)...), whole)...)
	}
	if err != nil {
		return "", fmt.Errorf("make %s: %w", c.file, err)
	}
	return path, os.Rename(whole, path)
}

func (b *bench) ffmpeg(args ...string) error {
	cmd := exec.CommandContext(b.ctx, b.tools.FFmpeg, append([]string{"-nostdin", "-v", "error", "-y"}, args...)...)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}
