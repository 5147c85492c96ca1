package inspect_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"slices"
	"testing"

	"kaodian/app/exam"
	"kaodian/media/ffmpeg/ffmpegtest"
)

// A card's picture shows the announcement, keeps the clip's form, weighs
// little, and is the same each time: phones keep it.
func TestTheThumbnailShowsTheAnnouncement(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, clip string
		size       image.Point
	}{
		{"landscape: a hand is before the lens for two seconds", "-f lavfi -i color=black:s=1280x720:r=10:d=12,drawbox=c=white:t=fill:enable='gte(t,2)' -f lavfi -i sine=r=8000:d=12 ", image.Pt(320, 180)},
		{"upright, and long enough for a first look", "-f lavfi -i color=white:s=180x320:r=10:d=30 -f lavfi -i sine=r=8000:d=30 ", image.Pt(101, 180)},
		{"shorter than an announcement", "-f lavfi -i color=white:s=320x180:r=10:d=2 -f lavfi -i sine=r=8000:d=2 ", image.Pt(320, 180)},
	}
	for _, c := range cases {
		b := setUp(t, ffmpegtest.Make(t, "a.mp4", c.clip+"-g 10 "+ffmpegtest.H264), "", t.TempDir()).withThumbnail()
		b.store.clip.Consent = exam.ConsentDeclined
		if in := b.inspect(t); !in.Thumbnail || slices.Contains(exam.Good(in.Findings), exam.GoodFace) {
			t.Errorf("%s: a picture %v, good %v", c.name, in.Thumbnail, exam.Good(in.Findings))
		}
		data, err := os.ReadFile(b.store.clip.Thumbnail)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		middle, _, _, _ := picture.At(picture.Bounds().Dx()/2, picture.Bounds().Dy()/2).RGBA()
		if picture.Bounds().Size() != c.size || middle < 0xC000 || len(data) > 30_000 {
			t.Errorf("%s: %v, %x in the middle, %d bytes", c.name, picture.Bounds().Size(), middle, len(data))
		}
		b.inspect(t)
		if again, err := os.ReadFile(b.store.clip.Thumbnail); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%s: examined again it is another: %v", c.name, err)
		}
	}
}

// R15: of a clip that goes while it is looked at, no picture stays.
func TestR15_AThumbnailGoesWithItsClip(t *testing.T) {
	t.Parallel()
	b := setUp(t, good(t, "12"), "", t.TempDir()).withThumbnail()
	b.store.clip.Consent, b.store.vanish = exam.ConsentDeclined, true
	if err := b.Inspect(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(b.store.clip.Thumbnail); !os.IsNotExist(err) {
		t.Errorf("it stayed: %v", err)
	}
}
