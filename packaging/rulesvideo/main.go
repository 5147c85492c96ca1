// Command rulesvideo makes the rules' video (R6) of the rules' pictures:
// 1280×720, a page every few seconds with a soft tone at each turn. The words
// are subtitles, which the program writes itself.
//
//	go run ./packaging/rulesvideo FILE.mp4
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"

	"kaodian/app/centre/rules"
)

// A still picture needs few frames; the fade at a turn needs some.
const fps = 10

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: rulesvideo FILE.mp4")
		os.Exit(2)
	}
	if err := run(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "rulesvideo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string) error {
	folder, err := os.MkdirTemp("", "rulesvideo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	// The order of the file, whatever the subject, as in the subtitles.
	pages := rules.InOrder()
	args := []string{"-nostdin", "-v", "error", "-y"}
	for _, page := range pages {
		name := filepath.Join(folder, page.ID+".svg")
		if err := os.WriteFile(name, rules.Picture(page.ID), 0o600); err != nil {
			return err
		}
		args = append(args, "-i", name)
	}
	// The name appears only when the file is whole; make would take half of one for it.
	part := filepath.Join(filepath.Dir(out), ".part.mp4")
	args = append(args, arguments(len(pages), part)...)
	cmd := exec.CommandContext(ctx, "ffmpeg", args...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("ffmpeg: %w (its package with librsvg is named in packaging/install)", err)
	}
	return os.Rename(part, out)
}

func arguments(pages int, out string) []string {
	seconds := rules.Seconds()
	var filter strings.Builder
	for i := range pages {
		fmt.Fprintf(&filter, "[%d:v]scale=1280:720,format=yuv420p,loop=loop=%d:size=1,setpts=N/%d/TB,fps=%d,fade=in:d=0.4:color=0xf7f0e3[v%d];",
			i, seconds*fps-1, fps, fps, i)
	}
	for i := range pages {
		fmt.Fprintf(&filter, "[v%d]", i)
	}
	fmt.Fprintf(&filter, "concat=n=%d[video];", pages)
	fmt.Fprintf(&filter, "aevalsrc='0.08*exp(-4*mod(t,%d))*(sin(2*PI*523.25*t)+0.5*sin(2*PI*783.99*t))':s=44100:d=%d[sound]", seconds, pages*seconds)
	return []string{
		"-filter_complex", filter.String(), "-map", "[video]", "-map", "[sound]",
		"-c:v", "libx264", "-preset", "medium", "-tune", "stillimage", "-crf", "26", "-g", strconv.Itoa(fps * seconds),
		"-profile:v", "main", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "48k", "-ac", "1",
		"-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
		"-movflags", "+faststart", "-f", "mp4", out,
	}
}
