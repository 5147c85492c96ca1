package measure

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Each frequency has the power that the sum says by which it is defined.
func TestTheTransformIsTheSum(t *testing.T) {
	const size = 64
	chance := rand.New(rand.NewPCG(5, 5))
	values := make([]float64, size)
	transformer, power := newTransformer(size), make([]float64, size/2)
	for range 3 { // what an earlier one left behind is no matter
		for i := range values {
			values[i] = chance.Float64()*2 - 1
			transformer.set(i, values[i])
		}
		transformer.power(power)
		for k := 1; k < size/2; k++ {
			re, im := 0.0, 0.0
			for i, v := range values {
				sin, cos := math.Sincos(-2 * math.Pi * float64(k*i) / size)
				re, im = re+v*cos, im+v*sin
			}
			if want := re*re + im*im; math.Abs(power[k]-want) > 1e-9 {
				t.Errorf("frequency %d has the power %v, want %v", k, power[k], want)
			}
		}
	}
}
