package vision

import "slices"

// The forms of a detector's outputs.
const (
	FormYuNet = "yunet"
	FormBoxes = "boxes" // corners and scores, nothing to decode, no points
)

// BoxesOutputs are the names of the outputs of that form: background and face
// of each candidate, and its corners as shares of the picture.
var BoxesOutputs = []string{"scores", "boxes"}

// DecodeBoxes turns the outputs into faces of a picture of that size, largest
// first. A box is as the points' network was trained: a square as high as the
// face, cut off at the picture's edges. Outputs of another length have none.
func (c Card) DecodeBoxes(scores, boxes []float32, width, height float64) []Detection {
	if len(scores)%2 != 0 || len(boxes) != 2*len(scores) {
		return nil
	}
	var found []Detection
	for i := range len(scores) / 2 {
		score, box := clamp(scores[2*i+1]), boxes[4*i:]
		if !(score >= c.Score) {
			continue
		}
		d := Detection{Score: score, X: float64(box[0]) * width, Y: float64(box[1]) * height}
		d.Width, d.Height = float64(box[2])*width-d.X, float64(box[3])*height-d.Y
		if d.finite() {
			found = append(found, d)
		}
	}
	return c.Merge(found)
}

// Square is the box as high as the face and as wide, within the picture.
func (d Detection) Square(width, height float64) Detection {
	middle, centre, half := d.X+d.Width/2, d.Y+d.Height/2, d.Height/2
	left, top := max(0, middle-half), max(0, centre-half)
	d.Width, d.Height = min(width-1, middle+half)-left, min(height-1, centre+half)-top
	d.X, d.Y = left, top
	return d
}

// facePoints is how many points the networks of that role find.
const facePoints = 68

// FivePoints are the alignment's points of a face's 68, which are shares of
// its box: the eyes' corners without their ends' neighbours, the nose's tip, the
// mouth's corners inside and out.
func (d Detection) FivePoints(shares []float32) (Landmarks, bool) {
	if len(shares) != 2*facePoints {
		return Landmarks{}, false
	}
	at := func(points ...int) Point {
		var p Point
		for _, i := range points {
			p.X += (d.X + float64(shares[2*i])*d.Width) / float64(len(points))
			p.Y += (d.Y + float64(shares[2*i+1])*d.Height) / float64(len(points))
		}
		return p
	}
	d.Points = Landmarks{at(37, 38, 40, 41), at(43, 44, 46, 47), at(30), at(48, 60), at(54, 64)}
	return d.Points, d.finite()
}

// Tile is a part of a picture, in its pixels.
type Tile struct{ X, Y, Width, Height int }

// Tiles cut a picture in which nothing was found into overlapping parts of
// the detector's shape: an upright one into parts as wide as it is, another
// into parts half as wide. A face that one edge cuts is whole in the next.
func (c Card) Tiles(width, height int) []Tile {
	w := width
	if width >= height {
		w = width / 2
	}
	h := min(height, w*c.Height/max(1, c.Width))
	if w < c.Width/4 || h < c.Height/4 { // too little of a picture to hide a face
		return nil
	}
	var tiles []Tile
	for _, y := range steps(height, h) {
		for _, x := range steps(width, w) {
			tiles = append(tiles, Tile{x, y, w, h})
		}
	}
	return tiles
}

// steps are where parts begin that overlap by a third or more.
func steps(whole, part int) []int {
	const most = 8
	if part >= whole {
		return []int{0}
	}
	n := min(most, (3*(whole-part)+2*part-1)/(2*part)+1)
	var at []int
	for i := range n {
		at = append(at, i*(whole-part)/(n-1))
	}
	return slices.Compact(at)
}

// Shift moves a detection from its part of the picture to the whole.
func (d Detection) Shift(t Tile) Detection {
	d.X, d.Y = d.X+float64(t.X), d.Y+float64(t.Y)
	return d
}

// Merge keeps the best of the detections of overlapping parts, and of shadows
// nothing where somebody is seen.
func (c Card) Merge(found []Detection) []Detection {
	kept := suppress(found, c.Overlap)
	if slices.ContainsFunc(kept, func(d Detection) bool { return d.Score >= c.ScoreBeside }) {
		kept = slices.DeleteFunc(kept, func(d Detection) bool { return d.Score < c.ScoreBeside })
	}
	return kept
}
