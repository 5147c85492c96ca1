package cv

import (
	"image"
	"math"
	"testing"

	"gocv.io/x/gocv"
)

// changed is a photo after OpenCV did something to it.
func changed(t testing.TB, name string, change func(gocv.Mat)) []byte {
	t.Helper()
	m, err := gocv.IMDecode(face(t, name), gocv.IMReadColor)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	change(m)
	b, err := gocv.IMEncode(gocv.JPEGFileExt, m)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	return append([]byte(nil), b.GetBytes()...)
}

func blurred(sigma float64) func(gocv.Mat) {
	return func(m gocv.Mat) { gocv.GaussianBlur(m, &m, image.Point{}, sigma, sigma, gocv.BorderDefault) }
}

func darker(factor float64) func(gocv.Mat) {
	return func(m gocv.Mat) { m.MultiplyFloat(float32(factor)) }
}

// R18: the limits of app/exam lie between these: what is measured of a face
// that still compares right, and of one that does not.
func TestBlurAndDarkAreMeasuredOnBothSides(t *testing.T) {
	e := withModels(t)
	for _, name := range []string{"person-a-2.jpg", "person-a-3.jpg"} {
		for _, tc := range []struct {
			what    string
			change  func(gocv.Mat)
			allowed bool
		}{{"a little blurred", blurred(6), true}, {"blurred", blurred(12), false}, {"dim", darker(0.2), true}, {"dark", darker(0.1), false}} {
			c, err := e.Compare(face(t, "person-a-1.jpg"), [][]byte{changed(t, name, tc.change)})
			if err != nil || c.Best != 0 || c.Similarity == nil || math.Abs(*c.Similarities[0]-*c.Similarity) > 1e-6 || c.PhotoFace == nil {
				t.Fatalf("%s, %s: %+v, %v", name, tc.what, c, err)
			}
			f := c.Frames[0][0]
			if allowed := f.Sharpness >= 150 && f.Light >= 20; allowed != tc.allowed {
				t.Errorf("%s, %s: sharpness %.0f, light %.0f", name, tc.what, f.Sharpness, f.Light)
			}
			if other := *c.Similarity <= e.About().NoMatchInClip; other == tc.allowed {
				t.Errorf("%s, %s: similarity %.3f", name, tc.what, *c.Similarity)
			}
		}
	}
}
