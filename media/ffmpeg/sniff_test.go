package ffmpeg_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/media/ffmpeg"
	"kaodian/media/ffmpeg/ffmpegtest"
)

// R11: whatever ffprobe finds, however it begins.
func TestR11_WhateverFFprobeFindsIsExamined(t *testing.T) {
	source := ffmpegtest.Source("160x90", "30", "3")
	made := func(name, codecs string) []byte {
		data, err := os.ReadFile(ffmpegtest.Make(t, name, source+codecs))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	mp4, ts := made("a.mp4", ffmpegtest.H264), made("a.ts", ffmpegtest.H264)
	avi := made("a.avi", "-c:v mjpeg -c:a pcm_s16le")
	ps := made("a.mpg", "-c:v mpeg2video -c:a mp2")
	junk := bytes.Repeat([]byte("junk of a hundred bytes "), 5)[:100]
	head := int(binary.BigEndian.Uint32(mp4))
	first := func(kind string) []byte { return slices.Concat(box(kind, make([]byte, head-8)...), mp4[head:]) }
	named := func(kind string) []byte { return slices.Concat(avi[:8], []byte(kind), avi[12:]) }
	cases := []struct {
		name    string
		data    []byte
		demuxer string
	}{
		{"a transport stream of a camcorder, with 192 bytes a packet", packets(ts, 4, 0), "mpegts"},
		{"the same, begun late", packets(ts, 4, 0)[77:], "mpegts"},
		{"a transport stream with 204 bytes a packet", packets(ts, 0, 16), "mpegts"},
		{"a transport stream that does not begin at a packet", ts[100:], "mpegts"},
		{"a transport stream after junk", slices.Concat(junk, ts), "mpegts"},
		{"a transport stream after 70,000 zero bytes", slices.Concat(make([]byte, 70_000), ts), "mpegts"},
		{"AVI by another name", named("AVI\x19"), "avi"},
		{"AVI by a third", named("AVIX"), "avi"},
		{"a program stream that begins late", ps[900:], "mpeg"},
		{"a program stream after junk", slices.Concat(junk, ps), "mpeg"},
		{"MP4 that begins with wide", first("wide"), "mov"},
		{"MP4 that begins with free", first("free"), "mov"},
		{"MP4 that begins with skip", first("skip"), "mov"},
		{"MP4 that begins with uuid", first("uuid"), "mov"},
		{"MP4 that begins with junk", first("junk"), "mov"},
		{"MP4 that begins with a picture", first("PICT"), "mov"},
		{"FLV", made("a.flv", "-c:v flv1 -c:a libmp3lame"), "flv"},
		{"Windows Media", made("a.wmv", "-c:v wmv2 -c:a wmav2"), "asf"},
		{"Ogg", made("a.ogv", "-c:v libtheora -c:a libvorbis"), "ogg"},
		{"MXF", made("a.mxf", "-c:v mpeg2video -c:a pcm_s16le -ar 48000"), "mxf"},
		{"DV", made("a.dv", "-s 720x576 -r 25 -pix_fmt yuv420p -c:v dvvideo -c:a pcm_s16le -ar 48000 -ac 2"), "dv"},
		{"ProRes", made("a.mov", "-c:v prores -c:a pcm_s16le"), "mov"},
		{"H.264 without a container", made("a.h264", "-an -c:v libx264 -pix_fmt yuv420p"), "h264"},
		{"MPEG-2 without a container", made("a.m2v", "-an -c:v mpeg2video"), "mpegvideo"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := ffmpegtest.Write(t, "clip.mp4", c.data)
			info := probe(t, path)
			if info.Format.Demuxer != c.demuxer || info.Format.CutOff {
				t.Errorf("read as %s, cut off %v", info.Format.Demuxer, info.Format.CutOff)
			}
			s := look(t, path, false)
			if got := len(s.motion); got < 30 {
				t.Errorf("%d pictures of the motion", got)
			}
		})
	}
}

// packets puts bytes before and after each packet of 188.
func packets(ts []byte, before, after int) []byte {
	var out []byte
	for packet := range slices.Chunk(ts, 188) {
		out = append(out, make([]byte, before)...)
		out = append(append(out, packet...), make([]byte, after)...)
	}
	return out
}

// What a camera or a program appends to a whole file is no part of the clip.
func TestWhatFollowsAWholeClipIsNoLoss(t *testing.T) {
	source := ffmpegtest.Source("160x90", "30", "2")
	files := map[string]string{
		"its index at the end":   ffmpegtest.Make(t, "a.mp4", source+ffmpegtest.H264),
		"its index in front":     ffmpegtest.Make(t, "a.mp4", source+ffmpegtest.H264+"-movflags +faststart"),
		"in fragments":           ffmpegtest.Make(t, "a.mp4", source+ffmpegtest.H264+"-movflags frag_keyframe+empty_moov+default_base_moof"),
		"AVI":                    ffmpegtest.Make(t, "a.avi", source+"-c:v mjpeg -c:a pcm_s16le"),
		"Matroska":               ffmpegtest.Make(t, "a.mkv", source+ffmpegtest.H264),
		"a whole transport file": ffmpegtest.Make(t, "a.ts", source+ffmpegtest.H264),
	}
	noise := []byte("\xf7\x11\x93\xc0\x55\x02\xfe\x8d")
	tails := map[string][]byte{
		"one byte": noise[:1], "three bytes": noise[:3], "eight": noise, "2,004": bytes.Repeat(noise, 251)[:2004],
		"zeros": make([]byte, 1001), "words": []byte("8db42d694ccc418790edff439fe026bf"),
		"a free box that is too long": slices.Concat([]byte{0, 9, 9, 9}, []byte("free"), make([]byte, 40)),
	}
	for name, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for tail, bytes := range tails {
			got := probe(t, ffmpegtest.Write(t, "a.mp4", slices.Concat(data, bytes)))
			if got.Format.CutOff || (got.Duration-2*time.Second).Abs() > 200*time.Millisecond {
				t.Errorf("%s and %s: cut off %v, %s", name, tail, got.Format.CutOff, got.Duration)
			}
		}
	}
}

// However much a file says of itself, it is examined.
func TestTagsOfAnyLengthAreNoHindrance(t *testing.T) {
	plain := ffmpegtest.Make(t, "a.mkv", ffmpegtest.Source("160x90", "30", "2")+ffmpegtest.H264)
	many := new(strings.Builder)
	many.WriteString(";FFMETADATA1\n")
	for i := range 500 {
		fmt.Fprintf(many, "key%d=%s\n", i, strings.Repeat("v", 10_000))
	}
	for i := range 500 {
		fmt.Fprintf(many, "[CHAPTER]\nTIMEBASE=1/1000\nSTART=%d\nEND=%d\ntitle=%s\n", 4*i, 4*i+4, strings.Repeat("c", 5_000))
	}
	cases := []struct{ name, file, meta string }{
		{"a comment of 1.5 MB", "a.mp4", ";FFMETADATA1\ncomment=" + strings.Repeat("x", 1_500_000)},
		{"a comment of 6 MB", "a.mkv", ";FFMETADATA1\ncomment=" + strings.Repeat("x", 6_000_000)},
		{"a program's name of 6 MB", "a.mkv", ";FFMETADATA1\nsoftware=" + strings.Repeat("x", 6_000_000)},
		{"many tags and chapters", "a.mkv", many.String()},
	}
	for _, c := range cases {
		meta := ffmpegtest.Write(t, "meta.txt", []byte(c.meta))
		path := ffmpegtest.Make(t, c.file, "-i "+plain+" -f ffmetadata -i "+meta+" -map 0 -map_metadata 1 -map_chapters 1 -c copy")
		if info := probe(t, path); info.Video.Codec != "h264" || info.Audio == nil || len([]rune(info.WrittenBy)) > 80 {
			t.Errorf("%s: %+v", c.name, info)
		}
	}
}

// What could name another file, or is made of pictures, stays refused whatever
// the format finder thinks of it.
func TestNoFormatOfOtherFilesIsGuessed(t *testing.T) {
	cases := map[string]string{
		"a playlist after blanks":   "\n\n#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.ts\n",
		"a script after a comment":  "ffconcat version 1.0\n# x\nfile 'a.ts'\n",
		"a session description":     "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5000 RTP/AVP 96\n",
		"a manifest":                `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"></MPD>`,
		"letters of G at each 188":  strings.Repeat("G"+strings.Repeat(".", 187), 3),
		"a text that is no video":   strings.Repeat("do re mi fa sol la si ", 500),
		"the beginning of a letter": "G",
	}
	for name, text := range cases {
		_, err := ffmpegtest.Tools(t).Probe(t.Context(), ffmpegtest.Write(t, "a.mp4", []byte(text)))
		if !errors.Is(err, ffmpeg.ErrNotVideo) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
