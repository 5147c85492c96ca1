package vision

import "math"

// CohortSize is among how many others a likeness is held (Beside): so many
// were measured.
const CohortSize = 60

// Beside is the cosine of two faces beside those of each to others: how many
// spreads it lies above their mean, averaged over both faces. Children are
// more alike than adults, and a centre's candidates say how much. False with
// fewer than CohortSize others, or where they say nothing (all the same).
func Beside(a, b []float32, others [][]float32) (float64, bool) {
	cosine, ok := Cosine(a, b)
	if !ok {
		return 0, false
	}
	sum := 0.0
	for _, face := range [][]float32{a, b} {
		mean, spread, ok := spreadTo(face, others)
		if !ok {
			return 0, false
		}
		sum += (cosine - mean) / spread / 2
	}
	return sum, true
}

// Nearest is the greatest cosine of a face to others, nil where there is none.
func Nearest(face []float32, others [][]float32) (nearest *float64) {
	for _, other := range others {
		if c, ok := Cosine(face, other); ok && (nearest == nil || c > *nearest) {
			nearest = &c
		}
	}
	return nearest
}

// spreadTo is mean and standard deviation of the cosines to others.
func spreadTo(face []float32, others [][]float32) (mean, spread float64, ok bool) {
	var n, sum, squares float64
	for _, other := range others {
		if c, ok := Cosine(face, other); ok {
			n, sum, squares = n+1, sum+c, squares+c*c
		}
	}
	if n < CohortSize {
		return 0, 0, false
	}
	mean = sum / n
	spread = math.Sqrt(max(0, squares/n-mean*mean))
	return mean, spread, spread > 1e-6
}
