package ffmpeg_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/media/ffmpeg"
	"kaodian/media/ffmpeg/ffmpegtest"
)

func probe(t *testing.T, path string) ffmpeg.Info {
	t.Helper()
	info, err := ffmpegtest.Tools(t).Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestProbeTellsWhatAClipIs(t *testing.T) {
	tools := ffmpegtest.Tools(t)
	const small = "320x180"
	source := ffmpegtest.Source(small, "30", "2")
	cases := []struct {
		name, file, args string
		mediaType        string
		video, audio     string
		width, height    int
		rate             float64
		timed            bool
	}{
		{"H.264 in MP4", "a.mp4", source + ffmpegtest.H264, "video/mp4", "h264", "aac", 320, 180, 30, true},
		{"HEVC in MOV", "a.mov", source + "-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1 -c:a aac", "video/quicktime", "hevc", "aac", 320, 180, 30, true},
		{"motion JPEG in AVI", "a.avi", source + "-c:v mjpeg -c:a pcm_s16le", "video/x-msvideo", "mjpeg", "pcm_s16le", 320, 180, 30, true},
		{"3GP", "a.3gp", source + "-s 176x144 -c:v h263 -c:a aac", "video/3gpp", "h263", "aac", 256, 144, 29.97, true},
		{"WebM", "a.webm", source + "-c:v libvpx -deadline realtime -c:a libopus", "video/webm", "vp8", "opus", 320, 180, 30, true},
		{"WebM as a browser streams it, without length", "a.webm", source + "-c:v libvpx -deadline realtime -c:a libopus -f webm -live 1", "video/webm", "vp8", "opus", 320, 180, 30, false},
		{"Matroska", "a.mkv", source + ffmpegtest.H264, "video/x-matroska", "h264", "aac", 320, 180, 30, true},
		{"MPEG transport stream", "a.ts", source + ffmpegtest.H264, "video/mp2t", "h264", "aac", 320, 180, 30, true},
		{"oblong pixels", "a.mp4", source + "-vf setsar=2/1 " + ffmpegtest.H264, "video/mp4", "h264", "aac", 640, 180, 30, true},
		{"60 frames a second", "a.mp4", ffmpegtest.Source(small, "60", "2") + ffmpegtest.H264, "video/mp4", "h264", "aac", 320, 180, 60, true},
		{"no sound", "a.mp4", source + "-an " + ffmpegtest.H264, "video/mp4", "h264", "", 320, 180, 30, true},
		{"a fragmented MP4", "a.mp4", source + ffmpegtest.H264 + "-movflags frag_keyframe+empty_moov+default_base_moof", "video/mp4", "h264", "aac", 320, 180, 30, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			info, err := tools.Probe(t.Context(), ffmpegtest.Make(t, c.file, c.args))
			if err != nil {
				t.Fatal(err)
			}
			audio := ""
			if info.Audio != nil {
				audio = info.Audio.Codec
			}
			if info.Format.MediaType != c.mediaType || info.Video.Codec != c.video || audio != c.audio {
				t.Errorf("it is %s with %s and %q", info.Format.MediaType, info.Video.Codec, audio)
			}
			if info.Video.Width != c.width || info.Video.Height != c.height {
				t.Errorf("it is shown as %d×%d, want %d×%d", info.Video.Width, info.Video.Height, c.width, c.height)
			}
			if math.Abs(info.Video.FrameRate-c.rate) > 0.5 || (info.Duration-2*time.Second).Abs() > 150*time.Millisecond {
				t.Errorf("%.2f frames a second for %s", info.Video.FrameRate, info.Duration)
			}
			if info.Timed != c.timed || info.Format.CutOff {
				t.Errorf("timed %v, cut off %v", info.Timed, info.Format.CutOff)
			}
		})
	}
}

func TestAPhoneHeldUprightIsShownUpright(t *testing.T) {
	path := ffmpegtest.Upright(t, ffmpegtest.Make(t, "a.mp4", ffmpegtest.Source("320x180", "30", "1")+ffmpegtest.H264))
	if v := probe(t, path).Video; v.Width != 180 || v.Height != 320 || v.Rotation != 90 {
		t.Errorf("shown as %d×%d, turned by %d", v.Width, v.Height, v.Rotation)
	}
}

func TestProbeReadsWhenAndByWhatAClipWasMade(t *testing.T) {
	info := probe(t, ffmpegtest.Make(t, "a.mp4", ffmpegtest.Source("64x64", "10", "1")+ffmpegtest.H264+
		"-metadata creation_time=2026-05-04T03:02:01Z"))
	if want := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC); !info.CreatedAt.Equal(want) {
		t.Errorf("made at %s, want %s", info.CreatedAt, want)
	}
	if !strings.HasPrefix(info.WrittenBy, "Lavf") {
		t.Errorf("written by %q", info.WrittenBy)
	}
}

// R11: the name and the declared type count for nothing.
func TestAWrongNameDoesNotMatter(t *testing.T) {
	avi := ffmpegtest.Make(t, "a.avi", ffmpegtest.Source("64x64", "10", "1")+"-c:v mjpeg -c:a pcm_s16le")
	renamed := filepath.Join(t.TempDir(), "clip.mp4")
	if err := os.Rename(avi, renamed); err != nil {
		t.Fatal(err)
	}
	if info := probe(t, renamed); info.Format.Demuxer != "avi" {
		t.Errorf("read as %s", info.Format.Demuxer)
	}
}

func TestWhatIsNoClipIsRefusedByKind(t *testing.T) {
	tools := ffmpegtest.Tools(t)
	good := ffmpegtest.Make(t, "a.mp4", ffmpegtest.Source("320x180", "30", "2")+ffmpegtest.H264)
	front := ffmpegtest.Make(t, "f.mp4", ffmpegtest.Source("320x180", "30", "2")+ffmpegtest.H264+"-movflags +faststart")
	secret := ffmpegtest.Write(t, "secret.txt", []byte("a secret of the machine\n"))
	noise := make([]byte, 1<<20)
	_, _ = rand.Read(noise)
	write := func(text string) string { return ffmpegtest.Write(t, "clip.mp4", []byte(text)) }
	picture := ffmpegtest.Make(t, "p.jpg", "-f lavfi -i testsrc2=s=640x360:d=1 -frames:v 1")
	cases := []struct {
		name, path string
		want       error
	}{
		{"an empty file", write(""), ffmpeg.ErrEmpty},
		{"one byte", write("x"), ffmpeg.ErrNotVideo},
		{"noise", ffmpegtest.Write(t, "clip.mp4", noise), ffmpeg.ErrNotVideo},
		{"noise that begins like an MP4", write("\x00\x00\x00\x18ftypisom" + string(noise)), ffmpeg.ErrCutOff},
		{"a playlist", write("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" + secret + "\n"), ffmpeg.ErrNotVideo},
		{"a concat script", write("ffconcat version 1.0\nfile '" + secret + "'\n"), ffmpeg.ErrNotVideo},
		{"an SVG picture", write(`<svg xmlns="http://www.w3.org/2000/svg"><image href="` + secret + `"/></svg>`), ffmpeg.ErrNotVideo},
		{"a web page", write("<!doctype html><video src=x>"), ffmpeg.ErrNotVideo},
		{"subtitles", write("1\n00:00:01,000 --> 00:00:02,000\nhello\n"), ffmpeg.ErrNotVideo},
		{"a picture", picture, ffmpeg.ErrNotVideo},
		{"a phone's HEIC picture", write("\x00\x00\x00\x18ftypheic" + string(noise[:4096])), ffmpeg.ErrNotVideo},
		{"sound only", ffmpegtest.Make(t, "s.mp4", "-f lavfi -i sine=d=1 -c:a aac"), ffmpeg.ErrNotVideo},
		{"cut off, its index at the end", ffmpegtest.Cut(t, good, 0.5), ffmpeg.ErrCutOff},
		{"cut off in the index in front", ffmpegtest.Cut(t, front, 0.005), ffmpeg.ErrCutOff},
		{"a codec that is not supported", ffmpegtest.Make(t, "u.avi", "-f lavfi -i testsrc2=s=64x64:r=10:d=1 -c:v snow -strict -2"), ffmpeg.ErrUnsupported},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := tools.Probe(t.Context(), c.path); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestAClipThatEndsEarlyIsStillReadWhereItCan(t *testing.T) {
	for _, file := range []string{"a.mp4", "a.avi", "a.mkv"} {
		args := ffmpegtest.Source("320x180", "30", "4") + ffmpegtest.H264 + "-movflags +faststart"
		if file != "a.mp4" {
			args = ffmpegtest.Source("320x180", "30", "4") + "-c:v mjpeg -c:a pcm_s16le"
		}
		cut := ffmpegtest.Cut(t, ffmpegtest.Make(t, file, args), 0.6)
		if info := probe(t, cut); !info.Format.CutOff {
			t.Errorf("%s: nobody noticed that it ends early", file)
		}
	}
}

// Cut at every tenth, no container makes a tool crash or hang.
func TestACutAnywhereIsAnswered(t *testing.T) {
	tools := ffmpegtest.Tools(t)
	source := ffmpegtest.Source("160x90", "30", "2")
	for file, codecs := range map[string]string{
		"a.mp4": ffmpegtest.H264, "f.mp4": ffmpegtest.H264 + "-movflags +faststart", "a.mov": ffmpegtest.H264,
		"a.avi": "-c:v mjpeg -c:a pcm_s16le", "a.webm": "-c:v libvpx -deadline realtime -c:a libopus", "a.ts": ffmpegtest.H264,
	} {
		path := ffmpegtest.Make(t, file, source+codecs)
		step := 4
		if os.Getenv("KAODIAN_SOAK") != "" {
			step = 1
		}
		for tenth := 1; tenth < 10; tenth += step {
			path, seen := ffmpegtest.Cut(t, path, float64(tenth)/10), new(seen)
			info, err := tools.Probe(t.Context(), path)
			if err == nil {
				err = tools.ReadPass(t.Context(), path, info, tenth%2 == 1, seen.pass())
			}
			known := errors.Is(err, ffmpeg.ErrCutOff) || errors.Is(err, ffmpeg.ErrNotVideo) || errors.Is(err, ffmpeg.ErrNotExamined)
			if err != nil && !known {
				t.Errorf("%s cut at %d/10: %v", file, tenth, err)
			}
		}
	}
}

func TestOurOwnStopIsToldApart(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := ffmpegtest.Tools(t).Probe(ctx, ffmpegtest.Clip(t, "1"))
	if !errors.Is(err, context.Canceled) || errors.Is(err, ffmpeg.ErrNotExamined) {
		t.Errorf("got %v", err)
	}
}

func TestRenditionsArePlayable(t *testing.T) {
	tools := ffmpegtest.Tools(t)
	source := ffmpegtest.Source("320x180", "30", "2")
	cases := []struct {
		name, file, args string
		plan             ffmpeg.Plan
		width, height    int
	}{
		{"MP4 with H.264 and AAC stays", "a.mp4", source + ffmpegtest.H264, ffmpeg.Plan{CopyVideo: true, CopyAudio: true}, 320, 180},
		{"MOV with H.264 and AAC is remuxed", "a.mov", source + ffmpegtest.H264, ffmpeg.Plan{Needed: true, CopyVideo: true, CopyAudio: true}, 320, 180},
		{"HEVC is transcoded, its sound kept", "a.mov", source + "-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1 -c:a aac", ffmpeg.Plan{Needed: true, CopyAudio: true}, 320, 180},
		{"HEVC in an MP4 too", "a.mp4", source + "-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1 -c:a aac", ffmpeg.Plan{Needed: true, CopyAudio: true}, 320, 180},
		{"AVI is transcoded", "a.avi", source + "-c:v mjpeg -c:a pcm_s16le", ffmpeg.Plan{Needed: true}, 320, 180},
		{"a browser's Matroska keeps its picture", "a.mkv", source + "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a libopus", ffmpeg.Plan{Needed: true, CopyVideo: true}, 320, 180},
		{"R23: the page's recorder on an iPhone (a fragmented MP4 without index) is remuxed", "a.mp4", source + ffmpegtest.H264 + "-movflags frag_keyframe+empty_moov+default_base_moof+skip_trailer", ffmpeg.Plan{Needed: true, CopyVideo: true, CopyAudio: true}, 320, 180},
		{"R23: the page's recorder on an Android (a WebM without length or index) is transcoded", "a.webm", source + "-c:v libvpx -deadline realtime -c:a libopus -f webm -live 1", ffmpeg.Plan{Needed: true}, 320, 180},
		{"10 bits are transcoded", "a.mp4", source + "-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le -c:a aac", ffmpeg.Plan{Needed: true, CopyAudio: true}, 320, 180},
		{"1080p becomes 720p", "a.mov", ffmpegtest.Source("1920x1080", "60", "2") + "-c:v mpeg4 -c:a aac", ffmpeg.Plan{Needed: true, CopyAudio: true}, 1280, 720},
		{"upright 1080p becomes upright 720p", "a.mov", ffmpegtest.Source("1080x1920", "30", "2") + "-c:v mpeg4 -c:a aac", ffmpeg.Plan{Needed: true, CopyAudio: true}, 720, 1280},
		{"odd sides and oblong pixels become even and square", "a.avi", source + "-vf scale=321:181,setsar=2/1 -c:v mjpeg -c:a pcm_s16le", ffmpeg.Plan{Needed: true}, 642, 180},
		{"a clip without sound", "a.avi", source + "-an -c:v mjpeg", ffmpeg.Plan{Needed: true, CopyAudio: true}, 320, 180},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := ffmpegtest.Make(t, c.file, c.args)
			info := probe(t, path)
			plan := ffmpeg.PlanRendition(info)
			if plan != c.plan {
				t.Fatalf("plan %+v, want %+v", plan, c.plan)
			}
			if !plan.Needed {
				return
			}
			out := filepath.Join(t.TempDir(), "out.mp4.part")
			if err := tools.Render(t.Context(), path, info, plan, out); err != nil {
				t.Fatal(err)
			}
			made := probe(t, out)
			if p := ffmpeg.PlanRendition(made); p.Needed {
				t.Errorf("the rendition needs a rendition: %+v %+v", p, made)
			}
			if made.Video.Width != c.width || made.Video.Height != c.height || made.Video.FrameRate > 31 {
				t.Errorf("%d×%d at %.1f, want %d×%d", made.Video.Width, made.Video.Height, made.Video.FrameRate, c.width, c.height)
			}
			if (made.Duration-info.Duration).Abs() > 150*time.Millisecond || (made.Audio == nil) != (info.Audio == nil) {
				t.Errorf("%s of %s, sound %v", made.Duration, info.Duration, made.Audio)
			}
			expectFastStart(t, out)
		})
	}
}

// expectFastStart wants the index before the data, so that a player need not
// fetch the end first.
func expectFastStart(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if index, media := bytes.Index(data, []byte("moov")), bytes.Index(data, []byte("mdat")); index < 0 || index > media {
		t.Errorf("index at %d, data at %d", index, media)
	}
}

func TestARemuxedClipStaysUpright(t *testing.T) {
	path := ffmpegtest.Upright(t, ffmpegtest.Make(t, "a.mov", ffmpegtest.Source("320x180", "30", "1")+ffmpegtest.H264))
	info := probe(t, path)
	out := filepath.Join(t.TempDir(), "out.mp4")
	if err := ffmpegtest.Tools(t).Render(t.Context(), path, info, ffmpeg.PlanRendition(info), out); err != nil {
		t.Fatal(err)
	}
	if v := probe(t, out).Video; v.Width != 180 || v.Height != 320 {
		t.Errorf("shown as %d×%d", v.Width, v.Height)
	}
}

func TestARenditionLeavesThePlaceBehind(t *testing.T) {
	path := ffmpegtest.Make(t, "a.mov", ffmpegtest.Source("64x64", "10", "1")+ffmpegtest.H264+
		"-metadata location=+31.23+121.47/ -metadata creation_time=2026-05-04T03:02:01Z -movflags use_metadata_tags")
	info := probe(t, path)
	out := filepath.Join(t.TempDir(), "out.mp4")
	if err := ffmpegtest.Tools(t).Render(t.Context(), path, info, ffmpeg.PlanRendition(info), out); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(out)
	if bytes.Contains(data, []byte("+31.23")) || !probe(t, out).CreatedAt.IsZero() {
		t.Error("place or time of the recording is in the rendition")
	}
}
