package vision

import (
	"math"
	"slices"
	"testing"
)

// outputs are scores and boxes of candidates: a score and four corners each.
func outputs(candidates ...[5]float32) (scores, boxes []float32) {
	for _, c := range candidates {
		scores = append(scores, 1-c[0], c[0])
		boxes = append(boxes, c[1:]...)
	}
	return scores, boxes
}

func TestBoxesBecomeFaces(t *testing.T) {
	card := known(t, "fr_detect")
	nan := float32(math.NaN())
	scores, boxes := outputs(
		[5]float32{0.9, 0.1, 0.2, 0.3, 0.6}, [5]float32{0.95, 0.11, 0.2, 0.31, 0.6}, // one face twice
		[5]float32{0.9, 0.6, 0.1, 0.7, 0.2}, [5]float32{0.64, 0.8, 0.8, 0.9, 0.9}, // another, and none
		[5]float32{0.8, 0.8, 0.1, 0.9, 0.2}, // a shadow beside them
		[5]float32{nan, 0, 0, 1, 1}, [5]float32{0.99, nan, 0, 1, 1}, [5]float32{0.99, 0.5, 0.5, 0.4, 0.6},
	)
	found := card.DecodeBoxes(scores, boxes, 640, 480)
	if len(found) != 2 || math.Abs(found[0].X-70.4) > 1e-3 || math.Abs(found[0].Height-192) > 1e-3 || found[0].Score < 0.94 {
		t.Errorf("%+v", found)
	}
	alone := card.DecodeBoxes(scores[8:10], boxes[16:20], 640, 480)
	if len(alone) != 1 {
		t.Errorf("what is doubtful beside others counts alone: %+v", alone)
	}
	if card.DecodeBoxes(scores[1:], boxes, 640, 480) != nil || card.DecodeBoxes(scores, boxes[4:], 640, 480) != nil {
		t.Error("outputs of another length have faces")
	}
}

func TestAFacesSquareStaysInThePicture(t *testing.T) {
	d := Detection{X: 2, Y: 10, Width: 60, Height: 100}.Square(640, 480)
	if d.X != 0 || d.Width != 82 || d.Y != 10 || d.Height != 100 {
		t.Errorf("%+v", d)
	}
}

func TestFivePointsOfSixtyEight(t *testing.T) {
	shares := make([]float32, 2*facePoints)
	for i := range facePoints {
		shares[2*i], shares[2*i+1] = float32(i)/100, 0.5
	}
	points, ok := Detection{X: 10, Y: 20, Width: 100, Height: 200}.FivePoints(shares)
	if !ok || math.Abs(points[0].X-49) > 1e-4 || math.Abs(points[2].X-40) > 1e-4 || math.Abs(points[4].X-69) > 1e-4 || points[3].Y != 120 {
		t.Errorf("%v", points)
	}
	if _, ok := (Detection{Width: 1, Height: 1}).FivePoints(shares[2:]); ok {
		t.Error("67 points were taken")
	}
}

// Every place of a picture lies well inside of a part: a face that one edge
// cuts is whole in another.
func TestPartsCoverThePictureAndOverlap(t *testing.T) {
	card := known(t, "fr_detect")
	for _, size := range [][2]int{{1280, 720}, {720, 1280}, {640, 360}, {360, 640}, {4000, 3000}, {3000, 500}} {
		width, height := size[0], size[1]
		tiles := card.Tiles(width, height)
		if len(tiles) < 3 || len(tiles) > 12 {
			t.Errorf("%v has %d parts", size, len(tiles))
		}
		face := min(width, height) / 10
		for x := 0; x+face <= width; x += face / 2 {
			for y := 0; y+face <= height; y += face / 2 {
				whole := func(p Tile) bool {
					return p.X <= x && p.Y <= y && p.X+p.Width >= x+face && p.Y+p.Height >= y+face
				}
				if !slices.ContainsFunc(tiles, whole) {
					t.Fatalf("%v: a face at %d, %d is whole in no part of %v", size, x, y, tiles)
				}
			}
		}
	}
	for _, size := range [][2]int{{1, 1}, {3000, 1}, {33, 4000}} {
		if tiles := card.Tiles(size[0], size[1]); len(tiles) != 0 {
			t.Errorf("%v has %v", size, tiles)
		}
	}
}
