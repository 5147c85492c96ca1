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

// slowly is a source of five pictures a second.
func slowly(size, seconds string) string {
	return "-f lavfi -i testsrc2=s=" + size + ":r=5:d=" + seconds + " -f lavfi -i sine=f=440:r=16000:d=" + seconds + " "
}

const hevc = " -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p -c:a aac "

// R12: what a phone cannot play is seen soon: its first and last 20 s, or all
// of it, with sound.
func TestR12AQuickPreviewShowsBeginningAndEnd(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, args string
		want       time.Duration // 0: none is made
		audio      bool
	}{
		{"a long HEVC clip", slowly("160x90", "60") + hevc, 40 * time.Second, true},
		{"a short one", source("320x180", "12") + hevc, 12 * time.Second, true},
		{"a long one without sound", slowly("160x90", "60") + "-an " + hevc, 40 * time.Second, false},
		{"an odd size, upright", slowly("91x161", "50") + " -c:v mpeg4 -c:a mp3 ", 40 * time.Second, true},
		{"one that every phone plays", source("320x180", "12") + ffmpegtest.H264, 0, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
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
	t.Parallel()
	b := setUp(t, ffmpegtest.Make(t, "a.mkv", source("320x180", "5")+hevc), "", t.TempDir())
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
	t.Parallel()
	b := setUp(t, ffmpegtest.Write(t, "a.mp4", []byte("#EXTM3U")), "", t.TempDir())
	if err := b.Preview(t.Context(), previewJob); err != nil || b.store.previewed {
		t.Error(err)
	}
}
