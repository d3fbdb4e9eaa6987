//go:build linux

package v4l2

import (
	"cmp"
	"fmt"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/pixels"
)

// encoder returns a function that makes a JPEG file of a picture's planes, good until the
// next call: of the camera's own bytes a copy, or a raw picture encoded. It returns nothing
// for a raw picture that was cut short.
func (g agreed) encoder(want camera.Want) func(planes [][]byte) ([]byte, error) {
	var memory []byte
	return func(planes [][]byte) ([]byte, error) {
		if g.kind == jpegKind {
			memory = append(memory[:0], planes[0]...)
			return memory, nil
		}
		picture := planes[0]
		if len(planes) > 1 {
			memory = g.join(memory[:0], planes)
			picture = memory
		}
		return g.encode(picture, want)
	}
}

func (g agreed) encode(picture []byte, want camera.Want) ([]byte, error) {
	raw := pixels.Raw{Pix: picture, Layout: g.layout, Width: g.Width, Height: g.Height, Stride: g.strides[0], Colours: g.colours}
	began := time.Now()
	encoded, err := raw.Encode(cmp.Or(want.Quality, camera.DefaultQuality))
	switch {
	case err == nil:
		if want.Encoded != nil {
			want.Encoded(time.Since(began))
		}
		return encoded, nil
	case len(picture) < g.bytes:
		return nil, nil
	}
	return nil, fmt.Errorf("making a JPEG of a %s picture: %w", g.Format, err)
}

// join lays planes that are apart one behind the other, as pixels wants them: the first at
// its own stride, those of the colours at that stride or its half. Of a picture whose first
// plane is cut short it returns that, so that what the device says of its size costs no
// more memory than what it delivers.
func (g agreed) join(to []byte, planes [][]byte) []byte {
	if g.strides[0] == 0 || len(planes[0])/g.strides[0] < g.Height-1 {
		return append(to, planes[0]...)
	}
	luma := g.strides[0] * g.Height
	to = append(to, planes[0][:min(luma, len(planes[0]))]...)
	for i, plane := range planes[1:] {
		stride := g.strides[0]
		if len(planes) > 2 {
			stride /= 2
		}
		own := g.strides[min(i+1, len(g.strides)-1)]
		if own == stride || own == 0 {
			to = append(to, plane[:min(stride*g.chromaLines(), len(plane))]...)
			continue
		}
		for line := range g.chromaLines() {
			at := min(line*own, len(plane))
			from := plane[at:min(at+min(own, stride), len(plane))]
			to = append(to, from...)
			to = append(to, make([]byte, stride-len(from))...)
		}
	}
	return to
}

// chromaLines is how many lines a plane of colours has.
func (g agreed) chromaLines() int {
	if g.layout == pixels.NV16 {
		return g.Height
	}
	return g.Height / 2
}
