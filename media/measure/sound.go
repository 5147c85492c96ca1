package measure

import (
	"math"
	"time"

	"kaodian/media/ffmpeg"
)

// Silence is looked for in windows of this length; one whose loudest sample
// stays below the floor is silent.
const (
	window       = ffmpeg.LevelRate / 10
	silenceFloor = -50.0  // dB
	digitalZero  = -120.0 // dB, told instead of minus infinity
	fullScale    = 1 << 15
)

// soundMeter follows samples of 16 bits, little endian, as they are written.
type soundMeter struct {
	odd    []byte // half a sample, kept for the next write
	floor  int    // loudest sample that counts as silence
	peak   int
	square float64
	count  int

	windowPeak int
	run        int // silent windows in a row
	longest    int
	longestEnd int // window after the longest run
}

func newSoundMeter() *soundMeter {
	return &soundMeter{floor: int(fullScale * math.Pow(10, silenceFloor/20))}
}

func (m *soundMeter) Write(p []byte) (int, error) {
	n := len(p)
	if len(m.odd) == 1 && len(p) > 0 {
		m.sample(m.odd[0], p[0])
		m.odd, p = m.odd[:0], p[1:]
	}
	for ; len(p) >= 2; p = p[2:] {
		m.sample(p[0], p[1])
	}
	m.odd = append(m.odd, p...)
	return n, nil
}

func (m *soundMeter) sample(low, high byte) {
	value := int(int16(uint16(low) | uint16(high)<<8))
	m.square += float64(value) * float64(value)
	m.windowPeak = max(m.windowPeak, value, -value)
	m.count++
	if m.count%window == 0 {
		m.closeWindow()
	}
}

func (m *soundMeter) closeWindow() {
	m.peak = max(m.peak, m.windowPeak)
	if m.windowPeak > m.floor {
		m.run = 0
	} else {
		m.run++
	}
	if m.run > m.longest {
		m.longest, m.longestEnd = m.run, m.count/window
	}
	m.windowPeak = 0
}

func (m *soundMeter) result() *Sound {
	if m.count == 0 {
		return nil
	}
	m.peak = max(m.peak, m.windowPeak)
	const length = time.Second * window / ffmpeg.LevelRate
	return &Sound{
		Peak:       decibel(float64(m.peak)),
		Mean:       decibel(math.Sqrt(m.square / float64(m.count))),
		Silent:     time.Duration(m.longest) * length,
		SilentFrom: time.Duration(m.longestEnd-m.longest) * length,
	}
}

func decibel(amplitude float64) float64 {
	if amplitude <= 0 {
		return digitalZero
	}
	return 20 * math.Log10(amplitude/fullScale)
}
