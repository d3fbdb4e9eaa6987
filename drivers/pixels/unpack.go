package pixels

import (
	"image"

	"fanlight/drivers/pixels/turbo"
)

// planes lays a checked picture out as JPEG has it.
func (r Raw) planes(to *turbo.Planes) error {
	size, l := image.Pt(r.Width, r.Height), layouts[r.Layout]
	switch {
	case l.chroma != none:
		to.Reset(size, turbo.Sampled420)
		r.unpack(to.All())
		return nil
	case r.Layout == Grey:
		to.Reset(size, turbo.Grey)
		resample(to.All()[0], turbo.Plane{Pix: r.Pix, Width: r.Width, Height: r.Height, Stride: r.Stride})
		return nil
	default:
		return to.FromPixels(r.Pix, l.format, size, r.Stride, turbo.Sampled420)
	}
}

// samples are the values of Y, U or V where they lie among others.
type samples struct {
	pix          []byte // from the first on
	stride, step int    // bytes from line to line, and from value to value
}

func (s samples) line(y int) []byte { return s.pix[y*s.stride:] }

// unpack sorts Y, U and V into planes of 4:2:0 and widens their range.
func (r Raw) unpack(to []turbo.Plane) {
	y, u, v := r.samples()
	for n := range to[0].Height {
		widen(to[0].Line(n), y.line(n), y.step)
	}
	for n, from := range []samples{u, v} {
		plane := to[1+n]
		for n := range plane.Height {
			if layouts[r.Layout].chroma == pairs { // every line has colours
				widenTwo(plane.Line(n), from.line(2*n), from.line(min(2*n+1, r.Height-1)), from.step)
			} else {
				widenTwo(plane.Line(n), from.line(n), from.line(n), from.step)
			}
		}
	}
}

// samples finds Y, U and V in a layout whose pixels share colours.
func (r Raw) samples() (y, u, v samples) {
	l := layouts[r.Layout]
	y = samples{r.Pix[l.y:], r.Stride, l.pixel}
	behind := r.Pix
	if l.chroma != pairs {
		behind = r.Pix[r.Stride*r.Height:]
	}
	switch l.chroma {
	case pairs:
		return y, samples{r.Pix[l.u:], r.Stride, 4}, samples{r.Pix[l.v:], r.Stride, 4}
	case onePlane:
		return y, samples{behind[l.u:], r.Stride, 2}, samples{behind[l.v:], r.Stride, 2}
	default:
		plane := r.Stride / 2 * (r.Height / 2)
		return y, samples{behind[l.u*plane:], r.Stride / 2, 1}, samples{behind[l.v*plane:], r.Stride / 2, 1}
	}
}

// full are the values of the full range for those of the limited one: of Y, which
// goes from 16 to 235, and of U or V, which go from 16 to 240, by the sum of two.
var full = func() (tables struct {
	luma   [256]byte
	chroma [2*255 + 1]byte
}) {
	for value := range tables.luma {
		tables.luma[value] = clamped((float64(value) - 16) * 255 / 219)
	}
	for sum := range tables.chroma {
		tables.chroma[sum] = clamped((float64(sum)/2-128)*255/224 + 128)
	}
	return tables
}()

func clamped(value float64) byte { return byte(max(0, min(255, value+0.5))) }

// widen makes a line of Y of every step-th byte.
func widen(line, from []byte, step int) {
	from = from[:(len(line)-1)*step+1]
	at := 0
	for x := range line {
		line[x] = full.luma[from[at]]
		at += step
	}
}

// widenTwo makes a line of U or V of two lines' averages.
func widenTwo(line, one, other []byte, step int) {
	last := (len(line)-1)*step + 1
	one, other = one[:last], other[:last]
	at := 0
	for x := range line {
		line[x] = full.chroma[int(one[at])+int(other[at])]
		at += step
	}
}
