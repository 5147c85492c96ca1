package cv

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"image"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"testing"

	"gocv.io/x/gocv"

	"kaodian/media/vision"
	"kaodian/packaging/sharedtest"
)

var writeGolden = flag.Bool("write-golden", false, "write what the networks answer to drawn pictures")

// golden is what the package's networks answered to drawn pictures. That they
// know people is the business of make bench-faces.
type golden struct {
	Feature, Points, Liveness vision.Numbers
	Faces                     []vision.Detection // of the drawn face
}

func withNetworks(t testing.TB) (*Engine, vision.Models) {
	t.Helper()
	folder := sharedtest.Networks(t)
	models, err := vision.FindModels([]string{folder})
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(vision.WorkerOptions{Models: []string{folder}, Cascades: vision.CascadesFolder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e, models
}

// drawnFace is a face as a child would draw it, this large in this picture.
func drawnFace(width, height int, middle image.Point, side float64) gocv.Mat {
	m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(150, 170, 160, 0), height, width, gocv.MatTypeCV8UC3)
	at := func(x, y float64) image.Point {
		return image.Pt(middle.X+int(x*side), middle.Y+int(y*side))
	}
	size := func(x, y float64) image.Point { return image.Pt(int(x*side), int(y*side)) }
	oval := func(centre, axes image.Point, c color.RGBA) { gocv.Ellipse(&m, centre, axes, 0, 0, 360, c, -1) }
	skin, dark, hair, lips := color.RGBA{224, 180, 150, 0}, color.RGBA{30, 25, 20, 0}, color.RGBA{50, 35, 25, 0}, color.RGBA{190, 90, 90, 0}
	oval(at(0, -0.1), size(0.42, 0.55), hair)
	oval(at(0, 0.03), size(0.36, 0.48), skin)
	for _, x := range []float64{-0.15, 0.15} {
		oval(at(x, -0.08), size(0.075, 0.035), color.RGBA{250, 250, 250, 0})
		oval(at(x, -0.08), size(0.03, 0.032), dark)
		oval(at(x, -0.16), size(0.09, 0.014), hair)
	}
	oval(at(0, 0.09), size(0.035, 0.06), color.RGBA{205, 155, 125, 0})
	oval(at(0, 0.26), size(0.12, 0.03), lips)
	gocv.GaussianBlur(m, &m, image.Point{}, side/120, side/120, gocv.BorderDefault)
	return m
}

func answersOf(t testing.TB, e *Engine, models vision.Models) golden {
	t.Helper()
	picture := drawnFace(640, 480, image.Pt(300, 230), 260)
	defer picture.Close()
	found, err := e.detector.detect(picture)
	if err != nil {
		t.Fatal(err)
	}
	points := vision.Landmarks{{X: 261, Y: 210}, {X: 339, Y: 210}, {X: 300, Y: 255}, {X: 270, Y: 297}, {X: 330, Y: 297}}
	feature, err := e.network.embed(picture, points)
	if err == nil {
		feature, err = e.network.mirrored(feature)
	}
	if err != nil {
		t.Fatal(err)
	}
	grey := gocv.NewMat()
	defer grey.Close()
	gocv.CvtColor(picture, &grey, gocv.ColorBGRToGray)
	shares, err := e.detector.(*boxes).points.run(grey)
	if err != nil {
		t.Fatal(err)
	}
	liveness, err := newNetwork(*models.Liveness)
	if err != nil {
		t.Fatal(err)
	}
	defer liveness.close()
	live, err := liveness.run(picture)
	if err != nil {
		t.Fatal(err)
	}
	return golden{Feature: feature.numbers, Points: shares, Liveness: live, Faces: found}
}

func TestTheNetworksAnswerAsTheyDid(t *testing.T) {
	e, models := withNetworks(t)
	if len(models.Problems) != 0 || models.Points == nil || models.Liveness == nil || e.About().Detector != "fr_detect 6c0256ccd316 + fr_landmark f10b0ba1d2a8" || e.About().Network != "fr_feature 87aacdfe5751" {
		t.Fatalf("%+v, %q", e.About(), models.Problems)
	}
	got := answersOf(t, e, models)
	file := filepath.Join("testdata", "golden.json")
	if *writeGolden {
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, file, append(text, '\n'))
	}
	var want golden
	text, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(text, &want) != nil {
		t.Fatal(err)
	}
	for what, pair := range map[string][2]vision.Numbers{"feature": {got.Feature, want.Feature}, "points": {got.Points, want.Points}, "liveness": {got.Liveness, want.Liveness}} {
		if far := farthest(pair[0], pair[1]); far > 0.01 {
			t.Errorf("%s: %d numbers, %.4f from what it was", what, len(pair[0]), far)
		}
	}
	if len(got.Faces) != 1 || len(want.Faces) != 1 || math.Abs(got.Faces[0].X-want.Faces[0].X) > 2 || math.Abs(got.Faces[0].Width-want.Faces[0].Width) > 2 {
		t.Errorf("faces %+v, were %+v", got.Faces, want.Faces)
	}
}

// farthest is the greatest difference, infinite where the lengths differ.
func farthest(a, b vision.Numbers) float64 {
	if len(a) != len(b) || len(a) == 0 {
		return math.Inf(1)
	}
	far := 0.0
	for i := range a {
		far = max(far, math.Abs(float64(a[i]-b[i])))
	}
	return far
}

// A face that is too small for the whole picture is found in a part of it, and
// told in the whole picture's pixels; what was found whole is not sought again.
func TestPartsAreLookedAtWhereTheWholeShowsNobody(t *testing.T) {
	e, _ := withNetworks(t)
	b := e.detector.(*boxes)
	for _, tc := range []struct {
		name          string
		width, height int
		middle        image.Point
		side          float64
	}{
		{"upright", 720, 1280, image.Pt(380, 900), 60}, {"lying", 1280, 720, image.Pt(1000, 300), 40},
	} {
		picture := drawnFace(tc.width, tc.height, tc.middle, tc.side)
		whole, err := b.look(picture)
		if err != nil || len(whole) != 0 {
			t.Fatalf("%s: the whole shows %+v, %v", tc.name, whole, err)
		}
		found, err := b.detect(picture)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %+v, %v", tc.name, found, err)
		}
		d := found[0]
		if x, y := d.X+d.Width/2, d.Y+d.Height/2; math.Hypot(x-float64(tc.middle.X), y-float64(tc.middle.Y)) > tc.side/3 {
			t.Errorf("%s: found at %.0f, %.0f", tc.name, x, y)
		}
		picture.Close()
	}
}

// A clip in which nobody is seen costs its parts a few times and no more.
func TestPartsAreGivenUpWhereNobodyIs(t *testing.T) {
	e, _ := withNetworks(t)
	var frames [][]byte
	for i := range maxTiled + 5 {
		picture := image.NewRGBA(image.Rect(0, 0, 640, 360))
		picture.Set(i, 0, color.White)
		frames = append(frames, encode(t, picture))
	}
	if c, err := e.Compare(nil, frames); err != nil || c.Best != -1 {
		t.Fatalf("%+v, %v", c, err)
	}
	if tiled := e.detector.(*boxes).tiled; tiled != maxTiled {
		t.Errorf("%d pictures were looked at in parts", tiled)
	}
}

// Several frames count together, and the same frame a second time costs nothing.
func TestTheBestFramesCountTogether(t *testing.T) {
	e, _ := withNetworks(t)
	var frames [][]byte
	for i := range 3 {
		picture := drawnFace(640, 480, image.Pt(280+20*i, 230), 240+10*float64(i))
		b, err := gocv.IMEncode(gocv.JPEGFileExt, picture)
		if err != nil {
			t.Fatal(err)
		}
		frames = append(frames, bytes.Clone(b.GetBytes()))
		b.Close()
		picture.Close()
	}
	c, err := e.Compare(frames[0], frames)
	if err != nil || c.Similarity == nil || *c.Similarity < 0.8 || *c.Similarity > 0.9999 {
		t.Fatalf("%+v, %v", c, err)
	}
	if c.Numbers == nil || len(c.PhotoNumbers) != 512 {
		t.Errorf("%d and %d numbers", len(c.Numbers), len(c.PhotoNumbers))
	}
	if again, known := e.seen[sha256.Sum256(frames[1])]; !known || again.aligned != nil {
		t.Errorf("the frame is not kept as it was compared: %v", known)
	}
}
