package pixels

import (
	"image"

	"fanlight/drivers/pixels/turbo"
)

// way is how a Look turns pictures.
func (l Look) way() turbo.Way {
	var w turbo.Way
	switch l.Rotate {
	case 90:
		w = turbo.Way{Transpose: true, FlipX: true}
	case 180:
		w = turbo.Way{FlipX: true, FlipY: true}
	case 270:
		w = turbo.Way{Transpose: true, FlipY: true}
	}
	return w.Then(turbo.Way{FlipX: l.Mirror})
}

// sizeAfter is a size after going a way.
func sizeAfter(size image.Point, w turbo.Way) image.Point {
	if w.Transpose {
		return image.Pt(size.Y, size.X)
	}
	return size
}

// turnPlanes turns a picture of 4:2:0 or grey, into the buffer unless it lies right.
func turnPlanes(p *turbo.Planes, w turbo.Way, into *turbo.Planes) *turbo.Planes {
	if w == (turbo.Way{}) {
		return p
	}
	into.Reset(sizeAfter(p.Size(), w), p.Sampling())
	from := p.All()
	for n, to := range into.All() {
		turnPlane(to, from[n], w)
	}
	return into
}

// turnPlane goes block by block, since the caches cannot hold a column of lines.
func turnPlane(to, from turbo.Plane, w turbo.Way) {
	const block = 32
	right, down := 1, from.Stride // the steps in from for those in to
	if w.Transpose {
		right, down = down, right
	}
	first := 0
	if w.FlipX {
		first += right * (to.Width - 1)
		right = -right
	}
	if w.FlipY {
		first += down * (to.Height - 1)
		down = -down
	}
	for top := 0; top < to.Height; top += block {
		for left := 0; left < to.Width; left += block {
			for y := top; y < min(top+block, to.Height); y++ {
				at := first + y*down + left*right
				line := to.Line(y)
				line = line[left:min(left+block, len(line))]
				for x := range line {
					line[x] = from.Pix[at]
					at += right
				}
			}
		}
	}
}
