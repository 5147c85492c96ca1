package inspect_test

import (
	"path/filepath"
	"strings"
	"testing"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/media/ffmpeg/ffmpegtest"
)

// R15: the same bytes are a fact, the same by its print is for a person.
func TestR15AClipSeenElsewhereSaysWhere(t *testing.T) {
	t.Parallel()
	path := good(t, "11")
	b := setUp(t, path, "", t.TempDir())
	b.store.clip.Consent = exam.ConsentNone
	first := b.inspect(t)
	if f := finding(t, first, exam.KindElsewhere); f.Verdict != exam.Pass || len(first.Print.Pictures) == 0 || len(first.Print.Sound) == 0 {
		t.Fatalf("nowhere else: %+v", f)
	}
	print := store.StoredPrint{ClipID: "similar", Pictures: first.Print.Pictures, Sound: first.Print.Sound}
	nothing := store.StoredPrint{ClipID: "nothing"}
	cases := map[string]struct {
		alike   store.Alike
		verdict exam.Verdict
		note    exam.Note
		others  []string
	}{
		"the same file":      {store.Alike{SameFile: []string{"same"}, Similar: []store.StoredPrint{print}}, exam.Fail, exam.NoteSameFile, []string{"same", "similar"}},
		"the same recording": {store.Alike{Similar: []store.StoredPrint{print, nothing}}, exam.Warn, exam.NoteSameRecording, []string{"similar"}},
		"nothing alike":      {store.Alike{Similar: []store.StoredPrint{nothing}}, exam.Pass, "", nil},
	}
	for name, c := range cases {
		b.store.alike = c.alike
		f := finding(t, b.inspect(t), exam.KindElsewhere)
		if f.Verdict != c.verdict || f.Note != c.note || len(f.Evidence) != len(c.others) {
			t.Errorf("%s: %+v", name, f)
			continue
		}
		for i, other := range c.others {
			if f.Evidence[i].OtherID != other {
				t.Errorf("%s: %+v", name, f.Evidence)
			}
		}
	}
}

// R25: a cut is shown with what comes after it, but only under consent.
func TestACutIsShownWithAPicture(t *testing.T) {
	t.Parallel()
	const filter = "testsrc=s=320x180:r=30:d=5.3,vflip,noise=alls=6:allf=t[h];testsrc2=s=320x180:r=30:d=6,noise=alls=6:allf=t[r];[h][r]concat"
	path := once(t, "cut.mp4", append([]string{"-f", "lavfi", "-i", filter}, strings.Fields("-f lavfi -i anoisesrc=a=0.25:r=8000:d=11 "+ffmpegtest.H264)...)...)
	for _, consent := range []exam.ConsentAnswer{exam.ConsentGiven, exam.ConsentNone} {
		b := setUp(t, path, "", t.TempDir())
		b.store.clip.Consent = consent
		f := finding(t, b.inspect(t), exam.KindCuts)
		if len(f.Evidence) != 1 || (f.Evidence[0].Frame != "") != (consent == exam.ConsentGiven) {
			t.Fatalf("consent %q: %+v", consent, f)
		}
		kept, err := filepath.Glob(filepath.Join(b.Evidence, "*"))
		if err != nil || (len(kept) > 0) != (consent == exam.ConsentGiven) {
			t.Errorf("consent %q: %v kept, %v", consent, kept, err)
		}
	}
}
