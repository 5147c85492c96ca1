package ffmpeg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"kaodian/media/cage"
)

// Tools are the two programs.
type Tools struct {
	FFmpeg  string // paths
	FFprobe string
	// Brake stops renditions for a while; nil for never.
	Brake *cage.Brake
}

// Find looks the programs up.
func Find() (Tools, error) {
	var t Tools
	for name, path := range map[string]*string{"ffmpeg": &t.FFmpeg, "ffprobe": &t.FFprobe} {
		found, err := exec.LookPath(name)
		if err != nil {
			return Tools{}, fmt.Errorf("%s is not installed; run: apt-get install ffmpeg", name)
		}
		*path = found
	}
	return t, nil
}

// Version is ffmpeg's version, such as "5.1.6-0+deb12u1".
func (t Tools) Version(ctx context.Context) (string, error) {
	out := &cage.Buffer{Cap: 64 << 10}
	c := command(t.FFmpeg, []string{"-hide_banner", "-version"}, cage.Limits{Deadline: 10 * time.Second})
	c.Stdout = out
	err := cage.Run(ctx, c)
	if err != nil {
		return "", err
	}
	fields := strings.Fields(string(out.Bytes()))
	if len(fields) < 3 {
		return "", fmt.Errorf("%s does not say its version", t.FFmpeg)
	}
	return fields[2], nil
}

// optional are the filters for bright (HDR) clips, which some builds of ffmpeg
// come without; all others are in every build.
var optional = []string{"zscale", "tonemap"}

// LackingFilters names the filters that this ffmpeg was built without, though
// some phones' clips need them.
func (t Tools) LackingFilters(ctx context.Context) ([]string, error) {
	out := &cage.Buffer{Cap: 1 << 20}
	c := command(t.FFmpeg, []string{"-hide_banner", "-filters"}, cage.Limits{Deadline: 10 * time.Second})
	c.Stdout = out
	if err := cage.Run(ctx, c); err != nil {
		return nil, err
	}
	return lacking(string(out.Bytes())), nil
}

// lacking reads ffmpeg's list of filters: flags, name, inputs and outputs, a
// description.
func lacking(list string) (names []string) {
	there := map[string]bool{}
	for line := range strings.Lines(list) {
		if fields := strings.Fields(line); len(fields) > 2 && strings.Contains(fields[2], "->") {
			there[fields[1]] = true
		}
	}
	for _, name := range optional {
		if !there[name] {
			names = append(names, name)
		}
	}
	return names
}

// Limits of one call. Decoding 4K takes some 500 MB.
const (
	memory   = 1 << 30
	address  = 4 << 30
	fileSize = 1 << 30 // no file of ours is larger
)

// allowance is the limits of a call for a clip of that length: a fixed part and
// perSecond seconds of work for each second of the clip. A tool in a loop ends by
// its CPU time. The deadline is longer: the tools have the lowest priority, and
// the busiest exam day takes a while.
func allowance(fixed time.Duration, perSecond float64, clip time.Duration) cage.Limits {
	const cores, slack, limit = 2, 5, 12 * time.Hour
	work := fixed + time.Duration(perSecond*float64(clip))
	return cage.Limits{
		Deadline: min(slack*work, limit), CPU: cores * work,
		Memory: memory, Address: address, FileSize: fileSize,
	}
}

// command is the one shape of every call: what is opened stands in the
// arguments, and nothing else can be. A clip comes after -i, a file that is
// written stands last.
func command(program string, args []string, limits cage.Limits) cage.Command {
	c := cage.Command{Path: program, Args: args, Limits: limits}
	for i, arg := range args {
		name, isFile := strings.CutPrefix(arg, fileScheme)
		switch {
		case !isFile:
		case i > 0 && args[i-1] == "-i":
			c.Read = append(c.Read, name)
		case i == len(args)-1:
			c.Write = append(c.Write, name)
		}
	}
	return c
}

const fileScheme = "file:"

// create makes an empty file that is ours alone: a child may write what is
// there, and nothing new.
func create(path string) (string, error) {
	path, err := absolute(path)
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	return path, f.Close()
}

// input are the arguments by which both tools open the clip, and nothing but
// the clip.
func input(demuxer, path string) []string {
	var late []string
	if demuxer == "mpegts" { // its first packet may come late: as late as ffprobe looks for a format
		late = []string{"-resync_size", "5000000"}
	}
	return append(late, []string{"-protocol_whitelist", "file", "-format_whitelist", demuxer, "-f", demuxer, "-i", fileScheme + path}...)
}

// unknownInput lets the tool find the format, and refuse all but those on our
// list: no playlist, no script, no pictures.
func unknownInput(path string) []string {
	return []string{"-protocol_whitelist", "file", "-format_whitelist", strings.Join(guessed, ","), "-i", fileScheme + path}
}
