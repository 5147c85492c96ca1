package cv

import (
	"errors"
	"image"

	"gocv.io/x/gocv"

	"kaodian/media/vision"
)

// boxes is a detector that tells boxes only; a second network finds the points
// of the face in each.
type boxes struct {
	*network
	points *network
	tiled  int // how many pictures of this job were looked at in parts in vain
}

// Limits of the work on one job. Parts are looked at only where the whole
// picture shows nobody; where they show nobody either, again and again, nobody
// is there.
const (
	maxTiled  = 4  // pictures
	maxPoints = 16 // faces of one picture
)

func newBoxes(detector, points vision.Model) (*boxes, error) {
	d, err := newNetwork(detector)
	if err != nil {
		return nil, err
	}
	p, err := newNetwork(points)
	if err != nil {
		d.close()
		return nil, err
	}
	return &boxes{network: d, points: p}, nil
}

func (b *boxes) begin() { b.tiled = 0 }

func (b *boxes) close() {
	b.network.close()
	b.points.close()
}

func (b *boxes) detect(picture gocv.Mat) ([]vision.Detection, error) {
	found, err := b.look(picture)
	if err == nil && len(found) == 0 && b.tiled < maxTiled {
		if found, err = b.parts(picture); len(found) == 0 {
			b.tiled++
		}
	}
	if err != nil {
		return nil, err
	}
	var faces []vision.Detection
	for _, d := range found[:min(len(found), maxPoints)] {
		d, err := b.withPoints(picture, d)
		if err != nil {
			return nil, err
		}
		faces = append(faces, d)
	}
	return vision.BySize(faces), nil
}

// look finds faces in a picture that the network sees whole.
func (b *boxes) look(picture gocv.Mat) ([]vision.Detection, error) {
	b.feed(picture)
	outputs := b.net.ForwardLayers(vision.BoxesOutputs)
	defer func() {
		for _, o := range outputs {
			o.Close()
		}
	}()
	if len(outputs) != len(vision.BoxesOutputs) {
		return nil, errors.New("the detector's outputs are not scores and boxes")
	}
	scores, err := outputs[0].DataPtrFloat32()
	if err != nil {
		return nil, err
	}
	corners, err := outputs[1].DataPtrFloat32()
	if err != nil {
		return nil, err
	}
	return b.card.DecodeBoxes(scores, corners, float64(picture.Cols()), float64(picture.Rows())), nil
}

func (b *boxes) parts(picture gocv.Mat) ([]vision.Detection, error) {
	var all []vision.Detection
	for _, t := range b.card.Tiles(picture.Cols(), picture.Rows()) {
		part := picture.Region(image.Rect(t.X, t.Y, t.X+t.Width, t.Y+t.Height))
		found, err := b.look(part)
		part.Close()
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			all = append(all, d.Shift(t))
		}
	}
	return b.card.Merge(all), nil
}

// withPoints finds the points of a face. One that lies outside of the picture
// has none, and is told without.
func (b *boxes) withPoints(picture gocv.Mat, d vision.Detection) (vision.Detection, error) {
	d = d.Square(float64(picture.Cols()), float64(picture.Rows()))
	face, err := crop(picture, d, b.points.card.Width)
	if err != nil {
		return d, nil
	}
	defer face.Close()
	if b.points.card.Order == "GREY" {
		gocv.CvtColor(face, &face, gocv.ColorBGRToGray)
	}
	shares, err := b.points.run(face)
	if err != nil {
		return d, err
	}
	if points, ok := d.FivePoints(shares); ok {
		d.Points = points
	}
	return d, nil
}
