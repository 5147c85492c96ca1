package measure

import "kaodian/media/ffmpeg"

// lightMeter averages luma bytes as they are written.
type lightMeter struct {
	sum   uint64
	count uint64
}

func (m *lightMeter) Write(p []byte) (int, error) {
	for _, luma := range p {
		m.sum += uint64(luma)
	}
	m.count += uint64(len(p))
	return len(p), nil
}

func (m *lightMeter) result() *Light {
	const picture = ffmpeg.LevelWidth * ffmpeg.LevelHeight
	if m.count < picture {
		return nil
	}
	return &Light{Mean: float64(m.sum) / float64(m.count), Pictures: int(m.count / picture)}
}
