package measure

import (
	"errors"
	"slices"
	"testing"
	"time"

	"kaodian/app/base/shown"
	"kaodian/media/ffmpeg"
	"kaodian/media/ffmpeg/ffmpegtest"
)

var limits = Limits{Dark: 40, Bright: 220, Silent: -50, Scene: 0.6, Black: time.Second, Gap: 500 * time.Millisecond}

func clip(t *testing.T, path string) Result {
	t.Helper()
	r, err := Clip(t.Context(), ffmpegtest.Tools(t), path, limits)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestLightAndSoundAreMeasured(t *testing.T) {
	const tail = " -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 30 -c:a aac"
	cases := []struct {
		name, args         string
		minLuma, maxLuma   float64
		minPeak, maxPeak   float64
		silent, silentFrom time.Duration
	}{
		{"a plain clip", ffmpegtest.Source("320x180", "30", "3") + tail, 60, 200, -25, -10, 0, 0},
		{"a black one without a tone", "-f lavfi -i color=black:s=320x180:r=30:d=3 -f lavfi -i anullsrc=d=3" + tail, 0, 20, -120, -60, 3 * time.Second, 0},
		{"a white and loud one", "-f lavfi -i color=white:s=320x180:r=30:d=3 -f lavfi -i sine=d=3,volume=8" + tail, 230, 255, -3, 0.1, 0, 0},
		{"a pause in the middle", "-f lavfi -i color=gray:s=320x180:r=30:d=6 -f lavfi -i sine=d=6,volume=volume=0:enable='between(t,2,4)'" + tail, 100, 150, -25, -10, 2 * time.Second, 2 * time.Second},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := clip(t, ffmpegtest.Make(t, "a.mp4", c.args))
			if r.Light == nil || r.Light.Mean < c.minLuma || r.Light.Mean > c.maxLuma || r.Light.Pictures < 3 {
				t.Errorf("light %+v", r.Light)
			}
			if r.Sound == nil || r.Sound.Peak < c.minPeak || r.Sound.Peak > c.maxPeak || r.Sound.Mean > r.Sound.Peak {
				t.Errorf("sound %+v", r.Sound)
			}
			var want []shown.Span
			if c.silent > 0 {
				want = []shown.Span{{From: c.silentFrom, To: c.silentFrom + c.silent}}
			}
			if !near(r.Sound.Silences, want) {
				t.Errorf("silent in %v, want %v", r.Sound.Silences, want)
			}
		})
	}
}

func TestAClipWithoutSoundHasNone(t *testing.T) {
	r := clip(t, ffmpegtest.Make(t, "a.mp4", ffmpegtest.Source("320x180", "30", "2")+"-an "+ffmpegtest.H264))
	if r.Sound != nil || r.Light == nil {
		t.Errorf("%+v", r)
	}
}

func TestAClipThatEndsEarlyIsMeasuredAsFarAsItGoes(t *testing.T) {
	whole := ffmpegtest.Make(t, "a.mp4", ffmpegtest.Source("320x180", "30", "6")+ffmpegtest.H264+"-movflags +faststart")
	r := clip(t, ffmpegtest.Cut(t, whole, 0.5))
	if r.Light == nil || r.Light.Pictures < 2 || !r.Info.Format.CutOff {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsNoClipKeepsItsKind(t *testing.T) {
	_, err := Clip(t.Context(), ffmpegtest.Tools(t), ffmpegtest.Write(t, "a.mp4", []byte("#EXTM3U")), limits)
	if !errors.Is(err, ffmpeg.ErrNotVideo) {
		t.Errorf("got %v", err)
	}
}

// near says whether stretches are the same within a quarter of a second.
func near(got, want []shown.Span) bool {
	return slices.EqualFunc(got, want, func(a, b shown.Span) bool {
		const near = 250 * time.Millisecond
		return (a.From-b.From).Abs() <= near && (a.To-b.To).Abs() <= near
	})
}
