package inspect_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/media/ffmpeg/ffmpegtest"
)

func contactSheetOf(t *testing.T, b bench) (image.Image, []time.Duration) {
	t.Helper()
	b.store.clip.Consent = exam.ConsentNone
	in := b.inspect(t)
	data, err := os.ReadFile(b.store.clip.ContactSheet)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return sheet, in.SheetTimes
}

// A clip that turns from black to white in its middle shows that at a glance.
func TestTheContactSheetShowsTheWholeClip(t *testing.T) {
	t.Parallel()
	clip := ffmpegtest.Make(t, "a.mp4", "-f lavfi -i color=black:s=320x180:r=10:d=60,drawbox=c=white:t=fill:enable='gte(t,30)' -f lavfi -i sine=r=8000:d=60 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10 -c:a aac")
	sheet, times := contactSheetOf(t, setUp(t, clip, "", t.TempDir()).withContactSheet())
	if len(times) != 20 || times[0] != 0 || times[19] < 50*time.Second {
		t.Fatalf("times %v", times)
	}
	if size := sheet.Bounds().Size(); size != (image.Point{X: 5 * store.ContactSheetWidth, Y: 4 * store.ContactSheetHeight}) {
		t.Errorf("size %v", size)
	}
	for n, at := range times {
		x, y := n%5*store.ContactSheetWidth+store.ContactSheetWidth/2, n/5*store.ContactSheetHeight+store.ContactSheetHeight/2
		luma, _, _, _ := sheet.At(x, y).RGBA()
		if at > 31*time.Second && luma < 0xC000 || at < 29*time.Second && luma > 0x4000 {
			t.Errorf("picture %d at %s has %x", n, at, luma)
		}
		if n > 0 && at <= times[n-1] {
			t.Errorf("picture %d is not later than the one before: %v", n, times)
		}
	}
}

func TestAnUprightClipKeepsItsFormOnTheSheet(t *testing.T) {
	t.Parallel()
	clip := ffmpegtest.Make(t, "a.mp4", "-f lavfi -i color=white:s=180x320:r=10:d=3 -f lavfi -i sine=r=8000:d=3 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10 -c:a aac")
	sheet, times := contactSheetOf(t, setUp(t, clip, "", t.TempDir()).withContactSheet())
	if len(times) < 10 || len(times) > 20 || sheet.Bounds().Dy() != (len(times)+4)/5*store.ContactSheetHeight {
		t.Fatalf("%v in %v", times, sheet.Bounds())
	}
	edge, _, _, _ := sheet.At(20, store.ContactSheetHeight/2).RGBA()
	middle, _, _, _ := sheet.At(store.ContactSheetWidth/2, 5).RGBA()
	if edge > 0x4000 || middle < 0xC000 {
		t.Errorf("edge %x, middle %x", edge, middle)
	}
}

func TestASheetOfAClipThatGoesAwayIsGone(t *testing.T) {
	t.Parallel()
	b := setUp(t, good(t, "3"), "", t.TempDir()).withContactSheet()
	b.store.vanish, b.store.clip.Consent = true, exam.ConsentNone
	if err := b.Inspect(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(b.store.clip.ContactSheet); !os.IsNotExist(err) {
		t.Error(err)
	}
}
