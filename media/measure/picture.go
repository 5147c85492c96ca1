package measure

import (
	"math"
	"slices"
	"time"

	"kaodian/app/base/shown"
	"kaodian/media/ffmpeg"
)

// picture is what is kept of one of the pictures a second.
type picture struct {
	at        time.Duration
	mean      float64 // luma
	deviation float64
	edge      float64 // width of its sharper edges in its own pixels, 0 where there are too few
	change    float64 // of the block that changed most since the last picture
	moved     bool    // the whole picture is at another place than in the last one
	broken    float64 // share of its blocks whose structure is another than in the last one
	thumb     [thumbSize]byte
}

func (p picture) from() time.Duration { return p.at }
func (p picture) long() time.Duration { return 0 }

// pictureMeter follows the pictures.
type pictureMeter struct {
	list  []picture
	idle  func(from, to time.Duration) bool // the encoder had nothing to say then
	last  []byte                            // the last picture
	small []byte                            // it at half the size
}

func (m *pictureMeter) write(at time.Duration, luma []byte) {
	p := picture{at: at, edge: edgeWidth(luma), thumb: thumbOf(luma)}
	p.mean, p.deviation = spread(luma)
	small := halve(luma)
	if m.last != nil {
		p.change = maxChange(m.last, luma)
		p.moved = cameraMoved(m.small, small)
		p.broken = broken(m.small, small).share
	}
	m.list = append(m.list, p)
	m.last, m.small = append(m.last[:0], luma...), small
}

func spread(luma []byte) (mean, deviation float64) {
	var sum, square uint64
	for _, v := range luma {
		sum += uint64(v)
		square += uint64(v) * uint64(v)
	}
	n := float64(len(luma))
	mean = float64(sum) / n
	return mean, math.Sqrt(max(float64(square)/n-mean*mean, 0))
}

// halve averages two by two pixels.
func halve(luma []byte) []byte {
	const width, half = ffmpeg.PictureWidth, ffmpeg.MotionWidth
	small := make([]byte, half*ffmpeg.MotionHeight)
	for y := range ffmpeg.MotionHeight {
		upper, lower := luma[2*y*width:][:width], luma[(2*y+1)*width:][:width]
		for x := range half {
			small[y*half+x] = byte((int(upper[2*x]) + int(upper[2*x+1]) + int(lower[2*x]) + int(lower[2*x+1]) + 2) / 4)
		}
	}
	return small
}

// maxChange is the mean difference of the block that differs most: of a
// picture that stands still, not even one changes.
func maxChange(a, b []byte) float64 {
	const block, width = 20, ffmpeg.PictureWidth
	most := 0
	for top := 0; top < ffmpeg.PictureHeight; top += block {
		for left := 0; left < width; left += block {
			sum := 0
			for y := top; y < top+block; y++ {
				one, other := a[y*width+left:][:block], b[y*width+left:][:block]
				for x, v := range one {
					sum += max(int(v)-int(other[x]), int(other[x])-int(v))
				}
			}
			most = max(most, sum)
		}
	}
	return float64(most) / (block * block)
}

// edgeWidth is how wide the sharpest quarter of the picture's clear edges is:
// from the pixel where the light begins to change to where it ends. It does
// not depend on how many edges there are, so a plain room is not called
// blurred, and one sharp thing is enough to show that the camera is not.
func edgeWidth(luma []byte) float64 {
	const clear, enough, width = 40, 60, ffmpeg.PictureWidth
	var counts [width]int
	edges := 0
	for y := 0; y < ffmpeg.PictureHeight; y += 2 {
		row := luma[y*width:][:width]
		for x := 1; x < width; {
			end := climb(row, x)
			if height := int(row[end]) - int(row[x-1]); height >= clear || height <= -clear {
				counts[end-x+1]++
				edges++
			}
			x = max(end+1, x+1)
		}
	}
	if edges < enough {
		return 0
	}
	seen := 0
	for width, count := range counts {
		if seen += count; 4*seen >= edges {
			return float64(width)
		}
	}
	return 0
}

// climb is where the run of steps in one direction that begins between x−1
// and x ends.
func climb(row []byte, x int) int {
	const step = 2 // less is noise
	direction := sign(int(row[x])-int(row[x-1]), step)
	if direction == 0 {
		return x
	}
	for x+1 < len(row) && sign(int(row[x+1])-int(row[x]), step) == direction {
		x++
	}
	return x
}

func sign(v, step int) int {
	switch {
	case v >= step:
		return 1
	case v <= -step:
		return -1
	}
	return 0
}

// What something is seen by. Stretches that are shorter than these are not
// told: they are no finding, whatever the exam's limit.
const (
	black        = 24.0 // studio black is 16, a covered lens a little above
	blackSpread  = 8.0
	frozenChange = 0.4 // luma: a live camera's noise alone changes some block by more
	frozenAlmost = 4.0
	// The width of an edge, in 1/320 of the picture's: two
	// hundredths of it are a face whose eyes are not made out at 3 m.
	blurredEdge = 6.5
	lightFor    = 3 * time.Second
	frozenFor   = 2500 * time.Millisecond
	blurredFor  = 3 * time.Second // an autofocus that searches takes one or two
	shakingFor  = 2500 * time.Millisecond
	stillFor    = 1500 * time.Millisecond // a hand may be at the same place once a second later
)

func (m *pictureMeter) light(limits Limits) *shown.Light {
	if len(m.list) == 0 {
		return nil
	}
	l := &shown.Light{Pictures: len(m.list)}
	for _, p := range m.list {
		l.Mean += p.mean / float64(len(m.list))
	}
	l.Dark = stretches(m.list, lightFor, func(p picture) bool { return p.mean < limits.Dark })
	l.Bright = stretches(m.list, lightFor, func(p picture) bool { return p.mean > limits.Bright })
	l.Black = stretches(m.list, limits.Black, isBlack)
	return l
}

func isBlack(p picture) bool { return p.mean < black && p.deviation < blackSpread }

func (m *pictureMeter) looks() *shown.Looks {
	if len(m.list) == 0 {
		return nil
	}
	l := &shown.Looks{}
	// A change is one since the picture before, so the stretch begins there.
	l.Frozen = m.frozen()
	l.Shaking = longer(joined(m.since(0, func(p picture) bool { return p.moved }), stillFor), shakingFor)
	l.Blurred = stretches(m.list, blurredFor, func(p picture) bool { return p.edge > blurredEdge })
	var edges []float64
	for _, p := range m.list {
		if p.edge > 0 {
			edges = append(edges, p.edge)
		}
	}
	if len(edges) > 0 {
		slices.Sort(edges)
		l.Edge = edges[len(edges)/2]
	}
	return l
}

// frozen is where pictures are the same, or as good as the same while the
// encoder had nothing to say between them: it never makes quite the same key
// frame twice.
func (m *pictureMeter) frozen() []shown.Span {
	var from time.Duration
	return m.since(frozenFor, func(p picture) bool {
		before := from
		from = p.at
		same := p.change < frozenChange || p.change < frozenAlmost && m.idle(before, p.at)
		return same && !isBlack(p)
	})
}

// since is stretches over what each picture says about the time from the one
// before it.
func (m *pictureMeter) since(minLength time.Duration, holds func(picture) bool) []shown.Span {
	var spans []shown.Span
	for i := range m.list {
		if !holds(m.list[i]) || i == 0 {
			continue
		}
		step := shown.Span{From: m.list[i-1].at, To: m.list[i].at}
		if n := len(spans); n > 0 && spans[n-1].To == step.From {
			spans[n-1].To = step.To
			continue
		}
		spans = append(spans, step)
	}
	return longer(spans, minLength)
}
