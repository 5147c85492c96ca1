package demo

import (
	"bytes"
	"fmt"
	"image/png"
	"math/rand/v2"
)

// melody is a piece for one voice in four-four time.
type melody struct {
	sharps int // of the key: 2 is D major, -1 is F major
	bars   [][]note
}

// note is a tone: step counts the staff's places from the bottom line (E in
// the treble clef) upwards, beats its length in quarters.
type note struct {
	step  int
	beats float64
}

// Rhythms of one bar in quarters, easy ones first.
var rhythms = [][]float64{
	{1, 1, 2}, {1, 1, 1, 1}, {2, 2}, {2, 1, 1},
	{1, 0.5, 0.5, 1, 1}, {0.5, 0.5, 1, 0.5, 0.5, 1}, {1.5, 0.5, 1, 1}, {1, 1, 0.5, 0.5, 0.5, 0.5},
}

// compose makes a melody that moves by steps and small leaps within the
// staff and ends on the key's tonic. The same seed gives the same melody.
func compose(seed uint64, bars int, hard bool, sharps int) melody {
	random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a melody is no secret, and is to be the same every time
	choices := rhythms[:4]
	if hard {
		choices = rhythms
	}
	m := melody{sharps: sharps}
	tonic := tonicStep(sharps)
	step := tonic
	for range bars - 1 {
		var bar []note
		for _, beats := range choices[random.IntN(len(choices))] {
			bar = append(bar, note{step, beats})
			step = nextStep(random, step, hard)
		}
		m.bars = append(m.bars, bar)
	}
	m.bars = append(m.bars, []note{{tonic + 1, 2}, {tonic, 2}})
	return m
}

// tonicStep is the key's tonic within the staff; every sharp moves it up a
// fifth.
func tonicStep(sharps int) int { return ((5+4*sharps)%7 + 7) % 7 }

func nextStep(random *rand.Rand, step int, hard bool) int {
	const lowest, highest = -2, 9 // middle C to the G above the staff
	moves := []int{-1, -1, 1, 1, 0, 2, -2}
	if hard {
		moves = append(moves, 3, -3, 4)
	}
	next := step + moves[random.IntN(len(moves))]
	if next < lowest || next > highest {
		return 2*step - next
	}
	return next
}

// scale is one octave up and down in quarters.
func scale(sharps int) melody {
	m := melody{sharps: sharps}
	tonic := tonicStep(sharps)
	if tonic > 2 {
		tonic -= 7
	}
	var steps []int
	for i := range 8 {
		steps = append(steps, tonic+i)
	}
	for i := 6; i > 0; i-- {
		steps = append(steps, tonic+i)
	}
	for len(steps) >= 4 {
		var bar []note
		for _, step := range steps[:4] {
			bar = append(bar, note{step, 1})
		}
		m.bars, steps = append(m.bars, bar), steps[4:]
	}
	var last []note
	for _, step := range steps {
		last = append(last, note{step, 1})
	}
	m.bars = append(m.bars, append(last, note{tonic, 4 - float64(len(steps))}))
	return m
}

// The sheet, in pixels: wide enough for a phone held sideways.
const (
	sheetWidth   = 1280
	staffSpace   = 14.0
	systemHeight = 190
	margin       = 40
	barsPerLine  = 4
)

// engrave draws the melody as a PNG, four bars to the line.
func engrave(m melody) ([]byte, error) {
	lines := (len(m.bars) + barsPerLine - 1) / barsPerLine
	k := newInk(sheetWidth, lines*systemHeight+margin, staffSpace)
	width := (sheetWidth - 2*margin) / staffSpace
	for i := range lines {
		k.moveTo(margin, float64(i*systemHeight+systemHeight/2+margin+20))
		bars := m.bars[i*barsPerLine : min((i+1)*barsPerLine, len(m.bars))]
		k.system(m.sharps, bars, width, i == 0, i == lines-1)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, k.picture()); err != nil {
		return nil, fmt.Errorf("draw a demo score: %w", err)
	}
	return out.Bytes(), nil
}

// system draws one line of music with its clef and key; the origin is the
// left end of the staff's bottom line.
func (k *ink) system(sharps int, bars [][]note, width float64, first, last bool) {
	for i := range 5 {
		k.line(point{0, float64(i)}, point{width, float64(i)}, 0.1)
	}
	k.clef(point{1.9, 1})
	x := 3.9 + k.key(3.9, sharps)
	if first {
		k.four(point{x, 2})
		k.four(point{x, 0})
		x += 2.4
	}
	barWidth := (width - x) / barsPerLine
	for _, bar := range bars {
		k.bar(bar, x, barWidth)
		x += barWidth
		k.line(point{x, 0}, point{x, 4}, 0.14)
	}
	if last {
		k.line(point{x - 0.15, 0}, point{x - 0.15, 4}, 0.5)
		k.line(point{x - 0.8, 0}, point{x - 0.8, 4}, 0.14)
	}
}

// bar spaces its notes by their length.
func (k *ink) bar(notes []note, left, width float64) {
	const edge = 1.2
	beat := 0.0
	var beamed []point // heads of eighths that wait for a partner within the beat
	for _, n := range notes {
		at := point{left + edge + (width-edge)*beat/4, float64(n.step) / 2}
		k.note(at, n)
		if n.beats == 0.5 {
			beamed = append(beamed, at)
		}
		if len(beamed) == 2 {
			k.beam(beamed[0], beamed[1])
			beamed = nil
		} else if n.beats != 0.5 && len(beamed) == 1 {
			k.flag(beamed[0])
			beamed = nil
		}
		beat += n.beats
		if len(beamed) == 1 && beat == float64(int(beat)) { // the beat is over
			k.flag(beamed[0])
			beamed = nil
		}
	}
}

const stem = 3.3

// up says whether the stem goes up: below the middle line.
func up(at point) bool { return at.y < 2 }

// tip is the end of a head's stem.
func tip(at point) point {
	if up(at) {
		return point{at.x + 0.56, at.y + stem}
	}
	return point{at.x - 0.56, at.y - stem}
}

// note draws head, ledger lines, stem and dot; eighths get their stem with
// the beam or flag.
func (k *ink) note(at point, n note) {
	for line := -1.0; at.y <= line; line-- {
		k.line(point{at.x - 1, line}, point{at.x + 1, line}, 0.12)
	}
	for line := 5.0; at.y >= line; line++ {
		k.line(point{at.x - 1, line}, point{at.x + 1, line}, 0.12)
	}
	k.head(at, n.beats >= 2)
	if n.beats < 4 && n.beats != 0.5 {
		end := tip(at)
		k.line(point{end.x, at.y}, end, 0.13)
	}
	if n.beats == 1.5 || n.beats == 3 {
		k.dot(point{at.x + 1.1, at.y + 0.25}, 0.2)
	}
}

// beam joins two eighths; both stems go the way of the head that is farther
// from the middle line.
func (k *ink) beam(a, b point) {
	upwards := (a.y+b.y)/2 < 2
	side, reach := 0.56, stem
	end := max(a.y, b.y)
	if !upwards {
		side, reach, end = -side, -reach, min(a.y, b.y)
	}
	from, to := point{a.x + side, end + reach}, point{b.x + side, end + reach}
	k.line(point{from.x, a.y}, from, 0.13)
	k.line(point{to.x, b.y}, to, 0.13)
	k.line(from, to, 0.45)
}

func (k *ink) flag(at point) {
	end := tip(at)
	k.line(point{end.x, at.y}, end, 0.13)
	down := -1.0
	if !up(at) {
		down = 1
	}
	k.curve([]point{end, {end.x + 0.9, end.y + 1.1*down}, {end.x + 0.8, end.y + 2.2*down}}, []float64{0.3, 0.2, 0.1})
}

// clef draws the treble clef around the line of G.
func (k *ink) clef(g point) {
	outline := []point{
		{-0.25, -0.45}, {-0.5, 0.1}, {0.05, 0.72}, {0.8, 0.3}, {0.85, -0.45}, {0.15, -1}, {-0.85, -0.75}, {-1.3, 0.25},
		{-0.85, 1.5}, {0.05, 2.6}, {0.6, 3.6}, {0.55, 4.6}, {0.2, 4.9}, {-0.15, 4.2}, {-0.05, 2.8}, {0.25, 0}, {0.55, -1.9}, {0.35, -2.6}, {-0.2, -2.7}, {-0.45, -2.35},
	}
	widths := []float64{0.12, 0.15, 0.2, 0.28, 0.25, 0.15, 0.2, 0.32, 0.34, 0.26, 0.24, 0.2, 0.14, 0.16, 0.15, 0.14, 0.14, 0.14, 0.14, 0.14}
	for i := range outline {
		outline[i].x += g.x
		outline[i].y += g.y
	}
	k.curve(outline, widths)
	k.dot(point{g.x - 0.3, g.y - 2.25}, 0.3)
}

// Where the signs of a key stand, as staff steps.
var (
	sharpSteps = []int{8, 5, 9, 6, 3, 7, 4}
	flatSteps  = []int{4, 7, 3, 6, 2, 5, 1}
)

// key draws the key's sharps or flats and returns the room they took.
func (k *ink) key(x float64, sharps int) float64 {
	for i := range sharps {
		k.sharp(point{x + float64(i), float64(sharpSteps[i]) / 2})
	}
	for i := range -sharps {
		k.flat(point{x + float64(i), float64(flatSteps[i]) / 2})
	}
	return float64(max(sharps, -sharps)) + 1
}

func (k *ink) sharp(at point) {
	for _, side := range []float64{-0.2, 0.2} {
		k.line(point{at.x + side, at.y - 1.2 + side/2}, point{at.x + side, at.y + 1.2 + side/2}, 0.11)
		k.line(point{at.x - 0.45, at.y + 1.7*side - 0.12}, point{at.x + 0.45, at.y + 1.7*side + 0.12}, 0.24)
	}
}

func (k *ink) flat(at point) {
	k.line(point{at.x - 0.3, at.y - 0.6}, point{at.x - 0.3, at.y + 1.8}, 0.12)
	k.curve([]point{{at.x - 0.3, at.y + 0.3}, {at.x + 0.2, at.y + 0.5}, {at.x + 0.25, at.y}, {at.x - 0.3, at.y - 0.6}}, []float64{0.12, 0.26, 0.22, 0.12})
}

// four draws a 4 of the time signature, two spaces high.
func (k *ink) four(at point) {
	k.line(point{at.x + 0.75, at.y + 1.85}, point{at.x, at.y + 0.65}, 0.2)
	k.line(point{at.x, at.y + 0.65}, point{at.x + 1.35, at.y + 0.65}, 0.2)
	k.line(point{at.x + 0.95, at.y + 1.4}, point{at.x + 0.95, at.y + 0.12}, 0.34)
}
