package measure

import (
	"fmt"
	"testing"
	"time"

	"kaodian/media/ffmpeg/ffmpegtest"
)

// A short clip is looked at as a long one is: enough pictures of the
// announcement and of who plays, whatever the camera made of it (R18).
func TestR18_ShortClipsAreLookedAtAsLongOnesAre(t *testing.T) {
	const picture, tone = "-f lavfi -i testsrc2=s=160x90:r=10:d=%d ", "-f lavfi -i sine=r=8000:d=%d "
	const code = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac "
	cameras := []struct{ name, file, args string }{
		{"a key frame a second", "a.mp4", picture + tone + code + "-g 10 "},
		{"key frames two seconds apart", "a.mp4", picture + tone + code + "-g 20 "},
		{"one key frame", "a.mp4", picture + tone + code + "-g 9999 -sc_threshold 0 "},
		{"a browser's recorder", "a.webm", picture + tone + "-c:v libvpx -deadline realtime -cpu-used 8 -g 9999 -c:a libopus "},
		{"a variable frame rate", "a.mp4", picture + tone + "-vf select='not(mod(n\\,3))+gt(n\\,15)' -vsync vfr " + code},
		{"a late first picture", "a.mp4", "-itsoffset 1 " + picture + tone + code + "-g 9999 "},
	}
	for n, c := range cameras {
		for _, seconds := range []int{3, 5, 8, 12, 15, 30, 60} {
			if seconds > 15 && n > 0 {
				continue // as of any other camera
			}
			r := clip(t, ffmpegtest.Make(t, c.file, fmt.Sprintf(c.args, seconds, seconds)))
			announced, after := 0, 0
			for _, f := range r.Stills {
				if f.At < r.Announced {
					announced++
				} else {
					after++
				}
			}
			if announced < 6 || announced > 23 || after < 6 || after > 12 {
				t.Errorf("%s, %d s: %d pictures of the announcement, until %s, and %d of what follows", c.name, seconds, announced, r.Announced.Round(time.Millisecond), after)
			}
		}
	}
}
