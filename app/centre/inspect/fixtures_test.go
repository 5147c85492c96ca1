package inspect_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kaodian/media/ffmpeg/ffmpegtest"
	"kaodian/media/vision"
)

// Clips are made once for all tests that look at the same. They are as small as
// what is asked of them allows: with the race detector every sample and every
// pixel costs ten times as much.
var fixtures struct {
	folder string   // TestMain's
	made   sync.Map // *sync.Once by path
	faces  sync.Map // *vision.Client by its models' folder
}

// facesOf is the real engine over a folder of models, with one worker for all
// tests that use it, as at the centre.
func facesOf(models string) *vision.Client {
	engine, known := fixtures.faces.Load(models)
	if !known {
		engine, _ = fixtures.faces.LoadOrStore(models, vision.NewClient(vision.Options{Worker: vision.WorkerOptions{Models: []string{models}}}))
	}
	return engine.(*vision.Client)
}

func closeFaces() {
	fixtures.faces.Range(func(_, engine any) bool { return engine.(*vision.Client).Close() == nil })
}

// once is a clip made with these arguments, for reading only.
func once(t *testing.T, name string, args ...string) string {
	t.Helper()
	key := sha256.Sum256([]byte(name + "\x00" + strings.Join(args, "\x00")))
	path := filepath.Join(fixtures.folder, hex.EncodeToString(key[:8])+"-"+name)
	first, _ := fixtures.made.LoadOrStore(path, &sync.Once{})
	first.(*sync.Once).Do(func() { ffmpegtest.Run(t, append(args, path)...) })
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err) // another test could not make it
	}
	return path
}

// source is a moving test picture with a tone, ten pictures a second.
func source(size, seconds string) string {
	return "-f lavfi -i testsrc2=s=" + size + ":r=10:d=" + seconds + " -f lavfi -i sine=f=440:r=8000:d=" + seconds + " "
}

// good is a plain clip in which nobody is seen.
func good(t *testing.T, seconds string) string {
	t.Helper()
	return once(t, "clip.mp4", strings.Fields(source("320x180", seconds)+ffmpegtest.H264)...)
}

// seen is a photo that a clip shows for so many seconds.
type seen struct {
	photo   string
	seconds int
}

// showing is a clip of that size ("640:360") that shows photos one after the
// other, two pictures a second, with noise as sound.
func showing(t *testing.T, size string, photos ...seen) string {
	t.Helper()
	var args, filters []string
	joined, total := "", 0
	for n, s := range photos {
		args = append(args, "-i", photo(t, s.photo))
		filters = append(filters, fmt.Sprintf("[%d:v]scale=%s:force_original_aspect_ratio=decrease,pad=%s:(ow-iw)/2:(oh-ih)/2:color=gray,setsar=1,loop=-1:1,setpts=N/2/TB,fps=2,trim=duration=%d[v%d]", n, size, size, s.seconds, n))
		joined += fmt.Sprintf("[v%d]", n)
		total += s.seconds
	}
	filters = append(filters, fmt.Sprintf("%sconcat=n=%d[v]", joined, len(photos)))
	args = append(args, "-f", "lavfi", "-t", fmt.Sprint(total), "-i", "anoisesrc=a=0.3:r=8000",
		"-filter_complex", strings.Join(filters, ";"), "-map", "[v]", "-map", fmt.Sprintf("%d:a", len(photos)),
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "2", "-c:a", "aac")
	return once(t, "photos.mp4", args...)
}

// registered is the photo in the size of a registration's.
func registered(t *testing.T, name string) string {
	t.Helper()
	return once(t, "registered.jpg", "-i", photo(t, name), "-vf", "scale=-2:640", "-q:v", "2")
}
