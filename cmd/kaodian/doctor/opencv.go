package doctor

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"

	"kaodian/media/vision"
)

// openCV starts the worker and has it look at a picture.
func (p *Machine) openCV(ctx context.Context) Check {
	const install = "install OpenCV of Debian: apt-get install libopencv-dev opencv-data; install kaodian's package anew"
	faces := vision.NewClient(vision.Options{Worker: vision.WorkerOptions{Models: p.Models, Cascades: vision.CascadesFolder}})
	defer faces.Close()
	about, err := faces.About(ctx)
	if err != nil {
		return isWrong(fmt.Errorf("the face worker does not start: %w", err), install).as(OpenCVBroken)
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 320, 240)), nil); err != nil {
		return isWrong(err, install).as(OpenCVBroken)
	}
	if _, err := faces.Compare(ctx, nil, [][]byte{picture.Bytes()}); err != nil {
		return isWrong(fmt.Errorf("the face worker cannot look at a picture: %w", err), install).as(OpenCVBroken)
	}
	return isGood("%s, the face worker looked at a picture", about.Library).as(OpenCVGood)
}
