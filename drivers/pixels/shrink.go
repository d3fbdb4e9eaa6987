package pixels

import (
	"fmt"
	"image"

	"fanlight/drivers/pixels/turbo"
)

// whole stands for decoding all eighths of a picture's size.
const whole = 8

// Shrink makes a smaller JPEG file of one, in its own shape and of the width in
// pixels; zero or a width that is not below the picture's keeps its size. Quality
// is libjpeg's scale from 1 to 100, and zero stands for [DefaultQuality]. The
// picture is only read, the result is the caller's. Safe for concurrent use.
func Shrink(picture []byte, width, quality int) ([]byte, error) {
	shrunk, err := shrink(picture, width, quality)
	if err != nil {
		return nil, fmt.Errorf("making a picture smaller: %w", err)
	}
	return shrunk, nil
}

func shrink(picture []byte, width, quality int) ([]byte, error) {
	quality, err := checkQuality(quality)
	if err != nil {
		return nil, err
	}
	file, err := open(picture)
	if err != nil {
		return nil, err
	}
	b := spare.Get().(*buffers)
	defer spare.Put(b)
	eighths, size := reduction(file.Picture, file.upright, width)
	small, err := file.decode(eighths, size, b)
	if err != nil {
		return nil, err
	}
	return encode(turnPlanes(small, file.upright, &b.turned), quality)
}

// reduction picks the smallest decoding that is no narrower than wanted once the
// picture is turned, and the size to bring that to before it is turned.
func reduction(file turbo.Picture, upright turbo.Way, width int) (eighths int, size image.Point) {
	stands := sizeAfter(file.Size(), upright)
	if width <= 0 || width >= stands.X {
		return whole, file.Size()
	}
	eighths = 1
	for sizeAfter(file.Reduced(eighths), upright).X < width {
		eighths++
	}
	if reduced := file.Reduced(eighths); sizeAfter(reduced, upright).X == width {
		return eighths, reduced
	}
	height := max(1, (stands.Y*width+stands.X/2)/stands.X)
	return eighths, sizeAfter(image.Pt(width, height), upright)
}
