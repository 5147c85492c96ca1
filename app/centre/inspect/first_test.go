package inspect_test

import (
	"slices"
	"testing"
	"time"

	"kaodian/app/exam"
	"kaodian/media/ffmpeg/ffmpegtest"
	"kaodian/packaging/sharedtest"
)

// R19: what helps to record again is told when the announcement was looked at,
// long before the rest of the clip.
func TestR19AFirstLookHintsBeforeTheRestIsRead(t *testing.T) {
	t.Parallel()
	models := sharedtest.Path(t, "models")
	dark := ffmpegtest.Make(t, "a.mp4", "-f lavfi -i color=black:s=180x320:r=10:d=30 -f lavfi -i sine=r=8000:d=30 "+ffmpegtest.H264)
	b := setUp(t, dark, registered(t, "person-a-1.jpg"), models).withThumbnail()
	in := b.inspect(t)
	if len(b.store.first) != 1 {
		t.Fatalf("%d first looks", len(b.store.first))
	}
	if f := finding(t, in, exam.KindFacePresent); f.Verdict != exam.Warn {
		t.Errorf("the whole knows nothing of the face: %+v", f)
	}
	if first := b.store.first[0]; !first.Thumbnail || !in.Thumbnail || first.Duration.Round(time.Second) != 30*time.Second || len(first.Good) != 0 {
		t.Errorf("the card knows %+v, then a picture: %v", first, in.Thumbnail)
	}
	if good := exam.Good(in.Findings); !slices.Equal(good, []string{exam.GoodSound}) {
		t.Errorf("upright, dark and without a face, and good are %v", good)
	}
	for _, hint := range []string{exam.HintPortrait, exam.HintTooDark, exam.HintNoFace} {
		if !slices.Contains(b.store.first[0].Hints, hint) || !slices.Contains(exam.Hints(in.Findings), hint) {
			t.Errorf("%s: first %v, then %v", hint, b.store.first[0].Hints, exam.Hints(in.Findings))
		}
	}
	if slices.Contains(b.store.first[0].Hints, exam.HintSilent) || slices.Contains(b.store.first[0].Hints, exam.HintTooShort) {
		t.Errorf("it hints what it cannot know: %v", b.store.first[0].Hints)
	}
}

func TestAClipHardlyLongerThanItsAnnouncementHasNoFirstLook(t *testing.T) {
	t.Parallel()
	b := setUp(t, good(t, "12"), "", t.TempDir())
	b.store.clip.Consent = exam.ConsentDeclined
	b.inspect(t)
	if len(b.store.first) != 0 {
		t.Errorf("%v", b.store.first)
	}
}
