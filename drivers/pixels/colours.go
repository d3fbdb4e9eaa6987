package pixels

import (
	"math"

	"fanlight/drivers/pixels/turbo"
)

// Colours says what the numbers of a raw picture stand for. The zero Colours are those of a
// camera that says nothing: BT.601, in the usual range.
type Colours struct {
	Matrix Matrix // of YUV
	Range  Range
}

// Matrix is how Y, U and V are made of red, green and blue.
type Matrix int

// The matrices.
const (
	BT601 Matrix = iota // that of JPEG too
	BT709
	BT2020
	SMPTE240M
)

// Range is which numbers are in use.
type Range int

// The ranges. The usual one is limited for YUV, and full for red, green and blue and for grey.
const (
	UsualRange   Range = iota
	FullRange          // 0 to 255
	LimitedRange       // 16 to 235, and 16 to 240 for U and V
)

// weights are the parts of red and blue in Y.
var weights = map[Matrix]struct{ red, blue float64 }{
	BT601:     {0.299, 0.114},
	BT709:     {0.2126, 0.0722},
	BT2020:    {0.2627, 0.0593},
	SMPTE240M: {0.212, 0.087},
}

// wide are the values of the full range: of Y, and of U or V by the sum of two.
type wide struct {
	luma   [256]byte
	chroma [2*255 + 1]byte
}

func widened(low, luma, chroma float64) *wide {
	var w wide
	for value := range w.luma {
		w.luma[value] = clamped((float64(value) - low) * 255 / luma)
	}
	for sum := range w.chroma {
		w.chroma[sum] = clamped((float64(sum)/2-128)*255/chroma + 128)
	}
	return &w
}

func clamped(value float64) byte { return byte(max(0, min(255, value+0.5))) }

var (
	limitedYUV = widened(16, 219, 224)
	limitedRGB = widened(16, 219, 219) // its U and V after the conversion
	fullYUV    = widened(0, 255, 255)
)

// wide returns the tables that make the full range of a layout's values, or nil where they
// have it already.
func (r Raw) wide() *wide {
	limited, shared := r.Colours.Range == LimitedRange, layouts[r.Layout].chroma != none
	switch {
	case shared && r.Colours.Range == FullRange:
		return fullYUV
	case shared:
		return limitedYUV
	case limited:
		return limitedRGB
	}
	return nil
}

// widenAll makes the full range of planes in place.
func (w *wide) widenAll(planes []turbo.Plane) {
	for i, plane := range planes {
		for y := range plane.Height {
			line := plane.Line(y)
			for x, value := range line {
				if i == 0 {
					line[x] = w.luma[value]
				} else {
					line[x] = w.chroma[2*int(value)]
				}
			}
		}
	}
}

// conversion turns Y, U and V of one matrix into those of BT.601, which JPEG has. The
// numbers are of 1/65536: what is added to Y, and what U and V become, of U and of V.
type conversion struct{ yu, yv, uu, uv, vu, vv int }

// conversionOf derives a conversion: with the differences of red, green and blue to Y,
// which are made of U and V alone, Y of the other matrix is the weighted sum of them.
func conversionOf(m Matrix) conversion {
	of, to := weights[m], weights[BT601]
	blueU, redV := 2*(1-of.blue), 2*(1-of.red)
	green := 1 - of.red - of.blue
	greenU, greenV := -blueU*of.blue/green, -redV*of.red/green
	toGreen := 1 - to.red - to.blue
	yu := to.blue*blueU + toGreen*greenU
	yv := to.red*redV + toGreen*greenV
	toU, toV := 2*(1-to.blue), 2*(1-to.red)
	fixed := func(f float64) int { return int(math.Round(f * 65536)) }
	return conversion{
		yu: fixed(yu), yv: fixed(yv),
		uu: fixed((blueU - yu) / toU), uv: fixed(-yv / toU),
		vu: fixed(-yu / toV), vv: fixed((redV - yv) / toV),
	}
}

// convert converts planes of 4:2:0 in place.
func (c conversion) convert(planes []turbo.Plane) {
	luma, us, vs := planes[0], planes[1], planes[2]
	for n := range us.Height {
		uLine, vLine := us.Line(n), vs.Line(n)
		above := luma.Line(min(2*n, luma.Height-1))
		below := above
		if 2*n+1 < luma.Height {
			below = luma.Line(2*n + 1)
		}
		for x := range uLine {
			u, v := int(uLine[x])-128, int(vLine[x])-128
			if u == 0 && v == 0 {
				continue // grey is grey by any matrix
			}
			uLine[x] = rounded(c.uu*u + c.uv*v + 128<<16)
			vLine[x] = rounded(c.vu*u + c.vv*v + 128<<16)
			more := c.yu*u + c.yv*v
			for at := 2 * x; at < min(2*x+2, len(above)); at++ {
				above[at] = rounded(int(above[at])<<16 + more)
				if 2*n+1 < luma.Height {
					below[at] = rounded(int(below[at])<<16 + more)
				}
			}
		}
	}
}

// rounded rounds a number of 1/65536.
func rounded(fixed int) byte { return byte(max(0, min(255, (fixed+1<<15)>>16))) }
