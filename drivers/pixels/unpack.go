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
		if r.Colours.Matrix != BT601 {
			conversionOf(r.Colours.Matrix).convert(to.All())
		}
		return nil
	case r.Layout == Grey:
		to.Reset(size, turbo.Grey)
		resample(to.All()[0], turbo.Plane{Pix: r.Pix, Width: r.Width, Height: r.Height, Stride: r.Stride})
	default:
		if err := to.FromPixels(r.Pix, l.format, size, r.Stride, turbo.Sampled420); err != nil {
			return err
		}
	}
	if w := r.wide(); w != nil {
		w.widenAll(to.All())
	}
	return nil
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
	w := r.wide()
	for n := range to[0].Height {
		w.line(to[0].Line(n), y.line(n), y.step)
	}
	for n, from := range []samples{u, v} {
		plane := to[1+n]
		for n := range plane.Height {
			if !layouts[r.Layout].chroma.fourShare() { // every line has colours
				w.twoLines(plane.Line(n), from.line(2*n), from.line(min(2*n+1, r.Height-1)), from.step)
			} else {
				w.twoLines(plane.Line(n), from.line(n), from.line(n), from.step)
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
	case onePlane, fullLines:
		return y, samples{behind[l.u:], r.Stride, 2}, samples{behind[l.v:], r.Stride, 2}
	case fullPlane: // of two neighbours the first
		return y, samples{behind[l.u:], 2 * r.Stride, 4}, samples{behind[l.v:], 2 * r.Stride, 4}
	default:
		plane := r.Stride / 2 * (r.Height / 2)
		return y, samples{behind[l.u*plane:], r.Stride / 2, 1}, samples{behind[l.v*plane:], r.Stride / 2, 1}
	}
}

// line makes a line of Y of every step-th byte.
func (w *wide) line(line, from []byte, step int) {
	from = from[:(len(line)-1)*step+1]
	at := 0
	for x := range line {
		line[x] = w.luma[from[at]]
		at += step
	}
}

// twoLines makes a line of U or V of two lines' averages.
func (w *wide) twoLines(line, one, other []byte, step int) {
	last := (len(line)-1)*step + 1
	one, other = one[:last], other[:last]
	at := 0
	for x := range line {
		line[x] = w.chroma[int(one[at])+int(other[at])]
		at += step
	}
}
