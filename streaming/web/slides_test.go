package web

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png"
	"iter"
	"os"
	"time"

	"fanlight/streaming"
)

// Slides are pictures that carry their number as upright stripes, white for one
// and black for nought, so that it can be read from whatever a client makes of
// them. The outermost stripes are always white and black, which they are not in a card or
// an empty window.
const (
	slideStripes = 16
	slideWidth   = slideStripes * 24 // pixels
	slideHeight  = 7 * 32            // VLC saves other heights rounded up to such a one
	slideNumbers = 1 << (slideStripes - 2)
)

// slide is picture n, which is below slideNumbers.
func slide(n int) []byte {
	bits := 1<<(slideStripes-1) | n<<1
	stripes := image.NewRGBA(image.Rect(0, 0, slideWidth, slideHeight))
	for i := range slideStripes {
		ink := image.Image(image.Black)
		if bits>>(slideStripes-1-i)&1 == 1 {
			ink = image.White
		}
		draw.Draw(stripes, image.Rect(i*24, 0, (i+1)*24, slideHeight), ink, image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, stripes, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// slideNumber reads the number from a picture of a slide, of any size.
func slideNumber(picture image.Image) (int, error) {
	bits, all := 0, picture.Bounds()
	for i := range slideStripes {
		x := all.Min.X + (2*i+1)*all.Dx()/(2*slideStripes)
		var first uint8
		for row := range 3 {
			y := all.Min.Y + (2*row+1)*all.Dy()/6
			shade := color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y
			if row == 0 {
				first = shade
			}
			if shade > 64 && shade < 192 || (shade < 128) != (first < 128) {
				return 0, fmt.Errorf("no slide: stripe %d of %v has shade %d at %d,%d", i, all, shade, x, y)
			}
		}
		bits <<= 1
		if first >= 128 {
			bits |= 1
		}
	}
	if bits>>(slideStripes-1) != 1 || bits&1 != 0 {
		return 0, fmt.Errorf("no slide: its outermost stripes are wrong: %b", bits)
	}
	return bits >> 1 & (slideNumbers - 1), nil
}

// readSlide reads the number of a slide that a client left in a file.
func readSlide(path string) (n int, size image.Point, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, size, err
	}
	picture, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return 0, size, err
	}
	n, err = slideNumber(picture)
	return n, picture.Bounds().Size(), err
}

// projector is a camera that shows slide 1 when it is opened, and the next one
// each time one is due. It may take as long as it likes: it never counts as stalled.
func projector(due <-chan time.Time) streaming.Source {
	return streaming.Source{ID: "projector", Name: "Projector", Frames: func(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
		return func(yield func(streaming.Picture, error) bool) {
			granted(streaming.Mode{Width: slideWidth, Height: slideHeight, FPS: 0.001})
			for n := 1; yield(streaming.Picture{JPEG: slide(n)}, nil); n++ {
				select {
				case <-due:
				case <-ctx.Done():
					return
				}
			}
		}
	}}
}
