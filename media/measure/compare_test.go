package measure

import (
	"strings"
	"testing"

	"kaodian/media/ffmpeg/ffmpegtest"
)

// performance is a clip of a room in which somebody moves and plays notes.
func performance(t *testing.T, moves, tempo string) string {
	t.Helper()
	room := "testsrc2=s=320x180:r=30,trim=end_frame=1,loop=-1:1,setpts=N/30/TB,noise=alls=6:allf=t[b];" +
		"color=0xC08060:s=50x90:r=30[c];[b][c]overlay=x='" + moves + "':y=70:eval=frame,trim=duration=24"
	note := "(mod(floor(t*" + tempo + ")*7,12)+mod(floor(t*" + tempo + "/5)*5,7))"
	music := "aevalsrc='0.3*sin(2*PI*t*196*pow(2," + note + "/12))+0.2*sin(2*PI*t*392*pow(2," + note + "/12))" +
		"+0.1*sin(2*PI*t*588*pow(2," + note + "/12))+0.02*random(0)':s=44100:d=24"
	return make24(t, "a.mp4", "-f lavfi -i "+room+" -f lavfi -i "+music,
		"-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 30 -c:a aac -b:a 128k")
}

func make24(t *testing.T, name, inputs, codecs string) string {
	t.Helper()
	path := t.TempDir() + "/" + name
	ffmpegtest.Run(t, append(append(strings.Fields(inputs), strings.Fields(codecs)...), path)...)
	return path
}

// R15, R18: a clip is known again after it was encoded anew, made smaller or
// cut shorter; another player of the same piece in the same room is not taken
// for it.
func TestR15_AClipIsKnownAgain(t *testing.T) {
	const one, other = "130+40*sin(t*1.3)+25*sin(t*0.4+t*t*0.03)", "120+35*sin(t*1.1+1)+30*sin(t*0.7+t*t*0.02)"
	first := performance(t, one, "2.3")
	again := func(args, name string) string { return make24(t, name, "-i "+first, args) }
	silent := again("-an -c:v copy", "a.mp4")
	elsewhere := performance(t, other, "2.3") // the piece at the very same pace, by a machine
	cases := []struct {
		name, path string
		want       Same
	}{
		{"itself", first, SameRecording},
		{"encoded anew, smaller, other key frames", again("-vf scale=240:-2 -c:v libx264 -preset ultrafast -crf 33 -g 77 -c:a aac -b:a 48k -ar 22050", "a.mp4"), SameRecording},
		{"as WebM with few key frames", again("-c:v libvpx -deadline realtime -cpu-used 8 -b:v 300k -g 900 -c:a libopus -b:a 48k", "a.webm"), SameRecording},
		{"cut shorter by 5 s at its beginning", again("-ss 5.3 -c:v libx264 -preset ultrafast -g 45 -c:a aac -b:a 64k", "a.mp4"), SameRecording},
		{"a little brighter and quieter", again("-vf eq=brightness=0.06 -af volume=-6dB -c:v libx264 -preset ultrafast -g 30 -c:a aac", "a.mp4"), SameRecording},
		{"without its sound", silent, SameRecording},
		{"another sound under it", make24(t, "a.mp4", "-i "+silent+" -i "+performance(t, other, "3.1"), "-map 0:v -map 1:a -c:v libx264 -preset ultrafast -g 40 -c:a aac"), SamePictureOnly},
		{"its sound under another picture", elsewhere, SameSoundOnly},
		{"the same piece by another player in the same room", performance(t, other, "2.2"), ""},
		{"another piece", performance(t, other, "3.7"), ""},
	}
	print := clip(t, first).Print
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			second := clip(t, c.path).Print
			like := Compare(print, second)
			shared := 0
			for _, key := range second.Keys() {
				for _, known := range print.Keys() {
					if key == known {
						shared++
					}
				}
			}
			t.Logf("%+v, %d of %d keys shared", like, shared, len(second.Keys()))
			if got := like.Verdict(); got != c.want {
				t.Errorf("%+v is %q, want %q", like, got, c.want)
			}
			if bySound := c.want == SameRecording && like.Sound > 0 || c.want == SameSoundOnly; bySound && shared < 3 {
				t.Errorf("only %d of its keys are shared", shared)
			}
		})
	}
}
