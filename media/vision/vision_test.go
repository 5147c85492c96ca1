package vision

import (
	"math"
	"testing"
)

func TestAlignmentBringsTheEyesToTheirPlaces(t *testing.T) {
	// A face turned by 30°, three times as large, elsewhere.
	sin, cos := math.Sincos(math.Pi / 6)
	var turned Landmarks
	for i, p := range template {
		turned[i] = Point{3*(cos*p.X-sin*p.Y) + 500, 3*(sin*p.X+cos*p.Y) + 100}
	}
	affine, ok := Align(turned, 112, 112)
	if !ok {
		t.Fatal("not aligned")
	}
	for i, p := range turned {
		if got := affine.Apply(p); math.Hypot(got.X-template[i].X, got.Y-template[i].Y) > 1e-6 {
			t.Errorf("point %d comes to %v, want %v", i, got, template[i])
		}
	}
	if _, ok := Align(Landmarks{}, 112, 112); ok {
		t.Error("five points in one place were aligned")
	}
}

func TestAProfileIsLessFrontal(t *testing.T) {
	profile := template
	profile[2].X = profile[0].X
	if front, side := template.Frontal(), profile.Frontal(); front < 0.95 || side > 0.7 {
		t.Errorf("frontal %.2f, profile %.2f", front, side)
	}
}

func TestCosineOfWhatHasNone(t *testing.T) {
	nan := float32(math.NaN())
	for _, pair := range [][2][]float32{{nil, nil}, {{1}, {1, 2}}, {{0, 0}, {1, 1}}, {{nan, 1}, {1, 1}}} {
		if c, ok := Cosine(pair[0], pair[1]); ok {
			t.Errorf("%v has %f", pair, c)
		}
	}
	if c, ok := Cosine([]float32{1, 0}, []float32{-2, 0}); !ok || c != -1 {
		t.Errorf("opposite: %f %v", c, ok)
	}
}

// scaleFor makes empty outputs of a stride.
func scaleFor(stride, width, height int) YuNetScale {
	n := width / stride * (height / stride)
	return YuNetScale{
		Stride: stride, Class: make([]float32, n), Object: make([]float32, n),
		Boxes: make([]float32, 4*n), PointOffsets: make([]float32, 10*n),
	}
}

func TestYuNetsCellsBecomeFaces(t *testing.T) {
	s := scaleFor(16, 64, 32)               // 4 columns, 2 rows
	const cell = 6                          // column 2, row 1
	s.Class[cell], s.Object[cell] = 0.81, 1 // the root is 0.9
	copy(s.Boxes[4*cell:], []float32{0.5, 0.25, float32(math.Log(2)), 0})
	copy(s.PointOffsets[10*cell:], []float32{0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1})
	found := DecodeYuNet(64, 32, []YuNetScale{s})
	if len(found) != 1 {
		t.Fatalf("%d faces", len(found))
	}
	d := found[0]
	if math.Abs(d.Score-0.9) > 1e-6 || math.Abs(d.X-24) > 1e-4 || d.Y != 12 || math.Abs(d.Width-32) > 1e-4 || d.Height != 16 {
		t.Errorf("%+v", d)
	}
	if d.Points[0] != (Point{32, 16}) || d.Points[2] != (Point{40, 24}) {
		t.Errorf("points %v", d.Points)
	}
	if twice := d.Scale(2); math.Abs(twice.X-48) > 1e-4 || twice.Points[2] != (Point{80, 48}) {
		t.Errorf("scaled %+v", twice)
	}
}

func TestYuNetsNeighboursAreOneFace(t *testing.T) {
	s := scaleFor(8, 64, 64)
	for _, cell := range []int{18, 19, 60} { // two side by side, one far off
		s.Class[cell], s.Object[cell] = 1, float32(1-0.001*float64(cell))
		copy(s.Boxes[4*cell:], []float32{0, 0, 1.5, 1.5})
	}
	if found := DecodeYuNet(64, 64, []YuNetScale{s}); len(found) != 2 {
		t.Errorf("%d faces, want 2", len(found))
	}
}

func TestYuNetsNonsenseIsNoFace(t *testing.T) {
	nan := float32(math.NaN())
	s := scaleFor(32, 64, 64)
	for i := range s.Class {
		s.Class[i], s.Object[i] = 1, 1
	}
	s.Class[0] = nan
	copy(s.Boxes[4:], []float32{nan, 0, 0, 0})
	copy(s.Boxes[8:], []float32{0, 0, 1000, 0}) // infinitely wide
	found := DecodeYuNet(64, 64, []YuNetScale{s, {Stride: 16, Class: []float32{1}}})
	if len(found) != 1 {
		t.Errorf("%d faces, want the one that is sound", len(found))
	}
}

func TestTheBestFaceIsLargeSharpAndFrontal(t *testing.T) {
	good := Face{Width: 200, EyeDistance: 80, Sharpness: 300, Frontal: 1, Score: 0.9}
	for name, change := range map[string]func(f *Face){
		"small": func(f *Face) { f.EyeDistance = 20 }, "blurred": func(f *Face) { f.Sharpness = 10 },
		"turned": func(f *Face) { f.Frontal = 0.4 }, "doubtful": func(f *Face) { f.Score = 0.6 },
	} {
		worse := good
		change(&worse)
		if worse.Quality() >= good.Quality() {
			t.Errorf("a %s face is as good", name)
		}
	}
	if (Face{Width: 200, Score: 1}).Quality() <= (Face{Width: 100, Score: 1}).Quality() {
		t.Error("without eyes the box does not count")
	}
}
