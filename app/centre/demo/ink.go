package demo

import (
	"image"
	"image/color"
	"image/draw"
	"math"
)

// point is a place on a sheet, in staff spaces: x to the right, y upwards.
type point struct{ x, y float64 }

// ink draws black on white, in units of a staff's space. It draws everything
// three times as large and averages, so that edges are smooth.
type ink struct {
	fine   *image.Gray
	space  float64 // pixels of the fine picture in one staff space
	origin point   // where (0, 0) is, in fine pixels
}

const smoothness = 3

// newInk makes a white sheet of the given pixels; space is pixels per staff space.
func newInk(width, height int, space float64) *ink {
	k := &ink{fine: image.NewGray(image.Rect(0, 0, width*smoothness, height*smoothness)), space: space * smoothness}
	for i := range k.fine.Pix {
		k.fine.Pix[i] = 255
	}
	return k
}

// moveTo puts (0, 0) at a pixel of the finished picture.
func (k *ink) moveTo(x, y float64) { k.origin = point{x * smoothness, y * smoothness} }

// dab blackens every fine pixel within the box around a point for which
// inside says so; it is given the distance from the point in spaces.
func (k *ink) dab(at point, reach float64, inside func(dx, dy float64) bool) {
	x, y, r := k.origin.x+at.x*k.space, k.origin.y-at.y*k.space, reach*k.space
	for py := int(y - r); py <= int(y+r)+1; py++ {
		for px := int(x - r); px <= int(x+r)+1; px++ {
			if inside((float64(px)-x)/k.space, (y-float64(py))/k.space) {
				k.fine.SetGray(px, py, color.Gray{}) // off the sheet: nothing
			}
		}
	}
}

func (k *ink) dot(at point, radius float64) {
	k.dab(at, radius, func(dx, dy float64) bool { return dx*dx+dy*dy <= radius*radius })
}

// line draws a stroke of the given width: dots so close that its edge is even.
func (k *ink) line(from, to point, width float64) {
	if from.x == to.x || from.y == to.y {
		k.block(from, to, width)
		return
	}
	length := math.Hypot(to.x-from.x, to.y-from.y)
	steps := int(length/(width/4)) + 1
	for i := range steps + 1 {
		part := float64(i) / float64(steps)
		k.dot(point{from.x + (to.x-from.x)*part, from.y + (to.y-from.y)*part}, width/2)
	}
}

// block draws a stroke along the staff or across it, with square ends.
func (k *ink) block(from, to point, width float64) {
	place := func(x, y float64) image.Point {
		return image.Pt(int(math.Round(k.origin.x+x*k.space)), int(math.Round(k.origin.y-y*k.space)))
	}
	box := image.Rectangle{Min: place(from.x-width/2, from.y+width/2), Max: place(to.x+width/2, to.y-width/2)}
	if from.x == to.x {
		box = image.Rectangle{Min: place(from.x-width/2, from.y), Max: place(to.x+width/2, to.y)}
	}
	draw.Draw(k.fine, box.Canon(), image.Black, image.Point{}, draw.Src)
}

// curve draws a smooth stroke through the points (Catmull-Rom), with the
// width at each.
func (k *ink) curve(points []point, widths []float64) {
	at := func(i int) point { return points[min(max(i, 0), len(points)-1)] }
	const steps = 60
	for i := range len(points) - 1 {
		a, b, c, d := at(i-1), at(i), at(i+1), at(i+2)
		for n := range steps {
			t := float64(n) / steps
			k.dot(point{between(a.x, b.x, c.x, d.x, t), between(a.y, b.y, c.y, d.y, t)}, (widths[i]+(widths[i+1]-widths[i])*t)/2)
		}
	}
}

func between(a, b, c, d, t float64) float64 {
	return 0.5 * (2*b + (c-a)*t + (2*a-5*b+4*c-d)*t*t + (3*b-a-3*c+d)*t*t*t)
}

// head draws a note's head: a tilted ellipse, hollow for long notes.
func (k *ink) head(at point, hollow bool) {
	const long, short, tilt, rim = 0.64, 0.45, 0.35, 0.62
	cos, sin := math.Cos(tilt), math.Sin(tilt)
	k.dab(at, 0.7, func(dx, dy float64) bool {
		u, v := (dx*cos+dy*sin)/long, (dy*cos-dx*sin)/short
		within, hole := u*u+v*v <= 1, u*u/0.75+v*v/(rim*rim) <= 1
		return within && (!hollow || !hole)
	})
}

// picture is the sheet in its real size.
func (k *ink) picture() *image.Gray {
	box := k.fine.Bounds()
	out := image.NewGray(image.Rect(0, 0, box.Dx()/smoothness, box.Dy()/smoothness))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sum := 0
			for row := range smoothness {
				at := k.fine.PixOffset(x*smoothness, y*smoothness+row)
				for _, light := range k.fine.Pix[at : at+smoothness] {
					sum += int(light)
				}
			}
			out.Pix[out.PixOffset(x, y)] = uint8(sum / (smoothness * smoothness))
		}
	}
	return out
}
