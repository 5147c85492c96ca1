package ffmpeg

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
)

// guessed are the formats of which ffprobe may say that a file is one, where
// our own look at its first bytes does not tell (R11): streams that begin
// late, camcorders' packets, old and rare containers. Each holds its media in
// the file itself; what names others (playlists, scripts, rows of pictures)
// is not among them.
var guessed = []string{
	"mov", "matroska", "avi", "asf", "flv", "mpeg", "mpegts",
	"ogg", "mxf", "gxf", "nut", "ivf", "wtv", "dv", "rm", "nsv", "dhav", "pva", "ty",
	"h264", "hevc", "m4v", "mpegvideo", "vc1", "obu",
}

// raw are streams without a container: random bytes may look like one, so
// ffprobe's score has to be higher.
var raw = []string{"h264", "hevc", "m4v", "mpegvideo", "vc1", "obu"}

const (
	minScore  = 2  // ffprobe's lowest is 1: by the name of the file
	sureScore = 25 // of 100
)

var mediaTypes = map[string]string{
	"avi": "video/x-msvideo", "matroska": "video/x-matroska", "asf": "video/x-ms-asf", "flv": "video/x-flv", "mov": "video/quicktime",
	"mpeg": "video/mpeg", "mpegvideo": "video/mpeg", "mpegts": "video/mp2t", "ogg": "video/ogg", "mxf": "application/mxf",
}

// guess lets ffprobe find the format.
func (t Tools) guess(ctx context.Context, path string) (probed, Format, error) {
	answer, err := t.ask(ctx, unknownInput(path), ErrNotVideo)
	if err != nil {
		return probed{}, Format{}, err
	}
	for _, demuxer := range guessed {
		if !slices.Contains(strings.Split(answer.Format.Name, ","), demuxer) {
			continue
		}
		if answer.Format.Score < minScore || slices.Contains(raw, demuxer) && answer.Format.Score < sureScore {
			break
		}
		format, err := formatOf(demuxer, path)
		return answer, format, err
	}
	return probed{}, Format{}, fmt.Errorf("%w (%s, %d)", ErrNotVideo, answer.Format.Name, answer.Format.Score)
}

func formatOf(demuxer, path string) (Format, error) {
	format := Format{Demuxer: demuxer, MediaType: mediaTypes[demuxer]}
	if format.MediaType == "" {
		format.MediaType = "application/octet-stream"
	}
	if demuxer != "mov" && demuxer != "avi" {
		return format, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return Format{}, err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return Format{}, err
	}
	if demuxer == "mov" {
		return format.walk(f, stat.Size()), nil
	}
	format.CutOff = aviCutOff(f, stat.Size())
	return format, nil
}
