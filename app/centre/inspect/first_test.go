package inspect_test

import (
	"slices"
	"testing"

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
	b := setUp(t, dark, registered(t, "person-a-1.jpg"), models)
	in := b.inspect(t)
	if len(b.store.first) != 1 {
		t.Fatalf("%d first looks", len(b.store.first))
	}
	if f := finding(t, in, exam.KindFacePresent); f.Verdict != exam.Warn {
		t.Errorf("the whole knows nothing of the face: %+v", f)
	}
	for _, hint := range []string{exam.HintPortrait, exam.HintTooDark, exam.HintNoFace} {
		if !slices.Contains(b.store.first[0], hint) || !slices.Contains(exam.Hints(in.Findings), hint) {
			t.Errorf("%s: first %v, then %v", hint, b.store.first[0], exam.Hints(in.Findings))
		}
	}
	if slices.Contains(b.store.first[0], exam.HintSilent) || slices.Contains(b.store.first[0], exam.HintTooShort) {
		t.Errorf("it hints what it cannot know: %v", b.store.first[0])
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
