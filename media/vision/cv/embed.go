package cv

import (
	"fmt"
	"image"
	"image/color"

	"gocv.io/x/gocv"

	"kaodian/media/vision"
)

// network turns an aligned face into numbers.
type network struct {
	card vision.Card
	net  gocv.Net
}

func newNetwork(m vision.Model) (*network, error) {
	net, err := readNet(m)
	if err != nil {
		return nil, err
	}
	return &network{card: m.Card, net: net}, nil
}

func (n *network) close() { n.net.Close() }

// embed returns the face's numbers; picture is BGR, as OpenCV reads it.
func (n *network) embed(picture gocv.Mat, points vision.Landmarks) ([]float32, error) {
	face, err := align(picture, points, n.card.Width, n.card.Height)
	if err != nil {
		return nil, err
	}
	defer face.Close()
	mean := gocv.NewScalar(n.card.Mean[0], n.card.Mean[1], n.card.Mean[2], 0)
	blob := gocv.BlobFromImage(face, n.card.Scale, image.Pt(n.card.Width, n.card.Height), mean, n.card.Order == "RGB", false)
	defer blob.Close()
	n.net.SetInput(blob, "")
	out := n.net.Forward("")
	defer out.Close()
	data, err := out.DataPtrFloat32()
	if err != nil {
		return nil, err
	}
	if len(data) != n.card.Dimensions {
		return nil, fmt.Errorf("%s answers %d numbers, its card says %d", n.card.Name, len(data), n.card.Dimensions)
	}
	return append([]float32(nil), data...), nil
}

// align cuts the face out, turned and scaled so that its points lie where the
// networks expect them.
func align(picture gocv.Mat, points vision.Landmarks, width, height int) (gocv.Mat, error) {
	affine, ok := vision.Align(points, width, height)
	if !ok {
		return gocv.Mat{}, fmt.Errorf("the face's points lie on top of each other")
	}
	m := gocv.NewMatWithSize(2, 3, gocv.MatTypeCV64F)
	defer m.Close()
	for i, v := range affine {
		m.SetDoubleAt(i/3, i%3, v)
	}
	face := gocv.NewMat()
	gocv.WarpAffineWithParams(picture, &face, m, image.Pt(width, height), gocv.InterpolationLinear, gocv.BorderConstant, color.RGBA{})
	return face, nil
}
