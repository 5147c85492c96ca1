package vision

import (
	"math"
)

// Point is a place in a picture, in pixels.
type Point struct{ X, Y float64 }

// Landmarks are a face's five points: the eye on the left of the picture, the
// other eye, tip of the nose, the two corners of the mouth in the same order.
type Landmarks [5]Point

// EyeDistance is how far the eyes are apart, in pixels.
func (l Landmarks) EyeDistance() float64 {
	return math.Hypot(l[1].X-l[0].X, l[1].Y-l[0].Y)
}

// Frontal is 1 for a face that looks at the camera and falls to 0 in profile, by
// the position of the nose between the eyes.
func (l Landmarks) Frontal() float64 {
	left := math.Hypot(l[2].X-l[0].X, l[2].Y-l[0].Y)
	right := math.Hypot(l[2].X-l[1].X, l[2].Y-l[1].Y)
	if left+right == 0 {
		return 0
	}
	return 1 - math.Abs(left-right)/(left+right)
}

// template is where the five points lie in an aligned face of 112 × 112
// pixels, as the embedding networks were trained.
var template = Landmarks{
	{38.2946, 51.6963}, {73.5318, 51.5014}, {56.0252, 71.7366}, {41.5493, 92.3655}, {70.7299, 92.2041},
}

const templateSide = 112.0

// Affine maps a point: x' = M[0]x + M[1]y + M[2], y' = M[3]x + M[4]y + M[5].
type Affine [6]float64

// Align is the turn, shift and scale that brings the points closest (least
// squares) to the template in a picture of that size. False when the points
// lie on top of each other.
func Align(from Landmarks, width, height int) (Affine, bool) {
	var to Landmarks
	for i, p := range template {
		to[i] = Point{p.X * float64(width) / templateSide, p.Y * float64(height) / templateSide}
	}
	a, b := mean(from), mean(to)
	var dot, cross, spread float64
	for i := range from {
		x, y := from[i].X-a.X, from[i].Y-a.Y
		u, v := to[i].X-b.X, to[i].Y-b.Y
		dot += x*u + y*v
		cross += x*v - y*u
		spread += x*x + y*y
	}
	if spread < 1e-6 || math.Hypot(dot, cross) < 1e-6 {
		return Affine{}, false
	}
	cos, sin := dot/spread, cross/spread // both times the scale
	return Affine{
		cos, -sin, b.X - cos*a.X + sin*a.Y,
		sin, cos, b.Y - sin*a.X - cos*a.Y,
	}, true
}

// Apply maps a point.
func (m Affine) Apply(p Point) Point {
	return Point{m[0]*p.X + m[1]*p.Y + m[2], m[3]*p.X + m[4]*p.Y + m[5]}
}

func mean(l Landmarks) Point {
	var m Point
	for _, p := range l {
		m.X += p.X / float64(len(l))
		m.Y += p.Y / float64(len(l))
	}
	return m
}

// Cosine is the similarity of two embeddings, −1 to 1; false when they have
// none (another length, all zeros, no numbers).
func Cosine(a, b []float32) (float64, bool) {
	if len(a) != len(b) || len(a) == 0 {
		return 0, false
	}
	var dot, aa, bb float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		dot, aa, bb = dot+x*y, aa+x*x, bb+y*y
	}
	cosine := dot / math.Sqrt(aa*bb)
	if math.IsNaN(cosine) || math.IsInf(cosine, 0) {
		return 0, false
	}
	return max(-1, min(1, cosine)), true
}

// Quality ranks faces for the comparison: large, sharp, frontal and detected with
// confidence. Size counts up to the size of the networks' input, sharpness up to
// where more of it is noise. Without eye positions the box's size counts.
func (f Face) Quality() float64 {
	const enoughEyes, enoughSharp, eyesOfBox = 60.0, 300.0, 0.4
	eyes, frontal := f.EyeDistance, f.Frontal
	if eyes == 0 {
		eyes, frontal = eyesOfBox*f.Width, 1
	}
	sharp := min(f.Sharpness/enoughSharp, 1)
	return min(eyes/enoughEyes, 1) * (0.5 + 0.5*sharp) * frontal * f.Score
}
