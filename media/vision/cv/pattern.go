package cv

import (
	"image"
	"math"
	"slices"

	"gocv.io/x/gocv"

	"kaodian/media/vision"
)

// A screen has a grid of pixels and a print has dots in rows. Photographed,
// they leave a regular pattern all over the picture, also as bands where the
// camera's own grid meets theirs (moiré): single peaks in its spectrum. It is
// looked for in the face alone: walls and shirts have patterns of their own,
// and white paper has none.
const (
	parts        = 3        // along each side of the face; they overlap
	head         = 0.25     // of the face's box, added at each side
	minFrequency = 1.0 / 25 // periods a pixel: what repeats more rarely is a shape
	nearGrid     = 1.5      // bins around the multiples of a JPEG's blocks
	nearAxis     = 3        // bins: edges of blocks and frames lie there
	background   = 21       // bins of the surroundings that a peak is held against
	maxDrift     = 5        // bins that a peak may lie apart from part to part
	minContrast  = 0.5      // squared steps of brightness: below, a JPEG rounds at random
)

// partSides are in pixels; the largest that the face has room for is taken.
var partSides = []int{256, 128}

// pattern is how far the strongest regular pattern stands out of its
// surroundings in the spectrum of every part of the face, in decibels; 0 for a
// face that is too small to say.
func pattern(picture gocv.Mat, face vision.Detection) float64 {
	x, y := face.X-head*face.Width, face.Y-head*face.Height
	box := image.Rect(int(x), int(y), int(x+(1+2*head)*face.Width), int(y+(1+2*head)*face.Height)).
		Intersect(image.Rect(0, 0, picture.Cols(), picture.Rows()))
	at := slices.IndexFunc(partSides, func(side int) bool { return side+side/2 <= min(box.Dx(), box.Dy()) })
	if at < 0 {
		return 0
	}
	region := picture.Region(box)
	defer region.Close()
	converted := gocv.NewMat()
	defer converted.Close()
	gocv.CvtColor(region, &converted, gocv.ColorBGRToYCrCb)
	strongest := 0.0
	for channel, plane := range gocv.Split(converted) {
		block := 8
		if channel > 0 {
			block = 16 // colour is stored at half the size
		}
		strongest = max(strongest, patternOf(plane, partSides[at], block))
		plane.Close()
	}
	return strongest
}

func patternOf(plane gocv.Mat, side, block int) float64 {
	window := hann(side)
	var spectra [][]float32
	for row := range parts {
		for column := range parts {
			x, y := (plane.Cols()-side)*column/(parts-1), (plane.Rows()-side)*row/(parts-1)
			spectra = append(spectra, peaks(plane, image.Rect(x, y, x+side, y+side), window))
		}
	}
	window.Close()
	strongest, values := 0.0, make([]float32, len(spectra))
	for y := range side {
		for x := range side/2 + 1 {
			if !telling(x, y, side, block) {
				continue
			}
			for i, s := range spectra {
				values[i] = s[y*side+x]
			}
			strongest = max(strongest, float64(slices.Min(values)))
		}
	}
	return strongest
}

// telling leaves out what every picture has: shapes, edges, and the blocks of
// a JPEG.
func telling(x, y, side, block int) bool {
	fx, fy := float64(x), float64(y)
	if y > side/2 {
		fy = float64(side - y)
	}
	if fx < nearAxis || fy < nearAxis || math.Hypot(fx, fy) < minFrequency*float64(side) {
		return false
	}
	step := float64(side) / float64(block)
	off := func(f float64) float64 { return math.Abs(f - step*math.Round(f/step)) }
	return off(fx) > nearGrid || off(fy) > nearGrid
}

// peaks is how far each frequency of a part stands out of its surroundings,
// in decibels, the most of its neighbourhood: side × side values.
func peaks(plane gocv.Mat, where image.Rectangle, window gocv.Mat) []float32 {
	region := plane.Region(where)
	defer region.Close()
	work := gocv.NewMat()
	defer work.Close()
	region.ConvertTo(&work, gocv.MatTypeCV32F)
	mean := work.Mean()
	work.SubtractFloat(float32(mean.Val1))
	gocv.Multiply(work, window, &work)
	power := powerOf(work)
	defer power.Close()
	const kept = 9.0 / 64 // of a noise's energy, by the window
	power.AddFloat(float32(minContrast * kept * float64(where.Dx()*where.Dy())))
	gocv.Log(power, &power)
	gocv.BoxFilter(power, &work, -1, image.Pt(background, background))
	gocv.Subtract(power, work, &power)
	kernel := gocv.GetStructuringElement(gocv.MorphRect, image.Pt(maxDrift, maxDrift))
	defer kernel.Close()
	gocv.Dilate(power, &power, kernel)
	power.MultiplyFloat(10 / math.Ln10)
	data, err := power.DataPtrFloat32()
	if err != nil { // it is of another type, or in pieces
		return make([]float32, where.Dx()*where.Dy())
	}
	return slices.Clone(data)
}

// powerOf is the power of each frequency.
func powerOf(part gocv.Mat) gocv.Mat {
	transformed := gocv.NewMat()
	defer transformed.Close()
	gocv.DFT(part, &transformed, gocv.DftComplexOutput)
	channels := gocv.Split(transformed)
	power := gocv.NewMat()
	gocv.Magnitude(channels[0], channels[1], &power)
	for i := range channels {
		channels[i].Close()
	}
	gocv.Multiply(power, power, &power)
	return power
}

// hann is the window that lets a part end without an edge.
func hann(side int) gocv.Mat {
	window := gocv.NewMatWithSize(side, side, gocv.MatTypeCV32F)
	at := func(i int) float64 { return 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(side)) }
	for y := range side {
		for x := range side {
			window.SetFloatAt(y, x, float32(at(x)*at(y)))
		}
	}
	return window
}
