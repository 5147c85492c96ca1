package measure

import "math"

// kFilter is the weighting of ITU-R BS.1770: a shelf for the head, then a
// high pass, both as second-order filters.
type kFilter struct{ shelf, pass biquad }

type biquad struct {
	b0, b1, b2, a1, a2 float64
	x1, x2, y1, y2     float64
}

func (f *biquad) next(x float64) float64 {
	y := f.b0*x + f.b1*f.x1 + f.b2*f.x2 - f.a1*f.y1 - f.a2*f.y2
	f.x1, f.x2, f.y1, f.y2 = x, f.x1, y, f.y1
	return y
}

func (k *kFilter) next(x float64) float64 { return k.pass.next(k.shelf.next(x)) }

// newKFilter finds the coefficients for any rate from the analogue filters
// that BS.1770's table for 48 kHz stands for.
func newKFilter(rate float64) kFilter {
	const shelfHz, shelfGain, shelfQ = 1681.974450955533, 3.999843853973347, 0.7071752369554196
	k := math.Tan(math.Pi * shelfHz / rate)
	vh := math.Pow(10, shelfGain/20)
	vb := math.Pow(vh, 0.4996667741545416)
	a0 := 1 + k/shelfQ + k*k
	shelf := biquad{
		b0: (vh + vb*k/shelfQ + k*k) / a0, b1: 2 * (k*k - vh) / a0, b2: (vh - vb*k/shelfQ + k*k) / a0,
		a1: 2 * (k*k - 1) / a0, a2: (1 - k/shelfQ + k*k) / a0,
	}
	const passHz, passQ = 38.13547087602444, 0.5003270373238773
	k = math.Tan(math.Pi * passHz / rate)
	a0 = 1 + k/passQ + k*k
	return kFilter{shelf: shelf, pass: biquad{
		b0: 1, b1: -2, b2: 1, a1: 2 * (k*k - 1) / a0, a2: (1 - k/passQ + k*k) / a0,
	}}
}

// loudness is the gated mean of EBU R 128: blocks of 0.4 s, those below
// −70 LUFS and then those 10 LU below the rest's mean left out.
func loudness(windows []soundWindow) float64 {
	const perBlock, silent, below = 4, -70.0, 10.0
	var blocks []float64
	for i := 0; i+perBlock <= len(windows); i++ {
		sum := 0.0
		for _, w := range windows[i : i+perBlock] {
			sum += w.energy
		}
		blocks = append(blocks, sum/perBlock)
	}
	level := func(energy float64) float64 { return -0.691 + 10*math.Log10(energy) }
	gate := silent
	for range 2 {
		sum, count := 0.0, 0
		for _, energy := range blocks {
			if energy > 0 && level(energy) > gate {
				sum += energy
				count++
			}
		}
		if count == 0 {
			return silent
		}
		if gate > silent {
			return level(sum / float64(count))
		}
		gate = max(level(sum/float64(count))-below, silent+1e-9)
	}
	return silent
}
