package inspect

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"time"

	"golang.org/x/image/draw"

	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
	"kaodian/media/ffmpeg"
)

// The contact sheet: up to contactSheetPictures, evenly spread over the clip, in
// rows. A picture keeps its aspect ratio within its cell.
const (
	contactSheetPictures = 20
	contactSheetQuality  = 72
)

var errNoPicture = errors.New("no picture could be read")

// keepContactSheet writes the clip's stills side by side into one file, which
// also serves as thumbnails along the time line. The stills are decoded already.
// It returns the times of the pictures, nil if there are none or if no contact
// sheet is wanted.
func keepContactSheet(clip store.ClipToInspect, stills []ffmpeg.Frame) ([]time.Duration, error) {
	if clip.ContactSheet == "" {
		return nil, nil
	}
	sheet, times, err := drawContactSheet(spread(stills, contactSheetPictures))
	if errors.Is(err, errNoPicture) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := makeFolderOf(clip.ContactSheet); err != nil {
		return nil, err
	}
	return times, durable.WriteFile(clip.ContactSheet, sheet, 0o600)
}

// spread takes up to n of the stills, evenly in time.
func spread(stills []ffmpeg.Frame, n int) []ffmpeg.Frame {
	if len(stills) <= n {
		return stills
	}
	end := stills[len(stills)-1].At
	taken := make([]ffmpeg.Frame, 0, n)
	next := 0
	for k := range n {
		due := end * time.Duration(k) / time.Duration(n-1)
		for last := len(stills) - (n - k); next < last && stills[next+1].At <= due; {
			next++
		}
		taken = append(taken, stills[next])
		next++
	}
	return taken
}

func drawContactSheet(stills []ffmpeg.Frame) (sheet []byte, times []time.Duration, err error) {
	canvas := image.NewRGBA(image.Rect(0, 0, store.ContactSheetColumns*store.ContactSheetWidth, rows(len(stills))*store.ContactSheetHeight))
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(color.Gray{Y: 24}), image.Point{}, draw.Src)
	for _, f := range stills {
		picture, err := jpeg.Decode(bytes.NewReader(f.JPEG)) // ours: the cage encoded it
		if err != nil {
			continue // a truncated one
		}
		draw.ApproxBiLinear.Scale(canvas, place(len(times), picture.Bounds()), picture, picture.Bounds(), draw.Src, nil)
		times = append(times, f.At)
	}
	if len(times) == 0 {
		return nil, nil, errNoPicture
	}
	var out bytes.Buffer
	part := canvas.SubImage(image.Rect(0, 0, canvas.Bounds().Dx(), rows(len(times))*store.ContactSheetHeight))
	if err := jpeg.Encode(&out, part, &jpeg.Options{Quality: contactSheetQuality}); err != nil {
		return nil, nil, fmt.Errorf("contact sheet: %w", err)
	}
	return out.Bytes(), times, nil
}

func rows(pictures int) int {
	return (pictures + store.ContactSheetColumns - 1) / store.ContactSheetColumns
}

// place is where the n-th picture goes: in the middle of its cell, as large as it fits.
func place(n int, picture image.Rectangle) image.Rectangle {
	const w, h = store.ContactSheetWidth, store.ContactSheetHeight
	width, height := w, max(1, picture.Dy()*w/max(1, picture.Dx()))
	if height > h {
		width, height = max(1, picture.Dx()*h/max(1, picture.Dy())), h
	}
	x := n%store.ContactSheetColumns*w + (w-width)/2
	y := n/store.ContactSheetColumns*h + (h-height)/2
	return image.Rect(x, y, x+width, y+height)
}
