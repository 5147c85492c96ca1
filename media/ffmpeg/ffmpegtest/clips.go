// Package ffmpegtest makes clips for tests with the real ffmpeg, so that none
// is stored. A machine without ffmpeg skips, saying so.
//
// It owns nothing beyond the test's temporary folder, and must not be
// imported outside tests.
package ffmpegtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/media/ffmpeg"
)

// Tools are the real programs.
func Tools(t testing.TB) ffmpeg.Tools {
	t.Helper()
	tools, err := ffmpeg.Find()
	if err != nil {
		t.Skip(err)
	}
	return tools
}

// Make runs ffmpeg with the arguments (separated by spaces) and returns the
// file it wrote, named name in a folder of its own.
func Make(t testing.TB, name, args string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	Run(t, append(strings.Fields(args), path)...)
	return path
}

// Run runs ffmpeg.
func Run(t testing.TB, args ...string) {
	t.Helper()
	cmd := exec.Command(Tools(t).FFmpeg, append([]string{"-nostdin", "-v", "error", "-y"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %v: %v\n%s", args, err, out)
	}
}

// Source is a moving test picture of that size ("1280x720"), so many frames
// and seconds, with a tone.
func Source(size, rate, seconds string) string {
	return "-f lavfi -i testsrc2=s=" + size + ":r=" + rate + ":d=" + seconds +
		" -f lavfi -i sine=f=440:r=44100:d=" + seconds + " "
}

// H264 are the codecs of most phones' clips, made quickly.
const H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 30 -c:a aac "

// Clip is a plain good clip: H.264 and AAC in an MP4.
func Clip(t testing.TB, seconds string) string {
	t.Helper()
	return Make(t, "clip.mp4", Source("1280x720", "30", seconds)+H264)
}

// Upright is the clip as a phone held upright records it: turned by a note in
// the container only.
func Upright(t testing.TB, path string) string {
	t.Helper()
	turned := filepath.Join(t.TempDir(), filepath.Base(path))
	Run(t, "-i", path, "-c", "copy", "-metadata:s:v", "rotate=90", turned)
	return turned
}

// Cut writes the first part of a file, a share of it between 0 and 1.
func Cut(t testing.TB, path string, share float64) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return Write(t, "cut"+filepath.Ext(path), data[:int(float64(len(data))*share)])
}

// Write makes a file of its own folder.
func Write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// FromPhoto is a clip that shows a photo, 1280×720, with noise as sound.
func FromPhoto(t testing.TB, photo, seconds string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "face.mp4")
	Run(t, "-loop", "1", "-framerate", "30", "-t", seconds, "-i", photo,
		"-f", "lavfi", "-t", seconds, "-i", "anoisesrc=a=0.3",
		"-vf", "scale=1280:720:force_original_aspect_ratio=decrease,pad=1280:720:(ow-iw)/2:(oh-ih)/2:color=gray,setsar=1",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "30", "-c:a", "aac", path)
	return path
}
