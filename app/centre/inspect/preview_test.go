package inspect_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"kaodian/app/centre/jobs"
	"kaodian/media/ffmpeg"
	"kaodian/media/ffmpeg/ffmpegtest"
)

var previewJob = jobs.Job{ID: "job1", Kind: jobs.Preview, ClipID: "clip1", Tries: 1}

const hevc = " -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -c:a aac "

// R12: what a phone cannot play is seen soon: its first and last 20 s, or all
// of it, with sound.
func TestR12AQuickPreviewShowsBeginningAndEnd(t *testing.T) {
	cases := []struct {
		name, args string
		want       time.Duration // 0: none is made
		audio      bool
	}{
		{"a long HEVC clip", ffmpegtest.Source("160x90", "5", "60") + hevc, 40 * time.Second, true},
		{"a short one", ffmpegtest.Source("320x180", "10", "12") + hevc, 12 * time.Second, true},
		{"a long one without sound", ffmpegtest.Source("160x90", "5", "60") + "-an " + hevc, 40 * time.Second, false},
		{"an odd size, upright", ffmpegtest.Source("91x161", "5", "50") + " -c:v mpeg4 -c:a mp3 ", 40 * time.Second, true},
		{"one that every phone plays", ffmpegtest.Source("320x180", "10", "12") + ffmpegtest.H264, 0, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := setUp(t, ffmpegtest.Make(t, "a.mkv", c.args), "", t.TempDir())
			if c.want == 0 {
				b = setUp(t, ffmpegtest.Make(t, "a.mp4", c.args), "", t.TempDir())
			}
			if err := b.Preview(t.Context(), previewJob); err != nil {
				t.Fatal(err)
			}
			info, err := b.Tools.Probe(t.Context(), b.store.clip.Preview)
			if c.want == 0 {
				if b.store.previewed || !errors.Is(err, os.ErrNotExist) {
					t.Errorf("one was made: %v", err)
				}
				return
			}
			if err != nil || !b.store.previewed {
				t.Fatalf("%+v, %v", info, err)
			}
			if (info.Duration-c.want).Abs() > time.Second || (info.Audio != nil) != c.audio {
				t.Errorf("%s, sound %v", info.Duration, info.Audio)
			}
			if ffmpeg.PlanRendition(info).Needed {
				t.Errorf("not every phone plays it: %+v", info)
			}
		})
	}
}

func TestAPreviewOfAClipThatGoesAwayLeavesNothing(t *testing.T) {
	b := setUp(t, ffmpegtest.Make(t, "a.mkv", ffmpegtest.Source("320x180", "10", "5")+hevc), "", t.TempDir())
	b.store.vanish = true
	if err := b.Preview(t.Context(), previewJob); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(b.Previews)
	if err != nil || len(entries) > 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestAPreviewOfNoVideoIsTheExaminationsToSay(t *testing.T) {
	b := setUp(t, ffmpegtest.Write(t, "a.mp4", []byte("#EXTM3U")), "", t.TempDir())
	if err := b.Preview(t.Context(), previewJob); err != nil || b.store.previewed {
		t.Error(err)
	}
}
