package ffmpeg_test

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/media/ffmpeg"
	"kaodian/media/ffmpeg/ffmpegtest"
)

// rendered is the rendition, or the preview, of a clip.
func rendered(t *testing.T, path string, preview bool) string {
	t.Helper()
	info, out := probe(t, path), filepath.Join(t.TempDir(), "out.mp4")
	tools := ffmpegtest.Tools(t)
	make := func() error { return tools.Render(t.Context(), path, info, ffmpeg.PlanRendition(info), out) }
	if preview {
		make = func() error { return tools.Preview(t.Context(), path, info, out) }
	}
	if err := make(); err != nil {
		t.Fatal(err)
	}
	return out
}

// pictureAt is one decoded picture, as a player shows it.
func pictureAt(t *testing.T, path, second string) image.Image {
	t.Helper()
	f, err := os.Open(ffmpegtest.Make(t, "p.png", "-ss "+second+" -i "+path+" -frames:v 1"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// rgbAt is a colour of 0 to 255 each.
func rgbAt(p image.Image, x, y int) [3]int {
	r, g, b, _ := p.At(x, y).RGBA()
	return [3]int{int(r >> 8), int(g >> 8), int(b >> 8)}
}

func apartBy(a, b [3]int) int {
	most := 0
	for i := range a {
		most = max(most, a[i]-b[i], b[i]-a[i])
	}
	return most
}

// HDR reaches every screen in ordinary colours: rendition, preview, stills and
// what is measured of the light.
func TestHDRBecomesOrdinary(t *testing.T) {
	const source = "-f lavfi -i color=0x808080:s=320x180:r=10:d=2,drawbox=0:0:160:180:color=0xA04020:t=fill " +
		"-f lavfi -i sine=d=2 -vf scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv," +
		"zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt2020:npl=100,"
	plain := ffmpegtest.Make(t, "a.mp4", strings.Split(source, "zscale=")[0]+"format=yuv420p "+ffmpegtest.H264)
	hevc := func(transfer, tags string) string {
		return ffmpegtest.Make(t, "a.mov", source+"zscale=t="+transfer+":m=bt2020nc:r=limited:npl=100,format=yuv420p10le "+
			"-c:v libx265 -preset ultrafast -x265-params log-level=none:"+tags+" -tag:v hvc1 -c:a aac")
	}
	cases := []struct{ name, path string }{
		{"HLG", hevc("arib-std-b67", "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc")},
		{"PQ", hevc("smpte2084", "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc")},
		{"HLG that does not say its primaries", hevc("arib-std-b67", "transfer=arib-std-b67")},
		{"wide colours alone", hevc("bt709", "colorprim=bt2020:transfer=bt709:colormatrix=bt2020nc")},
	}
	want, light := pictureAt(t, plain, "1"), lumaOf(t, plain)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := lumaOf(t, c.path); max(got-light, light-got) > 14 {
				t.Errorf("its light is %d, of the ordinary clip %d", got, light)
			}
			for _, preview := range []bool{false, true} {
				out := rendered(t, c.path, preview)
				if v := probe(t, out).Video; v.Transfer != "bt709" || v.Primaries != "bt709" || v.Matrix != "bt709" || v.PixelFormat != "yuv420p" {
					t.Errorf("preview %v: %+v", preview, v)
				}
				got := pictureAt(t, out, "1")
				for _, x := range []int{80, 240} {
					if a, b := rgbAt(got, x, 90), rgbAt(want, x, 90); apartBy(a, b) > 24 {
						t.Errorf("preview %v: %v in place of %v", preview, a, b)
					}
				}
			}
		})
	}
}

func lumaOf(t *testing.T, path string) int {
	t.Helper()
	sum, count := 0, 0
	err := ffmpegtest.Tools(t).ReadPass(t.Context(), path, probe(t, path), true, ffmpeg.Pass{Picture: func(_ time.Duration, luma []byte) {
		for _, v := range luma {
			sum += int(v)
		}
		count += len(luma)
	}})
	if err != nil || count == 0 {
		t.Fatal(err)
	}
	return sum / count
}

// combed is how much more neighbouring lines differ than every other one: 1 or
// less in a picture that is whole.
func combed(p image.Image) float64 {
	near, far := 0.0, 1.0
	for y := 0; y+2 < p.Bounds().Dy(); y++ {
		for x := 0; x < p.Bounds().Dx(); x += 3 {
			here := rgbAt(p, x, y)
			near += float64(apartBy(here, rgbAt(p, x, y+1)))
			far += float64(apartBy(here, rgbAt(p, x, y+2)))
		}
	}
	return near / far
}

func TestInterlacedPicturesAreTakenApart(t *testing.T) {
	const source = "-f lavfi -i smptebars=s=640x360:r=50:d=3,scroll=h=0.015,hue=s=0 -f lavfi -i sine=d=3 -vf tinterlace=mode=interleave_top,fieldorder=tff,setfield=tff "
	cases := []struct{ name, file, args string }{
		{"H.264 in MP4", "a.mp4", source + "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -flags +ilme+ildct -x264opts tff=1 -g 25 -c:a aac"},
		{"a camcorder's transport stream", "a.mts", source + "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -flags +ilme+ildct -x264opts tff=1 -g 25 -c:a ac3"},
		{"MPEG-2 in a program stream", "a.mpg", source + "-c:v mpeg2video -b:v 4M -flags +ilme+ildct -top 1 -c:a mp2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := ffmpegtest.Make(t, c.file, c.args)
			info := probe(t, path)
			if before := combed(pictureAt(t, path, "1")); !info.Video.Interlaced || before < 1.1 {
				t.Fatalf("interlaced %v, combed by %.2f: no test", info.Video.Interlaced, before)
			}
			for _, preview := range []bool{false, true} {
				out := rendered(t, path, preview)
				if after := combed(pictureAt(t, out, "1")); after > 1 || probe(t, out).Video.Interlaced {
					t.Errorf("preview %v: combed by %.2f", preview, after)
				}
			}
		})
	}
}

// A phone that is turned while a browser records changes the picture's size
// within the clip: it keeps its form.
func TestAClipThatIsTurnedHalfWayIsNotStretched(t *testing.T) {
	square := func(size, box string) string {
		return "-f lavfi -i color=white:s=" + size + ":r=10:d=3,drawbox=" + box + ":120:120:color=black:t=fill -f lavfi -i sine=d=3 -c:v libvpx -deadline realtime -cpu-used 8 -c:a libopus "
	}
	wide := ffmpegtest.Make(t, "a.webm", square("640x360", "260:120"))
	high := ffmpegtest.Make(t, "b.webm", square("360x640", "120:260"))
	list := ffmpegtest.Write(t, "list.txt", []byte("file '"+wide+"'\nfile '"+high+"'\n"))
	path := ffmpegtest.Make(t, "turned.webm", "-f concat -safe 0 -i "+list+" -c copy")
	for _, preview := range []bool{false, true} {
		out := rendered(t, path, preview)
		for _, second := range []string{"1", "5"} {
			if w, h := blackSize(pictureAt(t, out, second)); max(w-h, h-w) > 6 || w < 30 {
				t.Errorf("preview %v, at %s s: the square is %d×%d", preview, second, w, h)
			}
		}
	}
	s := look(t, path, false)
	for _, f := range s.stills {
		picture, _, err := image.Decode(strings.NewReader(string(f.JPEG)))
		if err != nil {
			t.Fatal(err)
		}
		if w, h := blackSize(picture); max(w-h, h-w) > 6 || w < 30 {
			t.Errorf("the still at %s: the square is %d×%d", f.At, w, h)
		}
	}
}

// blackSize is the size of the black square in the middle.
func blackSize(p image.Image) (width, height int) {
	b := p.Bounds()
	dark := func(x, y int) bool { return rgbAt(p, x, y)[1] < 100 }
	for x := b.Dx() / 2; x < b.Dx() && dark(x, b.Dy()/2); x++ {
		width++
	}
	for y := b.Dy() / 2; y < b.Dy() && dark(b.Dx()/2, y); y++ {
		height++
	}
	return 2 * width, 2 * height
}
