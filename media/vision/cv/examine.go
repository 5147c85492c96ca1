package cv

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // for the size, before OpenCV is asked to decode
	_ "image/png"
	"math"

	"gocv.io/x/gocv"

	"kaodian/media/vision"
)

// maxPixels of one picture: 8 Kp × 6 Kp, more than any phone takes.
const maxPixels = 48 << 20

var errNoPicture = errors.New("no JPEG or PNG picture that can be read")

// decode reads a picture as BGR and says its format.
func decode(data []byte) (gocv.Mat, string, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return gocv.Mat{}, "", errNoPicture
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return gocv.Mat{}, "", fmt.Errorf("%w (%d × %d pixels)", errNoPicture, config.Width, config.Height)
	}
	picture, err := gocv.IMDecode(data, gocv.IMReadColor)
	if err != nil {
		return gocv.Mat{}, "", errNoPicture
	}
	if picture.Empty() {
		picture.Close()
		return gocv.Mat{}, "", errNoPicture
	}
	return picture, format, nil
}

// faces describes what was found; sharpness and light are measured of the
// largest only.
func faces(picture gocv.Mat, found []vision.Detection) []vision.Face {
	list := make([]vision.Face, 0, len(found))
	for i, d := range found {
		f := vision.Face{
			X: d.X, Y: d.Y, Width: d.Width, Height: d.Height, Score: d.Score,
			EyeDistance: d.Points.EyeDistance(), Frontal: d.Points.Frontal(),
		}
		if i == 0 {
			f.Sharpness, f.Light = sharpness(picture, d)
		}
		list = append(list, f)
	}
	return list
}

// sharpness is the variance of the Laplacian over the face at 112 pixels, so
// that large and small faces compare; light is its mean luma.
func sharpness(picture gocv.Mat, d vision.Detection) (sharp, light float64) {
	const side = 112
	face, err := align(picture, d.Points, side, side)
	if err != nil {
		if face, err = crop(picture, d, side); err != nil {
			return 0, 0
		}
	}
	defer face.Close()
	grey, edges := gocv.NewMat(), gocv.NewMat()
	defer grey.Close()
	defer edges.Close()
	gocv.CvtColor(face, &grey, gocv.ColorBGRToGray)
	gocv.Laplacian(grey, &edges, gocv.MatTypeCV64F, 3, 1, 0, gocv.BorderDefault)
	mean, deviation := gocv.NewMat(), gocv.NewMat()
	defer mean.Close()
	defer deviation.Close()
	gocv.MeanStdDev(edges, &mean, &deviation)
	if deviation.Empty() {
		return 0, 0
	}
	return math.Pow(deviation.GetDoubleAt(0, 0), 2), grey.Mean().Val1
}

// crop cuts out a face without points.
func crop(picture gocv.Mat, d vision.Detection, side int) (gocv.Mat, error) {
	box := image.Rect(int(d.X), int(d.Y), int(d.X+d.Width), int(d.Y+d.Height)).
		Intersect(image.Rect(0, 0, picture.Cols(), picture.Rows()))
	if box.Empty() {
		return gocv.Mat{}, errNoPicture
	}
	region := picture.Region(box)
	defer region.Close()
	face := gocv.NewMat()
	gocv.Resize(region, &face, image.Pt(side, side), 0, 0, gocv.InterpolationArea)
	return face, nil
}

// Photo says what a registration photo shows (R2). What is no picture is an
// answer, not an error.
func (e *Engine) Photo(data []byte) (vision.PhotoReport, error) {
	report := vision.PhotoReport{About: e.about}
	colourful, err := readWhole(data)
	if err != nil {
		report.Unreadable = err.Error()
		return report, nil
	}
	picture, format, err := decode(data)
	if errors.Is(err, errNoPicture) {
		report.Unreadable = err.Error()
		return report, nil
	}
	if err != nil {
		return vision.PhotoReport{}, err
	}
	defer picture.Close()
	e.detector.begin()
	report.Colourful = colourful
	report.Format, report.Width, report.Height = format, picture.Cols(), picture.Rows()
	found, err := e.detector.detect(picture)
	if err != nil {
		return vision.PhotoReport{}, err
	}
	report.Faces = faces(picture, found)
	if len(found) > 0 {
		report.Pattern = pattern(picture, found[0])
	}
	return report, nil
}

// readWhole decodes a photo by Go's strict decoders, as OpenCV's fill up what
// is missing, and tells the share of its pixels that have a colour.
func readWhole(data []byte) (colourful float64, err error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return 0, fmt.Errorf("%d × %d pixels", config.Width, config.Height)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	return colourfulShare(picture), nil
}

func colourfulShare(picture image.Image) float64 {
	const (
		samples       = 100        // per side
		minDifference = 20 * 0x101 // difference of two channels of 16 bits
	)
	box := picture.Bounds()
	found := 0
	for y := range samples {
		for x := range samples {
			r, g, b, _ := picture.At(box.Min.X+x*box.Dx()/samples, box.Min.Y+y*box.Dy()/samples).RGBA()
			if max(r, g, b)-min(r, g, b) > minDifference {
				found++
			}
		}
	}
	return float64(found) / (samples * samples)
}
