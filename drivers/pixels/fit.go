package pixels

import (
	"fmt"
	"image"

	"fanlight/drivers/pixels/turbo"
)

// Recode makes a baseline JPEG file with the standard Huffman tables of any other, without
// loss: of a progressive one, of one with tables of its own or restart markers. The picture
// is only read, the result is the caller's.
func Recode(picture []byte) ([]byte, error) {
	file, err := open(picture)
	if err != nil {
		return nil, fmt.Errorf("recoding a picture: %w", err)
	}
	recoded, err := file.Turn(file.upright)
	if err != nil {
		return nil, fmt.Errorf("recoding a picture: %w", err)
	}
	return recoded, nil
}

// Fit makes a baseline JPEG file of a picture, in colours of which four pixels share one.
// Its sides are multiples of step pixels, for which up to step-1 pixels are cut off or, in
// a picture smaller than that, repeated; none is longer than longest. The picture is only
// read, the result is the caller's.
func Fit(picture []byte, longest, step int) ([]byte, error) {
	fitted, err := fit(picture, longest, step)
	if err != nil {
		return nil, fmt.Errorf("fitting a picture: %w", err)
	}
	return fitted, nil
}

func fit(picture []byte, longest, step int) ([]byte, error) {
	file, err := open(picture)
	if err != nil {
		return nil, err
	}
	b := spare.Get().(*buffers)
	defer spare.Put(b)
	decoded, err := file.decode(whole, within(file.Size(), longest), b)
	if err != nil {
		return nil, err
	}
	upright := turnPlanes(decoded, file.upright, &b.turned)
	var cut turbo.Planes
	size := upright.Size()
	cut.Reset(image.Pt(max(step, size.X/step*step), max(step, size.Y/step*step)), turbo.Sampled420)
	planes := upright.All()
	for n, to := range cut.All() {
		if n < len(planes) {
			crop(to, planes[n])
			continue
		}
		for i := range to.Pix { // a grey picture's
			to.Pix[i] = neutral
		}
	}
	return encode(&cut, fitQuality)
}

const (
	// fitQuality is that of the pictures of [Fit]: high, since they were encoded
	// before.
	fitQuality = 90
	// neutral is the value of a colour where there is none.
	neutral = 128
)

// within returns a size in the same shape of which no side is longer than longest.
func within(size image.Point, longest int) image.Point {
	side := max(size.X, size.Y)
	if side <= longest {
		return size
	}
	return image.Pt(max(1, size.X*longest/side), max(1, size.Y*longest/side))
}

// crop copies a plane's upper left part. It repeats the last pixels where there are too few.
func crop(to, from turbo.Plane) {
	for y := range to.Height {
		line, have := to.Line(y), from.Line(min(y, from.Height-1))
		n := copy(line, have)
		for ; n < len(line); n++ {
			line[n] = line[n-1]
		}
	}
}
