// Package speech says where in a sound somebody speaks.
//
// It runs Silero's network of voice activity in plain Go, in the caller's process:
// its weights are held by their hash, it works on numbers alone, and no input can
// make it do more than so many multiplications a second of sound. Singing counts
// as speech to it.
package speech

import (
	"fmt"
	"math"

	"kaodian/media/onnx"
)

// Rate is how many samples a second, of one channel, it hears.
const Rate = 16000

// Step is how many samples one answer is of: 32 ms.
const Step = 512

const (
	context   = 64 // samples before a step that are heard again with it
	reflected = 64 // samples after its end that are its end, turned round
	frame     = 256
	hop       = 128
	frames    = (context+Step+reflected-frame)/hop + 1
	bins      = frame/2 + 1
	hidden    = 128
	gates     = 4
)

// Network is the network as it was read. It may be used by several at once.
type Network struct {
	basis    []float32 // bins of cosines, then as many of sines
	encoder  [4]convolution
	input    []float32 // weights of the memory's gates
	memory   []float32
	bias     []float32
	out      []float32
	outShift float32
}

// branch is the half of the network's file that hears 16,000 samples a second.
const branch = "then_branch"

// Read reads the network out of its file.
func Read(data []byte) (*Network, error) {
	weights, err := onnx.BranchWeights(data, branch)
	if err != nil {
		return nil, err
	}
	var missing error
	take := func(name string, count int) []float32 {
		w := weights[name]
		if len(w) != count && missing == nil {
			missing = fmt.Errorf("it has %d numbers of %s, and not %d", len(w), name, count)
		}
		return w
	}
	n := &Network{
		basis:  take("stft.forward_basis_buffer", 2*bins*frame),
		input:  take("decoder.rnn.weight_ih", gates*hidden*hidden),
		memory: take("decoder.rnn.weight_hh", gates*hidden*hidden),
		out:    take("decoder.decoder.2.weight", hidden),
	}
	for i, c := range []convolution{{in: bins, out: 128, stride: 1}, {in: 128, out: 64, stride: 2}, {in: 64, out: 64, stride: 2}, {in: 64, out: hidden, stride: 1}} {
		c.weights = take(fmt.Sprintf("encoder.%d.reparam_conv.weight", i), c.out*c.in*width)
		c.bias = take(fmt.Sprintf("encoder.%d.reparam_conv.bias", i), c.out)
		n.encoder[i] = c
	}
	ours, its, shift := take("decoder.rnn.bias_ih", gates*hidden), take("decoder.rnn.bias_hh", gates*hidden), take("decoder.decoder.2.bias", 1)
	if missing != nil {
		return nil, missing
	}
	n.outShift = shift[0]
	for i := range ours {
		n.bias = append(n.bias, ours[i]+its[i])
	}
	return n, nil
}

// Ear listens to one sound from its beginning on.
type Ear struct {
	network *Network
	heard   [context]float32 // the end of the step before
	state   [hidden]float32
	cell    [hidden]float32
}

// Listen is an ear for another sound.
func (n *Network) Listen() *Ear { return &Ear{network: n} }

// Hear says how likely somebody speaks in the next Step samples, each from -1 to
// 1: 0 to 1.
func (e *Ear) Hear(samples []float32) float64 {
	var sound [context + Step + reflected]float32
	copy(sound[:], e.heard[:])
	copy(sound[context:], samples[:Step])
	copy(e.heard[:], samples[Step-context:Step])
	const end = context + Step
	for i := range reflected {
		sound[end+i] = sound[end-2-i]
	}
	seen, length := e.network.spectrum(sound[:]), frames
	for _, c := range e.network.encoder {
		seen, length = c.apply(seen, length)
	}
	e.remember(seen)
	sum := e.network.outShift
	for i, h := range e.state {
		sum += max(h, 0) * e.network.out[i]
	}
	return float64(sigmoid(sum))
}

// spectrum is how loud each frequency is in each frame, the frames of one
// frequency side by side.
func (n *Network) spectrum(sound []float32) []float32 {
	loud := make([]float32, bins*frames)
	for bin := range bins {
		cosine, sine := n.basis[bin*frame:(bin+1)*frame], n.basis[(bins+bin)*frame:(bins+bin+1)*frame]
		for f := range frames {
			piece := sound[f*hop : f*hop+frame]
			re, im := dot(cosine, piece), dot(sine, piece)
			loud[bin*frames+f] = float32(math.Sqrt(float64(re*re + im*im)))
		}
	}
	return loud
}

// remember is a step of the long short-term memory: gates of what comes in, what
// is forgotten, what is new and what goes out, in this order.
func (e *Ear) remember(seen []float32) {
	n := e.network
	var gate [gates * hidden]float32
	for i := range gate {
		gate[i] = n.bias[i] + dot(n.input[i*hidden:(i+1)*hidden], seen) + dot(n.memory[i*hidden:(i+1)*hidden], e.state[:])
	}
	for i := range hidden {
		in, forget, fresh, out := sigmoid(gate[i]), sigmoid(gate[hidden+i]), tanh(gate[2*hidden+i]), sigmoid(gate[3*hidden+i])
		e.cell[i] = forget*e.cell[i] + in*fresh
		e.state[i] = out * tanh(e.cell[i])
	}
}

func sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }

func tanh(x float32) float32 { return float32(math.Tanh(float64(x))) }

// dot is the sum of products, in four sums that do not wait for each other.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}
