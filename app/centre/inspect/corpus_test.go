package inspect_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/exam"
	"kaodian/media/ffmpeg/ffmpegtest"
)

// What phones, cameras and mischief send, made by ffmpeg here and named .mp4,
// whatever it is.
type strange struct {
	name  string
	args  string // of ffmpeg; the container is the extension of file
	file  string
	note  exam.Note // of the finding «readable»; "" for one that can be examined
	often bool      // also in the short run
}

const (
	small     = "-f lavfi -i testsrc2=s=160x90:r=10:d=2 "
	tone      = "-f lavfi -i sine=d=2 "
	quickH264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p "
)

// containers that may hold each picture and sound codec.
func ordinary() []strange {
	pictures := map[string]string{
		"h264": quickH264, "hevc": "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p ",
		"mpeg4": "-c:v mpeg4 ", "mjpeg": "-c:v mjpeg -pix_fmt yuvj420p ", "vp8": "-c:v libvpx -deadline realtime -cpu-used 8 ",
		"vp9": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 ", "mpeg2video": "-c:v mpeg2video -r 25 ", "h263": "-c:v h263 -s 176x144 ",
	}
	holds := map[string][]string{
		"mp4": {"h264", "hevc", "mpeg4", "mjpeg", "vp9", "mpeg2video"}, "mov": {"h264", "hevc", "mpeg4", "mjpeg"},
		"mkv": {"h264", "hevc", "mpeg4", "mjpeg", "vp8", "vp9", "mpeg2video"}, "avi": {"h264", "mpeg4", "mjpeg", "mpeg2video"},
		"webm": {"vp8", "vp9"}, "3gp": {"h264", "h263", "mpeg4"}, "ts": {"h264", "hevc", "mpeg2video"}, "m4v": {"h264"},
	}
	sounds := map[string]string{"webm": "-c:a libopus ", "avi": "-c:a pcm_s16le ", "ts": "-c:a mp2 ", "3gp": "-c:a aac "}
	var list []strange
	for _, container := range slices.Sorted(func(yield func(string) bool) {
		for name := range holds {
			if !yield(name) {
				return
			}
		}
	}) {
		sound, ok := sounds[container]
		if !ok {
			sound = "-c:a aac "
		}
		for i, codec := range holds[container] {
			list = append(list, strange{name: codec + " in " + container, args: small + tone + pictures[codec] + sound, file: "a." + container, often: i == len(container)%2})
		}
	}
	return list
}

func odd() []strange {
	long := "-f lavfi -i color=gray:s=64x36:r=1:d=3600 -f lavfi -i anullsrc=d=3600 "
	return []strange{
		{"upright by its matrix", small + tone + quickH264 + "-c:a aac -metadata:s:v:0 rotate=90 ", "a.mp4", "", false},
		{"a variable frame rate", "-f lavfi -i testsrc2=s=160x90:r=30:d=3,select='not(mod(n\\,3))+gt(n\\,45)' " + tone + quickH264 + "-vsync vfr -c:a aac ", "a.mp4", "", true},
		{"no sound", small + quickH264, "a.mp4", "", true},
		{"two pictures at once", small + "-f lavfi -i color=red:s=64x64:r=10:d=2 " + tone + "-map 0 -map 1 -map 2 " + quickH264 + "-c:a aac ", "a.mkv", "", true},
		{"subtitles beside it", small + tone + quickH264 + "-c:a aac -metadata title=x ", "a.mkv", "", false},
		{"8K", "-f lavfi -i color=gray:s=7680x4320:r=5:d=0.4 " + quickH264, "a.mp4", "", false},
		{"one pixel", "-f rawvideo -pix_fmt gray -s 1x1 -r 5 -i /dev/zero -frames:v 10 -c:v mjpeg -pix_fmt yuvj444p ", "a.avi", "", true},
		{"two pixels", "-f lavfi -i color=gray:s=2x2:r=5:d=2 " + quickH264, "a.mp4", "", false},
		{"an hour", long + quickH264 + "-c:a aac -b:a 8k ", "a.mp4", "", false},
		{"sound only", tone + "-c:a aac ", "a.m4a", exam.NoteNotAVideo, true},
		{"a single picture", "-f lavfi -i testsrc2=s=160x90:d=1 -frames:v 1 ", "a.png", exam.NoteNotAVideo, true},
		{"a picture as a video", "-f lavfi -i testsrc2=s=160x90:r=1:d=1 -frames:v 1 " + quickH264, "a.mp4", "", false},
		{"a moving GIF", "-f lavfi -i testsrc2=s=64x36:r=5:d=1 ", "a.gif", exam.NoteNotAVideo, true},
		{"raw H.264, which ffprobe knows too (R11)", small + quickH264, "a.h264", "", true},
		{"ten bits", small + tone + "-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le -c:a aac ", "a.mp4", "", false},
		{"4:4:4", small + tone + "-c:v libx264 -preset ultrafast -pix_fmt yuv444p -c:a aac ", "a.mp4", "", false},
	}
}

// Every strange file gets its verdict in time, and the next one finds the
// centre as it was. All in `make soak`, a share here.
func TestStrangeFilesGetAVerdictInTime(t *testing.T) {
	t.Parallel()
	soak := os.Getenv("KAODIAN_SOAK") != ""
	counts, slowest := map[string]int{}, time.Duration(0)
	for _, s := range append(ordinary(), odd()...) {
		if !soak && !s.often {
			continue
		}
		path := ffmpegtest.Make(t, s.file, s.args)
		if filepath.Ext(path) != ".mp4" {
			renamed := path + ".mp4"
			if err := os.Rename(path, renamed); err != nil {
				t.Fatal(err)
			}
			path = renamed
		}
		b := setUp(t, path, "", t.TempDir())
		b.store.clip.Consent = exam.ConsentDeclined
		began := time.Now()
		err := errors.Join(b.Preview(t.Context(), previewJob), b.Inspect(t.Context(), job))
		took := time.Since(began)
		slowest = max(slowest, took)
		if err != nil || b.store.recorded == nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		f := finding(t, *b.store.recorded, exam.KindReadable)
		verdict := fmt.Sprint(f.Verdict, " ", f.Note)
		counts[verdict]++
		if (f.Verdict == exam.Fail) != (s.note != "") || s.note != "" && f.Note != s.note {
			t.Errorf("%s: %s, want %q: %+v", s.name, verdict, s.note, f)
		}
		if took > time.Minute {
			t.Errorf("%s took %s", s.name, took)
		}
	}
	var told []string
	for verdict, n := range counts {
		told = append(told, fmt.Sprintf("%d %s", n, strings.TrimSpace(verdict)))
	}
	slices.Sort(told)
	t.Logf("verdicts: %s; the slowest took %s", strings.Join(told, ", "), slowest.Round(time.Millisecond))
}
