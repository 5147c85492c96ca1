package inspect_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kaodian/app/centre/inspect"
	"kaodian/app/exam"
	"kaodian/media/speech"
	"kaodian/packaging/sharedtest"
)

// spoken is a clip in which the call screen's recorded words are said twice, from
// three seconds on, over a tone.
func spoken(t *testing.T) string {
	t.Helper()
	words, err := filepath.Abs(filepath.Join("..", "..", "..", "ui", "src", "staff", "screen", "voice", "en", "20.mp3"))
	if err != nil {
		t.Fatal(err)
	}
	return once(t, "spoken.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=10:d=12", "-f", "lavfi", "-i", "sine=f=440:r=8000:d=12", "-stream_loop", "5", "-i", words,
		"-filter_complex", "[1:a]volume=0.1[tone];[2:a]adelay=3000:all=1[voice];[tone][voice]amix=duration=first:normalize=0[out]", "-map", "0:v", "-map", "[out]",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
}

// R33: whether somebody speaks at the start stands among the findings, under the
// network's name; not of what is sung, and not without its network.
func TestR33_WhoSpeaksAtTheStartIsHeard(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(sharedtest.SpeechNetwork(t))
	if err != nil {
		t.Fatal(err)
	}
	network, err := speech.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, clip, subject string
		hears               bool
		want                exam.Verdict
	}{
		{"words over a tone", spoken(t), "钢琴", true, exam.Pass},
		{"a tone", good(t, "11"), "钢琴", true, exam.Warn},
		{"a song", good(t, "11"), "声乐", true, ""},
		{"without the network", spoken(t), "钢琴", false, ""},
	} {
		b := setUp(t, c.clip, "", t.TempDir())
		b.store.clip.Subject = c.subject
		if c.hears {
			b.Speech = &inspect.Speech{Network: network, Engine: "hears"}
		}
		in := b.inspect(t)
		n := slices.IndexFunc(in.Findings, func(f exam.Finding) bool { return f.Kind == exam.KindAnnouncement })
		if n < 0 {
			if c.want != "" {
				t.Errorf("%s: nothing is said of it", c.name)
			}
			continue
		}
		f := in.Findings[n]
		if f.Verdict != c.want || f.Engine != "hears" {
			t.Errorf("%s: %+v", c.name, f)
		}
		if c.want == exam.Pass && (len(f.Evidence) == 0 || f.Evidence[0].From < 2500*time.Millisecond || f.Evidence[0].From > 5*time.Second) {
			t.Errorf("%s: from 3 s on, heard at %+v", c.name, f.Evidence)
		}
	}
}
