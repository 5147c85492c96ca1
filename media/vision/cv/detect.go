package cv

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"

	"gocv.io/x/gocv"

	"kaodian/media/vision"
)

// detector finds faces, largest first. hasPoints of a detection is told by
// its points being set.
type detector interface {
	begin() // a job
	detect(picture gocv.Mat) ([]vision.Detection, error)
	close()
}

// yunet is the network that OpenCV's zoo publishes. OpenCV 4.6's own class for
// it knows an older form only, so the outputs are decoded by us.
type yunet struct {
	net gocv.Net
	// blob is kept from picture to picture: fresh memory from the kernel for
	// each would cost a fifth of the network's own time.
	blob gocv.Mat
}

// detectorSide is the longer side of the picture that the network sees. The
// announcement's faces are large: at this size 92 % of those of 80 pixels in 720p are
// found and 14 % of those of 40; larger inputs take longer (640: three times) and
// see shadows of large faces.
const detectorSide = 416

func newYuNet(m vision.Model) (*yunet, error) {
	net, err := readNet(m)
	if err != nil {
		return nil, err
	}
	return &yunet{net: net, blob: gocv.NewMat()}, nil
}

func readNet(m vision.Model) (gocv.Net, error) {
	net, err := gocv.ReadNetFromONNXBytes(m.Data)
	if err != nil {
		return gocv.Net{}, fmt.Errorf("%s: %w", m.File, err)
	}
	if net.Empty() {
		return gocv.Net{}, fmt.Errorf("%s: OpenCV reads no network in it", m.File)
	}
	return net, nil
}

func (y *yunet) close() {
	y.net.Close()
	y.blob.Close()
}

func (y *yunet) begin() {}

func (y *yunet) detect(picture gocv.Mat) ([]vision.Detection, error) {
	input, factor := fit(picture, detectorSide)
	defer input.Close()
	gocv.BlobFromImages([]gocv.Mat{input}, &y.blob, 1, image.Pt(input.Cols(), input.Rows()), gocv.NewScalar(0, 0, 0, 0), false, false, gocv.MatTypeCV32F)
	y.net.SetInput(y.blob, "")
	outputs := y.net.ForwardLayers(vision.YuNetOutputs)
	defer func() {
		for _, o := range outputs {
			o.Close()
		}
	}()
	if len(outputs) != len(vision.YuNetOutputs) {
		return nil, errors.New("the detector's outputs are not those of YuNet")
	}
	scales, err := readScales(outputs)
	if err != nil {
		return nil, err
	}
	found := vision.DecodeYuNet(input.Cols(), input.Rows(), scales)
	for i := range found {
		found[i] = found[i].Scale(factor)
	}
	return found, nil
}

// readScales copies the outputs out of OpenCV's memory.
func readScales(outputs []gocv.Mat) ([]vision.YuNetScale, error) {
	var scales []vision.YuNetScale
	for i, stride := range vision.YuNetStrides {
		s := vision.YuNetScale{Stride: stride}
		for j, to := range []*[]float32{&s.Class, &s.Object, &s.Boxes, &s.PointOffsets} {
			data, err := outputs[4*i+j].DataPtrFloat32()
			if err != nil {
				return nil, err
			}
			*to = append([]float32(nil), data...)
		}
		scales = append(scales, s)
	}
	return scales, nil
}

// fit makes the picture small enough and its sides multiples of 32, which the
// network needs, by black at the right and below. The factor leads back to
// the picture's own pixels.
func fit(picture gocv.Mat, side int) (gocv.Mat, float64) {
	factor := max(1, float64(max(picture.Cols(), picture.Rows()))/float64(side))
	small := gocv.NewMat()
	defer small.Close()
	width, height := max(1, int(float64(picture.Cols())/factor)), max(1, int(float64(picture.Rows())/factor))
	gocv.Resize(picture, &small, image.Pt(width, height), 0, 0, gocv.InterpolationArea)
	padded := gocv.NewMat()
	gocv.CopyMakeBorder(small, &padded, 0, up32(height)-height, 0, up32(width)-width, gocv.BorderConstant, color.RGBA{})
	return padded, factor
}

func up32(n int) int { return (n + 31) / 32 * 32 }

// cascade is the detector that needs no model. It overlooks many faces and
// knows no eyes.
type cascade struct {
	classifier gocv.CascadeClassifier
	label      string
}

const cascadeFile = "haarcascade_frontalface_default.xml"

func newCascade(folder string) (*cascade, error) {
	path := filepath.Join(folder, cascadeFile)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("no face detector: %w; run `make models`, or apt-get install opencv-data", err)
	}
	c := &cascade{classifier: gocv.NewCascadeClassifier()}
	if !c.classifier.Load(path) {
		return nil, fmt.Errorf("no face detector: OpenCV cannot read %s", path)
	}
	sum := sha256.Sum256(data)
	c.label = "Haar " + hex.EncodeToString(sum[:6])
	return c, nil
}

func (c *cascade) begin() {}

func (c *cascade) close() { c.classifier.Close() }

func (c *cascade) detect(picture gocv.Mat) ([]vision.Detection, error) {
	input, factor := fit(picture, detectorSide)
	defer input.Close()
	grey := gocv.NewMat()
	defer grey.Close()
	gocv.CvtColor(input, &grey, gocv.ColorBGRToGray)
	gocv.EqualizeHist(grey, &grey)
	const smallest = 48 // pixels; smaller ones are mostly not faces
	var found []vision.Detection
	for _, r := range c.classifier.DetectMultiScaleWithParams(grey, 1.1, 6, 0, image.Pt(smallest, smallest), image.Point{}) {
		d := vision.Detection{
			X: float64(r.Min.X), Y: float64(r.Min.Y), Width: float64(r.Dx()), Height: float64(r.Dy()), Score: 1,
		}
		found = append(found, d.Scale(factor))
	}
	return vision.BySize(found), nil
}
