package ffmpeg_test

import (
	"bytes"
	"encoding/binary"
	"image"
	_ "image/png"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kaodian/media/ffmpeg"
	"kaodian/media/ffmpeg/ffmpegtest"
)

const (
	still = "-f lavfi -i color=red:s=640x360:r=1:d=1 "
	clip  = "-f lavfi -i testsrc2=s=320x180:r=30:d=3 "
	hush  = "-f lavfi -i anullsrc=r=44100:d=3 "
	tune  = "-f lavfi -i sine=f=440:r=44100:d=3 "
	quick = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac "
)

// A file may hold several pictures and sounds: one choice holds for what is
// examined, rendered and previewed.
func TestTheClipIsChosenAmongSeveralTracks(t *testing.T) {
	cases := []struct {
		name, file, args string
		video, audio     int // indexes; −1: none
	}{
		{"a still that says nothing of itself comes first", "a.mp4", still + clip + tune + "-map 0 -map 1 -map 2 -c:v:0 mjpeg -c:v:1 libx264 -preset ultrafast -c:a aac", 1, 2},
		{"the still comes second", "a.mp4", clip + still + tune + "-map 0 -map 1 -map 2 -c:v:0 libx264 -preset ultrafast -c:v:1 mjpeg -c:a aac", 0, 2},
		{"a cover comes first", "a.mkv", still + clip + tune + "-map 0 -map 1 -map 2 -c:v:0 mjpeg -c:v:1 libx264 -preset ultrafast -c:a aac -disposition:v:0 attached_pic", 1, 2},
		{"a slide show comes first", "a.mkv", "-f lavfi -i testsrc2=s=640x360:r=1:d=3 " + clip + tune + "-map 0 -map 1 -map 2 " + quick, 1, 2},
		{"small pictures for the fast forward come first", "a.mp4", "-f lavfi -i testsrc2=s=64x36:r=30:d=3 " + clip + tune + "-map 0 -map 1 -map 2 " + quick, 1, 2},
		{"of two clips alike the first", "a.mkv", clip + clip + tune + "-map 0 -map 1 -map 2 " + quick + "-disposition:v:0 default -disposition:v:1 default", 0, 2},
		{"of two clips alike the one that the file prefers", "a.mkv", clip + clip + tune + "-map 0 -map 1 -map 2 " + quick + "-disposition:v:0 0 -disposition:v:1 default", 1, 2},
		{"a picture of no supported codec comes first", "a.mkv", clip + clip + tune + "-map 0 -map 1 -map 2 -c:v:0 ffv1 -c:v:1 libx264 -preset ultrafast -c:a aac", 1, 2},
		{"a silent sound comes first", "a.mp4", clip + hush + tune + "-map 0 -map 1 -map 2 " + quick, 0, 2},
		{"a silent sound comes first and is the one that the file prefers", "a.mkv", clip + hush + tune + "-map 0 -map 1 -map 2 " + quick + "-disposition:a:0 default -disposition:a:1 0", 0, 2},
		{"of two sounds that are heard the one that the file prefers", "a.mkv", clip + tune + tune + "-map 0 -map 1 -map 2 " + quick + "-disposition:a:0 0 -disposition:a:1 default", 0, 2},
		{"of silent sounds the first", "a.mp4", clip + hush + hush + "-map 0 -map 1 -map 2 " + quick, 0, 1},
		{"the sound comes first", "a.mkv", tune + clip + "-map 0 -map 1 " + quick, 1, 0},
		{"a time code beside it", "a.mov", clip + tune + quick + "-timecode 01:00:00:00", 0, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := ffmpegtest.Make(t, c.file, c.args)
			info := probe(t, path)
			if info.Video.Index != c.video || info.Audio == nil || info.Audio.Index != c.audio {
				t.Fatalf("picture %d and sound %+v, want %d and %d", info.Video.Index, info.Audio, c.video, c.audio)
			}
			expectSame(t, path, info)
		})
	}
}

// expectSame wants pass, rendition and preview to be of the chosen tracks.
func expectSame(t *testing.T, path string, info ffmpeg.Info) {
	t.Helper()
	tools := ffmpegtest.Tools(t)
	s := &seen{}
	if err := tools.ReadPass(t.Context(), path, info, false, s.pass()); err != nil || len(s.motion) < 40 {
		t.Errorf("%d pictures of the motion, %v", len(s.motion), err)
	}
	plan := ffmpeg.PlanRendition(info)
	if info.Others && !plan.Needed {
		t.Error("a player may choose other tracks, and no rendition is made")
	}
	for name, make := range map[string]func(out string) error{
		"rendition": func(out string) error { return tools.Render(t.Context(), path, info, plan, out) },
		"preview":   func(out string) error { return tools.Preview(t.Context(), path, info, out) },
	} {
		out := filepath.Join(t.TempDir(), "out.mp4")
		if err := make(out); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		made := probe(t, out)
		if made.Video.Width != 320 || made.Video.Height != 180 || (made.Duration-3*time.Second).Abs() > 200*time.Millisecond || len(made.Streams) != 2 {
			t.Errorf("%s: %d×%d for %s, %v", name, made.Video.Width, made.Video.Height, made.Duration, made.Streams)
		}
		if heard := new(seen); tools.ReadPass(t.Context(), out, made, true, heard.pass()) != nil || heard.sound == 0 {
			t.Errorf("%s: no sound", name)
		}
	}
}

// A sound that cannot be decoded is none that is missing.
func TestASoundThatCannotBeDecodedIsNamed(t *testing.T) {
	good := ffmpegtest.Make(t, "a.mov", clip+tune+quick+"-c:a pcm_s16le")
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, path, codec, unheard string }{
		{"one that few know", ffmpegtest.Make(t, "a.avi", clip+tune+"-c:v mjpeg -c:a adpcm_yamaha"), "adpcm_yamaha", ""},
		{"DTS", ffmpegtest.Make(t, "a.mkv", clip+tune+quick+"-c:a dca -strict -2"), "dts", ""},
		{"one that nobody knows", ffmpegtest.Write(t, "a.mov", bytes.Replace(data, []byte("sowt"), []byte("zzzz"), 1)), "", "unknown"},
		{"none", ffmpegtest.Make(t, "a.mp4", clip+"-an "+quick), "", ""},
	}
	for _, c := range cases {
		info, codec := probe(t, c.path), ""
		if info.Audio != nil {
			codec = info.Audio.Codec
		}
		if codec != c.codec || info.Unheard != c.unheard {
			t.Errorf("%s: sound %q, not to be heard %q", c.name, codec, info.Unheard)
		}
	}
}

// boxed puts boxes at the end of the box that the path leads to, whose parents
// grow; the media stand before them.
func boxed(t *testing.T, file string, path []string, boxes ...[]byte) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	added := bytes.Join(boxes, nil)
	from, end := 0, 0
	for i, kind := range path {
		at := from + bytes.Index(data[from:], []byte(kind)) - 4
		if i == 0 {
			at = bytes.LastIndex(data, []byte(kind)) - 4
		}
		size := int(binary.BigEndian.Uint32(data[at:]))
		binary.BigEndian.PutUint32(data[at:], uint32(size+len(added)))
		from, end = at+8, at+size
	}
	return ffmpegtest.Write(t, "a.mp4", bytes.Join([][]byte{data[:end], added, data[end:]}, nil))
}

func box(kind string, content ...byte) []byte {
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(content)+8)), kind...), content...)
}

// turnedBy writes a display matrix into the first track's head or the movie's.
func turnedBy(t *testing.T, file, head string, a, b, c, d float64) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	moov := bytes.LastIndex(data, []byte("moov"))
	at := moov + bytes.Index(data[moov:], []byte(head)) + map[string]int{"tkhd": 44, "mvhd": 40}[head] // of version 0
	for i, v := range []float64{a, b, 0, c, d} {
		binary.BigEndian.PutUint32(data[at+4*i:], uint32(int32(math.Round(v*65536))))
	}
	return ffmpegtest.Write(t, "a.mp4", data)
}

func TestWhatIsTurnedByTheContainerIsShownSo(t *testing.T) {
	flat := ffmpegtest.Make(t, "a.mp4", ffmpegtest.Source("320x180", "30", "1")+ffmpegtest.H264)
	track := func(a, b, c, d float64) string { return turnedBy(t, flat, "tkhd", a, b, c, d) }
	upright := track(0, 1, -1, 0)
	// HDR10's colours, a stereo picture and a sphere stand after the matrix.
	entry := []string{"moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1"}
	hdr10 := [][]byte{box("mdcv", make([]byte, 24)...), box("clli", 3, 232, 1, 144)}
	stereo := [][]byte{box("st3d", 0, 0, 0, 0, 1)}
	sphere := [][]byte{box("sv3d", append(box("svhd", 0, 0, 0, 0, 'x', 0),
		box("proj", append(box("prhd", make([]byte, 16)...), box("equi", make([]byte, 20)...)...)...)...)...)}
	cases := []struct {
		name          string
		path          string
		width, height int
		rotation      int
		askew         bool
	}{
		{"not turned", flat, 320, 180, 0, false},
		{"by 90°, as phones do", upright, 180, 320, 270, false},
		{"by 90°, and HDR10", boxed(t, upright, entry, hdr10...), 180, 320, 270, false},
		{"by 90°, and stereo", boxed(t, upright, entry, stereo...), 180, 320, 270, false},
		{"by 90°, and a sphere", boxed(t, upright, entry, sphere...), 180, 320, 270, false},
		{"by 270°", track(0, -1, 1, 0), 180, 320, 90, false},
		{"by 180°", track(-1, 0, 0, -1), 320, 180, 180, false},
		{"HDR10, not turned", boxed(t, flat, entry, hdr10...), 320, 180, 0, false},
		{"by the movie's head", turnedBy(t, flat, "mvhd", 0, 1, -1, 0), 180, 320, 270, false},
		{"mirrored", track(-1, 0, 0, 1), 320, 180, 180, true},
		{"upside down and mirrored", track(1, 0, 0, -1), 320, 180, 0, true},
		{"by 90° and mirrored", track(0, 1, 1, 0), 180, 320, 270, true},
		{"by 45°", track(math.Sqrt2/2, math.Sqrt2/2, -math.Sqrt2/2, math.Sqrt2/2), 320, 180, 0, true},
		{"by 89.7°", track(0.005, 1, -1, 0.005), 180, 320, 270, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			info := probe(t, c.path)
			v := info.Video
			if v.Width != c.width || v.Height != c.height || v.Askew != c.askew || !c.askew && v.Rotation != c.rotation {
				t.Errorf("shown as %d×%d, turned by %d, askew %v", v.Width, v.Height, v.Rotation, v.Askew)
			}
			s := look(t, c.path, true)
			picture, _, err := image.DecodeConfig(bytes.NewReader(s.stills[0].JPEG))
			if err != nil || picture.Width != c.width || picture.Height != c.height {
				t.Errorf("the stills are %d×%d, %v", picture.Width, picture.Height, err)
			}
			plan := ffmpeg.PlanRendition(info)
			if plan.CopyVideo == c.askew {
				t.Errorf("askew %v, and the plan is %+v", c.askew, plan)
			}
			if !c.askew {
				return
			}
			out := filepath.Join(t.TempDir(), "out.mp4")
			if err := ffmpegtest.Tools(t).Render(t.Context(), c.path, info, plan, out); err != nil {
				t.Fatal(err)
			}
			if made := probe(t, out).Video; made.Width != c.width || made.Height != c.height || made.Rotation != 0 || made.Askew {
				t.Errorf("the rendition is %d×%d, turned by %d, askew %v", made.Width, made.Height, made.Rotation, made.Askew)
			}
		})
	}
}
