package ffmpeg

import (
	"math"
	"strconv"
	"strings"
)

// turn is the rotation that the container asks for.
type turn struct {
	degrees int  // anticlockwise, to the nearest quarter
	across  bool // width and height change places
	askew   bool // mirrored or not by quarters: players do not agree on it
}

// turned reads the display matrix among a stream's side data, whatever stands
// before or after it (colours of HDR, Dolby's, spherical, stereo).
func (s probedStream) turned() turn {
	for _, side := range s.SideData {
		if m, ok := readMatrix(side.Matrix); ok {
			return m.turn()
		}
	}
	return turn{}
}

// matrix is the part of a display matrix that turns: a b, c d.
type matrix struct{ a, b, c, d float64 }

// readMatrix reads ffprobe's three lines of «00000000: a b u».
func readMatrix(text string) (matrix, bool) {
	var values []float64
	for line := range strings.Lines(text) {
		_, row, found := strings.Cut(line, ":")
		if !found {
			continue
		}
		for _, field := range strings.Fields(row) {
			value, err := strconv.ParseFloat(field, 64)
			if err != nil {
				return matrix{}, false
			}
			values = append(values, value)
		}
	}
	if len(values) != 9 {
		return matrix{}, false
	}
	return matrix{values[0], values[1], values[3], values[4]}, true
}

// turn follows ffmpeg, which turns what it decodes: by quarters, with a degree
// to spare, else by the angle within the same frame.
func (m matrix) turn() turn {
	wide, high := math.Hypot(m.a, m.c), math.Hypot(m.b, m.d)
	if wide == 0 || high == 0 {
		return turn{}
	}
	const quarter, spare = 90, 1
	angle := math.Atan2(m.b/high, m.a/wide) * 180 / math.Pi // clockwise
	quarters := math.Round(angle / quarter)
	exact := math.Abs(angle-quarter*quarters) < spare
	t := turn{
		degrees: (int(-quarters)%4 + 4) % 4 * quarter,
		askew:   !exact || m.a*m.d-m.b*m.c < 0,
	}
	t.across = exact && t.degrees%180 != 0
	return t
}
