package measure

import (
	"math"
	"slices"

	"kaodian/media/ffmpeg"
)

// A picture of MotionWidth × MotionHeight is looked at in blocks.
const (
	motionBlock = 10 // pixels
	blocksWide  = ffmpeg.MotionWidth / motionBlock
	blocksHigh  = ffmpeg.MotionHeight / motionBlock
	allBlocks   = blocksWide * blocksHigh
	// A block with less deviation than this shows nothing that could be recognised.
	textured = 4.0
	// Structure is another when its correlation is below this wherever it may
	// have moved to within reach: a hand at 2 m does 2 m in a second.
	// Among so many places one is alike by chance, so there it must be more so.
	sameStructure = 0.6
	foundAgain    = 0.7
	reach         = 4
)

// breakage is how much of a picture has another structure in the next one.
type breakage struct {
	share float64 // of the whole picture
	known float64 // of what can be recognised in it
}

// broken holds two pictures against each other. Correlation does not see how
// bright a block is, so a lamp that is switched on breaks nothing; a search
// around its place does not see ordinary movement. Nothing is said where too
// little can be recognised.
func broken(a, b []byte) breakage {
	count, seen := 0, 0
	for row := range blocksHigh {
		for column := range blocksWide {
			switch blockBroken(a, b, column*motionBlock, row*motionBlock) {
			case broke:
				count++
				seen++
			case held:
				seen++
			}
		}
	}
	const enough = allBlocks / 12
	if seen < enough {
		return breakage{}
	}
	return breakage{share: float64(count) / allBlocks, known: float64(count) / float64(seen)}
}

type blockFate int

const (
	plain blockFate = iota // nothing to recognise
	held
	broke
)

func blockBroken(a, b []byte, left, top int) blockFate {
	one := statsOf(a, left, top)
	other := statsOf(b, left, top)
	if one.deviation < textured && other.deviation < textured {
		return plain
	}
	if one.deviation < textured || other.deviation < textured {
		return oneSided(one, other)
	}
	if correlation(a, one, b, other) >= sameStructure {
		return held
	}
	for y := max(top-reach, 0); y <= min(top+reach, ffmpeg.MotionHeight-motionBlock); y++ {
		for x := max(left-reach, 0); x <= min(left+reach, ffmpeg.MotionWidth-motionBlock); x++ {
			moved := statsOf(b, x, y)
			if moved.deviation >= textured/2 && correlation(a, one, b, moved) >= foundAgain {
				return held
			}
		}
	}
	return broke
}

// oneSided is a block where something appeared or vanished: broken, unless
// its light changed so that a shadow or the dark may be all there is to it.
func oneSided(one, other blockStats) blockFate {
	const sameLight = 12
	if math.Abs(one.mean-other.mean) > sameLight || max(one.deviation, other.deviation) < 3*textured {
		return plain
	}
	return broke
}

// rowOf is one line of a block, as an array, so that its length need not be
// looked at for each pixel.
func rowOf(luma []byte, left, y int) *[motionBlock]byte {
	return (*[motionBlock]byte)(luma[y*ffmpeg.MotionWidth+left:])
}

type blockStats struct {
	left, top       int
	mean, deviation float64
}

func statsOf(luma []byte, left, top int) blockStats {
	sum, square := 0, 0
	for y := range motionBlock {
		for _, v := range rowOf(luma, left, top+y) {
			sum += int(v)
			square += int(v) * int(v)
		}
	}
	const n = motionBlock * motionBlock
	mean := float64(sum) / n
	return blockStats{left: left, top: top, mean: mean, deviation: math.Sqrt(max(float64(square)/n-mean*mean, 0))}
}

func correlation(a []byte, one blockStats, b []byte, other blockStats) float64 {
	sum := 0
	for y := range motionBlock {
		left, right := rowOf(a, one.left, one.top+y), rowOf(b, other.left, other.top+y)
		for x, v := range left {
			sum += int(v) * int(right[x])
		}
	}
	const n = motionBlock * motionBlock
	covariance := float64(sum)/n - one.mean*other.mean
	return covariance / max(one.deviation*other.deviation, 1e-9)
}

// cameraMoved says that most of what can be recognised is at another place,
// all of it moved alike, and from one side of the picture to the other: the
// camera, not a player before a plain wall.
func cameraMoved(a, b []byte) bool {
	const (
		far    = 2 // pixels: 16 of 1280
		search = 8
		enough = 12
	)
	var dx, dy, columns []int
	for row := 1; row < blocksHigh-1; row += 2 {
		for column := 1; column < blocksWide-1; column++ {
			if x, y, ok := displacement(a, b, column*motionBlock, row*motionBlock, search); ok {
				dx, dy, columns = append(dx, x), append(dy, y), append(columns, column)
			}
		}
	}
	if len(dx) < enough {
		return false
	}
	x, y := middle(dx), middle(dy)
	if max(x, -x) < far && max(y, -y) < far {
		return false
	}
	agreed, left, right := 0, 0, 0
	for i := range dx {
		if max(dx[i]-x, x-dx[i]) > 1 || max(dy[i]-y, y-dy[i]) > 1 {
			continue
		}
		agreed++
		switch {
		case columns[i] < blocksWide/4:
			left++
		case columns[i] >= blocksWide*3/4:
			right++
		}
	}
	const side = 2
	return 10*agreed >= 6*len(dx) && left >= side && right >= side
}

func middle(list []int) int {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

// displacement is where a block went; not ok where it has too little that
// could be recognised or is nowhere.
func displacement(a, b []byte, left, top, search int) (dx, dy int, ok bool) {
	one := statsOf(a, left, top)
	if one.deviation < 2*textured {
		return 0, 0, false
	}
	best := difference(a, b, left, top, 0, 0, math.MaxInt)
	const still = motionBlock * motionBlock * 3 / 2 // it did not move at all
	if best <= still {
		return 0, 0, true
	}
	at := best
	for y := -search; y <= search; y++ {
		for x := -search; x <= search; x++ {
			if left+x < 0 || top+y < 0 || left+x > ffmpeg.MotionWidth-motionBlock || top+y > ffmpeg.MotionHeight-motionBlock {
				continue
			}
			if d := difference(a, b, left, top, x, y, best); d < best {
				best, dx, dy = d, x, y
			}
		}
	}
	// It must be found again, and clearly better than where it was.
	found := float64(best) < one.deviation*motionBlock*motionBlock*0.6
	return dx, dy, found && (dx == 0 && dy == 0 || 10*best < 8*at)
}

// difference is the sum of absolute differences, given up beyond limit.
func difference(a, b []byte, left, top, dx, dy, limit int) int {
	sum := 0
	for y := range motionBlock {
		one, other := rowOf(a, left, top+y), rowOf(b, left+dx, top+dy+y)
		for x, v := range one {
			sum += max(int(v)-int(other[x]), int(other[x])-int(v))
		}
		if sum >= limit {
			return sum
		}
	}
	return sum
}
