package inspect

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"time"

	"golang.org/x/image/draw"

	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
	"kaodian/media/ffmpeg"
)

// The picture by which a child knows the clip again: at most this large in
// pixels, sharp on a phone's card of half the width, and about 10 kB.
const (
	thumbnailWidth   = 320
	thumbnailHeight  = 180
	thumbnailQuality = 70
	// thumbnailAt is when the announcement is under way: before it a hand is
	// in front of the lens.
	thumbnailAt = 3 * time.Second
)

// keepThumbnail writes it, and says whether there is one now. The same clip
// gives the same picture each time, so that phones may keep it.
func keepThumbnail(clip store.ClipToInspect, stills []ffmpeg.Frame) (bool, error) {
	if clip.Thumbnail == "" {
		return false, nil
	}
	small, err := drawThumbnail(stills)
	if errors.Is(err, errNoPicture) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := makeFolderOf(clip.Thumbnail); err != nil {
		return false, err
	}
	return true, durable.WriteFile(clip.Thumbnail, small, 0o600)
}

func drawThumbnail(stills []ffmpeg.Frame) ([]byte, error) {
	for _, f := range announcedFirst(stills) {
		picture, err := jpeg.Decode(bytes.NewReader(f.JPEG)) // ours: the cage encoded it
		if err != nil {
			continue // one that was cut off with the clip
		}
		small := image.NewRGBA(within(picture.Bounds()))
		draw.BiLinear.Scale(small, small.Bounds(), picture, picture.Bounds(), draw.Src, nil)
		var out bytes.Buffer
		if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: thumbnailQuality}); err != nil {
			return nil, fmt.Errorf("thumbnail: %w", err)
		}
		return out.Bytes(), nil
	}
	return nil, errNoPicture
}

// announcedFirst are the stills from thumbnailAt on, then the others from the
// last back: a short clip shows its end.
func announcedFirst(stills []ffmpeg.Frame) []ffmpeg.Frame {
	var list []ffmpeg.Frame
	for _, f := range stills {
		if f.At >= thumbnailAt {
			list = append(list, f)
		}
	}
	for n := len(stills) - 1; n >= 0; n-- {
		if stills[n].At < thumbnailAt {
			list = append(list, stills[n])
		}
	}
	return list
}

// within is the picture's form, as large as it fits.
func within(picture image.Rectangle) image.Rectangle {
	width, height := thumbnailWidth, max(1, picture.Dy()*thumbnailWidth/max(1, picture.Dx()))
	if height > thumbnailHeight {
		width, height = max(1, picture.Dx()*thumbnailHeight/max(1, picture.Dy())), thumbnailHeight
	}
	return image.Rect(0, 0, width, height)
}
