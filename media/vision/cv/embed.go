package cv

import (
	"fmt"
	"image"
	"image/color"
	"slices"

	"gocv.io/x/gocv"

	"kaodian/media/vision"
)

// network is one whose input its card describes.
type network struct {
	card vision.Card
	net  gocv.Net
	// blob is kept from picture to picture: fresh memory from the kernel for
	// each would cost a fifth of the network's own time.
	blob gocv.Mat
}

func newNetwork(m vision.Model) (*network, error) {
	net, err := readNet(m)
	if err != nil {
		return nil, err
	}
	return &network{card: m.Card, net: net, blob: gocv.NewMat()}, nil
}

func (n *network) close() {
	n.net.Close()
	n.blob.Close()
}

// embed returns the face's numbers; picture is BGR, as OpenCV reads it.
func (n *network) embed(picture gocv.Mat, points vision.Landmarks) (embedded, error) {
	face, err := align(picture, points, n.card.Width, n.card.Height)
	if err != nil {
		return embedded{}, err
	}
	defer face.Close()
	numbers, err := n.run(face)
	if err != nil || !n.card.Mirrored {
		return embedded{numbers: numbers}, err
	}
	return embedded{numbers: numbers, aligned: face.ToBytes()}, nil
}

// embedded is a face as the network knows it. aligned are the pixels of one
// whose mirrored picture may still be added, nil otherwise.
type embedded struct {
	numbers vision.Numbers
	aligned []byte
}

// mirrored adds the numbers of the mirrored face, which makes them steadier and
// costs as much again: it pays for the few pictures that a verdict rests on.
func (n *network) mirrored(e embedded) (embedded, error) {
	if e.aligned == nil {
		return e, nil
	}
	face, err := gocv.NewMatFromBytes(n.card.Height, n.card.Width, gocv.MatTypeCV8UC3, e.aligned)
	if err != nil {
		return e, err
	}
	defer face.Close()
	gocv.Flip(face, &face, 1)
	more, err := n.run(face)
	if err != nil {
		return e, err
	}
	both := slices.Clone(e.numbers)
	for i := range both {
		both[i] += more[i]
	}
	return embedded{numbers: both}, nil
}

// run is the network's answer to an aligned face.
func (n *network) run(face gocv.Mat) ([]float32, error) {
	n.feed(face)
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

// feed gives the network a picture as its card says, stretched to its size.
// It is BGR, or grey where the card says so.
func (n *network) feed(picture gocv.Mat) {
	c := n.card
	mean := gocv.NewScalar(c.Mean[0], c.Mean[1], c.Mean[2], 0)
	gocv.BlobFromImages([]gocv.Mat{picture}, &n.blob, c.Scale, image.Pt(c.Width, c.Height), mean, c.Order == "RGB", false, gocv.MatTypeCV32F)
	n.net.SetInput(n.blob, "")
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
