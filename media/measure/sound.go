package measure

import (
	"math"
	"time"

	"kaodian/app/base/shown"
)

// Everything is looked at in windows of a tenth of a second, the step of
// EBU R 128's blocks. One whose loudest sample stays below Limits.Silent is silent.
const (
	windowsPerSecond = 10
	window           = time.Second / windowsPerSecond
	digitalZero      = -120.0 // dB, told instead of minus infinity
	fullScale        = 1 << 15
	silentFor        = 1500 * time.Millisecond
	// A microphone that is overdriven stays at full scale for several samples;
	// one or two are the codec's overshoot.
	clippedLevel, clippedRun = fullScale - 8, 4
	// Pieces of sound whose times are nearer than this follow one another.
	soundJitter = 100 * time.Millisecond
)

// soundWindow is what is kept of a tenth of a second.
type soundWindow struct {
	at      time.Duration
	peak    int
	energy  float64 // after the K filter, mean square summed over the channels
	clipped bool
}

// soundMeter follows samples of 16 bits, little endian, the channels side by side.
type soundMeter struct {
	channels, rate int
	floor          int // loudest sample that counts as silence
	windows        []soundWindow
	prints         *soundPrinter
	pieces         []shown.Span // of sound without a break

	now    soundWindow
	frames int // in this window
	total  int
	square float64
	run    []int // samples in a row at full scale, by channel
	weigh  []kFilter
}

func newSoundMeter(channels, rate int, silent float64) *soundMeter {
	m := &soundMeter{
		channels: channels, rate: rate, run: make([]int, channels),
		floor:  int(fullScale * math.Pow(10, silent/20)),
		prints: newSoundPrinter(rate),
	}
	for range channels {
		m.weigh = append(m.weigh, newKFilter(float64(rate)))
	}
	return m
}

// write takes whole frames. A gap in the times starts a new window there.
func (m *soundMeter) write(at time.Duration, samples []byte) {
	expected := m.now.at + time.Duration(m.frames)*time.Second/time.Duration(m.rate)
	if m.total == 0 || (at-expected).Abs() > soundJitter {
		m.closeWindow()
		m.now.at = at
		m.pieces = append(m.pieces, shown.Span{From: at, To: at})
		m.prints.restart(at)
	}
	size := 2 * m.channels
	m.pieces[len(m.pieces)-1].To = at + time.Duration(len(samples)/size)*time.Second/time.Duration(m.rate)
	for ; len(samples) >= size; samples = samples[size:] {
		m.frame(samples[:size])
		if m.frames*windowsPerSecond >= m.rate {
			m.closeWindow()
		}
	}
}

func (m *soundMeter) frame(bytes []byte) {
	mono := 0
	for c := range m.channels {
		value := int(int16(uint16(bytes[2*c]) | uint16(bytes[2*c+1])<<8))
		mono += value
		m.square += float64(value * value)
		loud := max(value, -value)
		m.now.peak = max(m.now.peak, loud)
		if loud >= clippedLevel {
			m.run[c]++
			m.now.clipped = m.now.clipped || m.run[c] >= clippedRun
		} else {
			m.run[c] = 0
		}
		weighed := m.weigh[c].next(float64(value) / fullScale)
		m.now.energy += weighed * weighed
	}
	m.frames++
	m.total++
	m.prints.sample(float64(mono) / float64(m.channels))
}

func (m *soundMeter) closeWindow() {
	if m.frames == 0 {
		return
	}
	next := m.now.at + time.Duration(m.frames)*time.Second/time.Duration(m.rate)
	m.now.energy /= float64(m.frames)
	m.windows = append(m.windows, m.now)
	m.now, m.frames = soundWindow{at: next}, 0
}

func (m *soundMeter) result() *shown.Sound {
	if m == nil || m.total == 0 {
		return nil
	}
	m.closeWindow()
	s := &shown.Sound{Mean: decibel(math.Sqrt(m.square / float64(m.total*m.channels))), Loudness: loudness(m.windows)}
	peak, clipped := 0, 0
	for _, w := range m.windows {
		peak = max(peak, w.peak)
		if w.clipped {
			clipped++
		}
	}
	s.Peak, s.Clipped = decibel(float64(peak)), float64(clipped)/float64(len(m.windows))
	s.Silences = stretches(m.windows, silentFor, func(w soundWindow) bool { return w.peak <= m.floor })
	s.Clippings = joined(stretches(m.windows, 0, func(w soundWindow) bool { return w.clipped }), time.Second)
	return s
}

func (w soundWindow) from() time.Duration { return w.at }
func (w soundWindow) long() time.Duration { return window }

func decibel(amplitude float64) float64 {
	if amplitude <= 0 {
		return digitalZero
	}
	return max(20*math.Log10(amplitude/fullScale), digitalZero)
}
