package vision

import (
	"cmp"
	"math"
	"slices"
)

// Detection is a face as the detector found it.
type Detection struct {
	X, Y, Width, Height float64
	Score               float64
	Points              Landmarks
}

// YuNetOutputs are the names of the network's twelve outputs, for each of
// YuNetStrides in turn: how sure it is of a face, how sure that something is
// there, box, points.
var (
	YuNetStrides = []int{8, 16, 32}
	YuNetOutputs = []string{
		"cls_8", "obj_8", "bbox_8", "kps_8",
		"cls_16", "obj_16", "bbox_16", "kps_16",
		"cls_32", "obj_32", "bbox_32", "kps_32",
	}
)

// YuNetScale is a stride's four outputs, flattened.
type YuNetScale struct {
	Stride              int
	Class, Object       []float32
	Boxes, PointOffsets []float32
}

// OpenCV's own decoder uses 0.9. Real faces of the test photos reach 0.91 and
// more, ghost detections on a face that fills the picture up to 0.75; between
// them is room for a half-turned face.
const (
	yunetScore   = 0.8
	yunetOverlap = 0.3
	yunetMax     = 512 // candidates looked at, so that a hostile picture costs no quadratic time
)

// DecodeYuNet turns the outputs for an input of width × height pixels (each a
// multiple of 32) into faces, largest first. Outputs of another length are
// left out.
func DecodeYuNet(width, height int, scales []YuNetScale) []Detection {
	var found []Detection
	for _, s := range scales {
		columns, rows := width/s.Stride, height/s.Stride
		n := columns * rows
		if len(s.Class) != n || len(s.Object) != n || len(s.Boxes) != 4*n || len(s.PointOffsets) != 10*n {
			continue
		}
		for i := range n {
			if d, ok := s.cell(i, columns); ok {
				found = append(found, d)
			}
		}
	}
	return suppress(found, yunetOverlap)
}

// cell decodes one grid cell; its numbers are relative to the cell's corner,
// in strides, the box's size as a logarithm.
func (s YuNetScale) cell(i, columns int) (Detection, bool) {
	score := math.Sqrt(clamp(s.Class[i]) * clamp(s.Object[i]))
	if !(score >= yunetScore) {
		return Detection{}, false
	}
	stride := float64(s.Stride)
	column, row := float64(i%columns), float64(i/columns)
	box, points := s.Boxes[4*i:], s.PointOffsets[10*i:]
	d := Detection{
		Width:  math.Exp(float64(box[2])) * stride,
		Height: math.Exp(float64(box[3])) * stride,
		Score:  score,
	}
	d.X = (column+float64(box[0]))*stride - d.Width/2
	d.Y = (row+float64(box[1]))*stride - d.Height/2
	for k := range d.Points {
		d.Points[k] = Point{(column + float64(points[2*k])) * stride, (row + float64(points[2*k+1])) * stride}
	}
	return d, d.finite()
}

func (d Detection) finite() bool {
	sum := d.X + d.Y + d.Width + d.Height
	for _, p := range d.Points {
		sum += p.X + p.Y
	}
	return !math.IsNaN(sum) && !math.IsInf(sum, 0) && d.Width > 0 && d.Height > 0
}

func clamp(v float32) float64 { return max(0, min(1, float64(v))) }

// suppress keeps the best of detections that overlap by more than that share.
func suppress(found []Detection, most float64) []Detection {
	slices.SortStableFunc(found, func(a, b Detection) int { return cmp.Compare(b.Score, a.Score) })
	found = found[:min(len(found), yunetMax)]
	var kept []Detection
	for _, d := range found {
		if !slices.ContainsFunc(kept, func(k Detection) bool { return d.overlap(k) > most }) {
			kept = append(kept, d)
		}
	}
	return BySize(kept)
}

// overlap is the shared area over the joint one.
func (d Detection) overlap(e Detection) float64 {
	width := min(d.X+d.Width, e.X+e.Width) - max(d.X, e.X)
	height := min(d.Y+d.Height, e.Y+e.Height) - max(d.Y, e.Y)
	if width <= 0 || height <= 0 {
		return 0
	}
	shared := width * height
	return shared / (d.Width*d.Height + e.Width*e.Height - shared)
}

// Scale maps a detection from the detector's input to the picture.
func (d Detection) Scale(factor float64) Detection {
	d.X, d.Y, d.Width, d.Height = d.X*factor, d.Y*factor, d.Width*factor, d.Height*factor
	for i, p := range d.Points {
		d.Points[i] = Point{p.X * factor, p.Y * factor}
	}
	return d
}

// BySize sorts detections, largest first.
func BySize(found []Detection) []Detection {
	slices.SortStableFunc(found, func(a, b Detection) int { return cmp.Compare(b.Width*b.Height, a.Width*a.Height) })
	return found
}
