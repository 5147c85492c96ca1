package speech

// width of every convolution's kernel; one frame of nothing stands on each side.
const width = 3

// convolution goes along the frames; what is below zero becomes zero.
type convolution struct {
	in, out, stride int
	weights         []float32 // out × in × width
	bias            []float32
}

// apply answers the new frames and how many of each there are.
func (c convolution) apply(seen []float32, length int) ([]float32, int) {
	count := (length-1)/c.stride + 1
	made := make([]float32, c.out*count)
	around := make([]float32, c.in*width) // one new frame's neighbourhood, as a kernel has it
	for f := range count {
		for i := range c.in {
			for k := range width {
				around[i*width+k] = 0
				if at := f*c.stride + k - 1; at >= 0 && at < length {
					around[i*width+k] = seen[i*length+at]
				}
			}
		}
		for o := range c.out {
			made[o*count+f] = max(c.bias[o]+dot(c.weights[o*c.in*width:(o+1)*c.in*width], around), 0)
		}
	}
	return made, count
}
