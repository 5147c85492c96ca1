package speech_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/shown"
	"kaodian/media/ffmpeg/ffmpegtest"
	"kaodian/media/speech"
	"kaodian/packaging/sharedtest"
)

func network(t *testing.T) *speech.Network {
	t.Helper()
	data, err := os.ReadFile(sharedtest.SpeechNetwork(t))
	if err != nil {
		t.Fatal(err)
	}
	n, err := speech.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// hear is the sound of a clip that ffmpeg makes of these inputs and this filter.
func hear(t *testing.T, inputs []string, filter string) []float32 {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clip.mp4")
	args := []string{"-f", "lavfi", "-i", "color=s=320x240:r=10:d=40"}
	for _, input := range inputs {
		args = append(args, strings.Fields(input)...)
	}
	ffmpegtest.Run(t, append(args, "-filter_complex", filter, "-map", "0:v", "-map", "[out]", "-shortest", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", path)...)
	tools := ffmpegtest.Tools(t)
	info, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	samples, err := tools.ReadVoice(t.Context(), path, info, speech.Rate, 30*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

// voices are the call screen's recorded words, one after the other: at least ten
// seconds of speech.
func voices(t *testing.T, language string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "ui", "src", "staff", "screen", "voice", language, "*.mp3"))
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	var list strings.Builder
	for range 3 {
		for _, file := range files {
			path, err := filepath.Abs(file)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&list, "file '%s'\n", path)
		}
	}
	name := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(name, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return "-f concat -safe 0 -i " + name
}

func length(spans []shown.Span) (whole time.Duration) {
	for _, s := range spans {
		whole += s.Length()
	}
	return whole
}

// Who speaks is heard, in both languages, where they speak and nowhere else.
func TestSpeechIsHeardWhereSomebodySpeaks(t *testing.T) {
	n := network(t)
	for _, language := range []string{"zh", "en"} {
		samples := hear(t, []string{"-f lavfi -i sine=330:d=5", voices(t, language), "-f lavfi -i anoisesrc=d=9:a=0.1:c=pink"},
			"[1:a]tremolo=f=5[tone];[2:a]atrim=0:10[voice];[tone][voice][3:a]concat=n=3:v=0:a=1[out]")
		spans := n.Spans(samples)
		const slack = 300 * time.Millisecond
		if len(spans) == 0 || spans[0].From < 5*time.Second-slack || spans[len(spans)-1].To > 15*time.Second+slack || length(spans) < 8*time.Second {
			t.Errorf("%s: between 5 and 15 s somebody speaks, heard: %v", language, spans)
		}
	}
}

// What an instrument or a room sounds like is no speech.
func TestOtherSoundsAreNoSpeech(t *testing.T) {
	n := network(t)
	for name, source := range map[string]string{
		"silence": "-f lavfi -i anullsrc=r=44100:cl=mono:d=30", "noise": "-f lavfi -i anoisesrc=d=30:a=0.3:c=white",
		"a tone":   "-f lavfi -i sine=440:d=30",
		"a melody": "-f lavfi -i aevalsrc=0.4*sin(2*PI*t*262*pow(2\\,floor(mod(t*3\\,8))/6))*exp(-3*mod(t\\,1/3)):d=30",
	} {
		samples := hear(t, []string{source}, "[1:a]anull[out]")
		if want := 28 * speech.Rate; len(samples) < want {
			t.Errorf("%s: %d samples of at least %d were read", name, len(samples), want)
		}
		if spans := n.Spans(samples); len(spans) > 0 {
			t.Errorf("%s: heard speech %v", name, spans)
		}
	}
}

// A file that is another, or not whole, is refused before anything is worked out.
func TestANetworkThatIsNoneIsRefused(t *testing.T) {
	data, err := os.ReadFile(sharedtest.SpeechNetwork(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, bytes := range map[string][]byte{"empty": nil, "text": []byte("a network"), "half": data[:len(data)/2], "a byte less": data[:len(data)-1]} {
		if _, err := speech.Read(bytes); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
