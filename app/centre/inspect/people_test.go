package inspect_test

import (
	"os"
	"path/filepath"
	"testing"

	"kaodian/app/exam"
	"kaodian/media/ffmpeg/ffmpegtest"
)

// then is a clip that shows one photo for 22 s and another for 22 s more.
func then(t *testing.T, first, second string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "people.mp4")
	const fit = "scale=1280:720:force_original_aspect_ratio=decrease,pad=1280:720:(ow-iw)/2:(oh-ih)/2:color=gray,setsar=1"
	ffmpegtest.Run(t, "-loop", "1", "-framerate", "2", "-t", "22", "-i", photo(t, first), "-loop", "1", "-framerate", "2", "-t", "22", "-i", photo(t, second),
		"-f", "lavfi", "-t", "44", "-i", "anoisesrc=a=0.3",
		"-filter_complex", "[0:v]"+fit+"[a];[1:v]"+fit+"[b];[a][b]concat=n=2:v=1:a=0[v]", "-map", "[v]", "-map", "2:a",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "2", "-c:a", "aac", path)
	return path
}

// R18: who plays is held against who announced, and others in the frame are
// counted, by the stills of a real clip.
func TestR18_WhoPlaysIsWhoAnnounced(t *testing.T) {
	models := shared(t, "models")
	for _, c := range []struct{ second, persons, same string }{
		{"person-a-3.jpg", "", ""},
		{"person-b-2.jpg", "", exam.NoteOtherPerson},
		{"two-people.jpg", exam.NoteSomebodyEnters, ""},
	} {
		if c.second == "person-a-3.jpg" && os.Getenv("KAODIAN_SOAK") == "" {
			continue // the others see more
		}
		in := setUp(t, then(t, "person-a-1.jpg", c.second), photo(t, "person-a-2.jpg"), models).inspect(t)
		if f := finding(t, in, exam.KindPersons); f.Note != c.persons || (f.Verdict == exam.Warn) != (c.persons != "") {
			t.Errorf("%s: %+v", c.second, f)
		}
		if f := finding(t, in, exam.KindSamePerson); c.second != "two-people.jpg" && (f.Note != c.same || (f.Verdict == exam.Warn) != (c.same != "")) {
			t.Errorf("%s: %+v", c.second, f)
		}
		if hints := exam.Hints(in.Findings); hints != nil {
			t.Errorf("R19: the candidate hears %v", hints)
		}
	}
}
