package pixels

import (
	"fmt"
	"image"
)

// Preview decodes a JPEG picture as it stands upright, with no more pixels than it
// takes to fill place (in device pixels; zero means all there are). It draws into
// the given picture if that has the right size, else into a new one. Safe for
// concurrent use.
func Preview(picture []byte, place image.Point, into *image.RGBA) (*image.RGBA, error) {
	file, err := open(picture)
	if err != nil {
		return nil, err
	}
	eighths := whole / divisor(sizeAfter(file.Size(), file.upright), place)
	size := file.Reduced(eighths)
	bounds := image.Rectangle{Max: sizeAfter(size, file.upright)}
	if into == nil || into.Rect != bounds {
		into = image.NewRGBA(bounds)
	}
	if file.upright == ways[0] {
		err = file.DecodeRGBA(eighths, into.Pix)
	} else {
		err = file.previewTurned(eighths, size, into)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	return into, nil
}

// previewTurned turns the planes, which is cheaper than turning pixels.
func (o opened) previewTurned(eighths int, size image.Point, into *image.RGBA) error {
	b := spare.Get().(*buffers)
	defer spare.Put(b)
	decoded, err := o.decode(eighths, size, b)
	if err != nil {
		return err
	}
	return turnPlanes(decoded, o.upright, &b.turned).ToRGBA(into.Pix)
}

// divisor picks the smallest decoding that still fills the place. JPEG decodes to a
// half, a quarter and an eighth at a fraction of the cost.
func divisor(size, place image.Point) int {
	for _, divisor := range []int{8, 4, 2} {
		if fills(size, place, divisor) {
			return divisor
		}
	}
	return 1
}

// fills reports whether a picture reduced by a divisor has the pixels to fill
// the place, in which it is shown whole. A tenth too few is not seen on screen,
// and decoding the next larger size would cost three times as much.
func fills(size, place image.Point, divisor int) bool {
	if place.X <= 0 || place.Y <= 0 {
		return false
	}
	scale := min(float64(place.X)/float64(size.X), float64(place.Y)/float64(size.Y))
	return 1.1/float64(divisor) >= scale
}
