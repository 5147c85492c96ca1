package measure

import (
	"slices"
	"time"

	"kaodian/app/base/shown"
	"kaodian/media/ffmpeg"
)

// The cut detector holds each step from one picture to the next against the
// steps around it: movement goes on over several, a flash and a damaged
// picture come and go, a cut is one step.
const (
	ahead       = 4  // pictures after the step that are looked at
	behind      = 12 // steps before it
	changedLuma = 8  // of a block's mean difference, its change of light taken off
	minBlocks   = 8  // that change in the step
	minShare    = 0.06
	// Over so long a step a player may be elsewhere without a cut: what counts
	// there is another scene, and longer gaps are told apart.
	skipped = 150 * time.Millisecond
)

type step struct {
	at      time.Duration
	changed int // blocks
	luma    []byte
	jumped  bool // more than skipped after the picture before it
}

// cutMeter is told every picture, in order.
type cutMeter struct {
	scene float64 // Limits.Scene
	steps []step  // the last ones
	free  [][]byte
	cuts  []shown.Cut
	count int
	last  time.Duration
}

func (m *cutMeter) write(at time.Duration, luma []byte) {
	s := step{at: at, luma: m.keep(luma)}
	if n := len(m.steps); n > 0 {
		s.changed = changedBlocks(m.steps[n-1].luma, luma)
		s.jumped = at-m.steps[n-1].at > skipped
	}
	m.count++
	m.last = at
	m.steps = append(m.steps, s)
	if len(m.steps) > behind+ahead+1 {
		m.free = append(m.free, m.steps[0].luma)
		m.steps = slices.Delete(m.steps, 0, 1)
	}
	m.judge(len(m.steps) - 1 - ahead)
}

func (m *cutMeter) keep(luma []byte) []byte {
	var buffer []byte
	if n := len(m.free); n > 0 {
		buffer, m.free = m.free[n-1][:0], m.free[:n-1]
	}
	return append(buffer, luma...)
}

// restart forgets what came before: the next picture is of another stretch.
func (m *cutMeter) restart() { m.steps, m.last, m.count = nil, 0, 0 }

func (m *cutMeter) judge(i int) {
	if i < 3 {
		return
	}
	s := m.steps[i]
	if s.changed < minBlocks || !m.standsOut(i) {
		return
	}
	luma := func(n int) []byte { return m.steps[n].luma }
	here := broken(luma(i-1), luma(i))
	if here.share < minShare || s.jumped && here.known < m.scene {
		return
	}
	around := max(broken(luma(i-2), luma(i-1)).share, broken(luma(i), luma(i+1)).share)
	if around > here.share/3 {
		return
	}
	m.cuts = append(m.cuts, shown.Cut{At: s.at, Share: here.known})
}

// standsOut says that more changed in this step than in any other near it,
// and much more than usual.
func (m *cutMeter) standsOut(i int) bool {
	var others []int
	for n := 1; n < len(m.steps); n++ {
		if n != i {
			others = append(others, m.steps[n].changed)
		}
	}
	near := 0
	for n := max(i-ahead, 1); n <= min(i+ahead, len(m.steps)-1); n++ {
		if n != i {
			near = max(near, m.steps[n].changed)
		}
	}
	const usual, neighbour = 3, 2
	return m.steps[i].changed >= usual*middle(others) && m.steps[i].changed >= neighbour*near
}

// changedBlocks counts the blocks that differ by more than a change of light.
func changedBlocks(a, b []byte) int {
	changed := 0
	for top := 0; top < ffmpeg.MotionHeight; top += motionBlock {
		for left := 0; left < ffmpeg.MotionWidth; left += motionBlock {
			if blockChanged(a, b, left, top) {
				changed++
			}
		}
	}
	return changed
}

// blockChanged says whether the mean difference is more than changedLuma, the
// change of light taken off. With it taken off the differences sum up to no
// more than without it and their own sum, so most blocks are done after one look.
func blockChanged(a, b []byte, left, top int) bool {
	const n = motionBlock * motionBlock
	const limit = (changedLuma + 1) * n
	sum, total := 0, 0
	for y := range motionBlock {
		one, other := rowOf(a, left, top+y), rowOf(b, left, top+y)
		for x, v := range one {
			d := int(other[x]) - int(v)
			sum += d
			total += max(d, -d)
		}
	}
	if total+max(sum, -sum) < limit {
		return false
	}
	mean := sum / n
	total = 0
	for y := range motionBlock {
		one, other := rowOf(a, left, top+y), rowOf(b, left, top+y)
		for x, v := range one {
			d := int(other[x]) - int(v) - mean
			total += max(d, -d)
		}
	}
	return total >= limit
}
