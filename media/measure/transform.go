package measure

import "math"

// transformer is the fast Fourier transform of Cooley and Tukey of real values:
// those at even places are the real parts, those at odd ones the imaginary
// parts of half as many, which costs half.
type transformer struct {
	re, im   []float64 // half as many as there are values
	cos, sin []float64 // of the half turns by len(re)
}

// newTransformer is for a power of two.
func newTransformer(size int) *transformer {
	half := size / 2
	t := &transformer{re: make([]float64, half), im: make([]float64, half), cos: make([]float64, half), sin: make([]float64, half)}
	for i := range half {
		t.sin[i], t.cos[i] = math.Sincos(-math.Pi * float64(i) / float64(half))
	}
	return t
}

// power gives into each of to's places the square of that frequency, from 1 to
// half the size; the values are those that were set.
func (t *transformer) power(to []float64) {
	t.run()
	n := len(t.re)
	for k := 1; k < min(len(to), n); k++ {
		re, im, mirrorRe, mirrorIm := t.re[k], t.im[k], t.re[n-k], -t.im[n-k]
		evenRe, evenIm := (re+mirrorRe)/2, (im+mirrorIm)/2
		oddRe, oddIm := (im-mirrorIm)/2, (mirrorRe-re)/2
		x := evenRe + oddRe*t.cos[k] - oddIm*t.sin[k]
		y := evenIm + oddRe*t.sin[k] + oddIm*t.cos[k]
		to[k] = x*x + y*y
	}
}

// set puts the i-th value.
func (t *transformer) set(i int, value float64) {
	if i%2 == 0 {
		t.re[i/2] = value
	} else {
		t.im[i/2] = value
	}
}

// run transforms re and im in place.
func (t *transformer) run() {
	t.reorder()
	n := len(t.re)
	for size := 2; size <= n; size <<= 1 {
		half, step := size/2, 2*n/size
		for start := 0; start < n; start += size {
			lowRe, highRe := t.re[start:][:half], t.re[start+half:][:half]
			lowIm, highIm := t.im[start:][:half], t.im[start+half:][:half]
			for k := range half {
				cos, sin := t.cos[k*step], t.sin[k*step]
				re, im := highRe[k]*cos-highIm[k]*sin, highRe[k]*sin+highIm[k]*cos
				highRe[k], highIm[k] = lowRe[k]-re, lowIm[k]-im
				lowRe[k], lowIm[k] = lowRe[k]+re, lowIm[k]+im
			}
		}
	}
}

// reorder puts each value at the place whose bits are those of its own backwards.
func (t *transformer) reorder() {
	re, im := t.re, t.im
	for i, j := 1, 0; i < len(re); i++ {
		bit := len(re) >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		j |= bit
		if i < j {
			re[i], re[j], im[i], im[j] = re[j], re[i], im[j], im[i]
		}
	}
}
