package measure

import (
	"math"
	"time"
)

// The sound's print is one number for each eighth of a second: each bit says
// whether the difference of two neighbouring bands grew since a moment ago.
// Signs of differences outlive re-encoding, changes of loudness and of the
// sample rate; another playing of the same piece has other ones.
const (
	printRate  = 8000
	printFrame = 4096 // samples: half a second, so that a shift of a few hundredths is no matter
	printHop   = 1024
	printBands = 33
	printLow   = 200.0 // Hz
	printHigh  = 3400.0
	peakBands  = 60 // three quarters of a semitone each
	printBack  = 2  // hops to the moment that a band is held against
	// A frame whose mean square is below this (about −60 dB) is silence; its bits would be noise.
	printFloor = 32.0 * 32.0

	// PrintStep is the time between two numbers of the sound's print.
	PrintStep = time.Second * printHop / printRate
	// maxPrints are four hours, however far a file's times jump.
	maxPrints = int(4 * time.Hour / PrintStep)
)

// soundPrinter brings samples to printRate and makes numbers of them.
type soundPrinter struct {
	step, position float64 // output samples for each input sample
	sum            float64
	count          int
	ring           []float64
	start          time.Duration // of the sound
	prints         []uint32      // 0: silence
	peaks          []byte        // the strongest of the narrow bands, from 1; 0: silence
	bands          [][]float64
	window         []float64
	edges, narrow  []int // where bands begin, in the transform's numbers
	transformer    *transformer
	power          []float64 // of each frequency up to printHigh
}

func newSoundPrinter(rate int) *soundPrinter {
	p := &soundPrinter{step: printRate / float64(rate), transformer: newTransformer(printFrame), start: -1}
	for i := range printFrame {
		p.window = append(p.window, 0.5-0.5*math.Cos(2*math.Pi*float64(i)/printFrame))
	}
	p.edges, p.narrow = bandEdges(printBands), bandEdges(peakBands)
	p.power = make([]float64, p.narrow[peakBands]+1)
	return p
}

// bandEdges divides the range evenly for the ear.
func bandEdges(count int) []int {
	var edges []int
	for b := range count + 1 {
		hz := printLow * math.Pow(printHigh/printLow, float64(b)/float64(count))
		edges = append(edges, int(hz*printFrame/printRate))
	}
	return edges
}

// restart notes where the sound begins; a gap is filled with silence, so that
// what comes after it keeps its time.
func (p *soundPrinter) restart(at time.Duration) {
	if p.start < 0 {
		p.start = max(at, 0)
		return
	}
	have := p.start + time.Duration(len(p.prints))*PrintStep
	if at-have > PrintStep {
		for range min(int((at-have)/PrintStep), maxPrints-len(p.prints)) {
			p.prints = append(p.prints, 0)
			p.peaks = append(p.peaks, 0)
			p.bands = append(p.bands, nil)
		}
		p.ring = p.ring[:0]
	}
}

func (p *soundPrinter) sample(value float64) {
	p.sum += value
	p.count++
	p.position += p.step
	for p.position >= 1 {
		p.position--
		p.ring = append(p.ring, p.sum/float64(max(p.count, 1)))
		if p.position < 1 {
			p.sum, p.count = 0, 0
		}
		if len(p.ring) == printFrame {
			p.frame()
			p.ring = append(p.ring[:0], p.ring[printHop:]...)
		}
	}
}

func (p *soundPrinter) frame() {
	if len(p.prints) >= maxPrints {
		return
	}
	energy := 0.0
	for i, v := range p.ring {
		energy += v * v
		p.transformer.set(i, v*p.window[i])
	}
	if energy/printFrame < printFloor {
		p.prints, p.peaks, p.bands = append(p.prints, 0), append(p.peaks, 0), append(p.bands, nil)
		return
	}
	p.transformer.power(p.power)
	bands := make([]float64, printBands)
	for b := range bands {
		bands[b] = math.Log(p.energy(p.edges[b], p.edges[b+1]) + 1)
	}
	p.bands = append(p.bands, bands)
	p.prints = append(p.prints, p.number(bands))
	p.peaks = append(p.peaks, p.peak())
}

func (p *soundPrinter) energy(from, to int) float64 {
	sum := 0.0
	for _, power := range p.power[from:max(to, from+1)] {
		sum += power
	}
	return sum
}

func (p *soundPrinter) peak() byte {
	best, most := 0, -1.0
	for b := range peakBands {
		if e := p.energy(p.narrow[b], p.narrow[b+1]); e > most {
			best, most = b, e
		}
	}
	return byte(best + 1)
}

func (p *soundPrinter) number(bands []float64) uint32 {
	n := len(p.bands) - 1 - printBack
	if n < 0 || p.bands[n] == nil {
		return 0
	}
	before := p.bands[n]
	p.bands[n] = nil
	var bits uint32
	for b := range printBands - 1 {
		if bands[b]-bands[b+1] > before[b]-before[b+1] {
			bits |= 1 << b
		}
	}
	return max(bits, 1)
}
