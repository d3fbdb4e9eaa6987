package ui

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"runtime"

	"gocv.io/x/gocv"
)

// mostPixels is the largest picture that the preview decodes: 64 megapixels, 192 MB
// decoded. A header of a few bytes may claim 65535×65535 and would cost 12 GB.
const mostPixels = 64 << 20

var errNoPicture = errors.New("not a JPEG picture that can be decoded")

// decode turns a JPEG picture into pixels, no more of them than it takes to fill
// place (in device pixels; zero means all there are). It draws into the given
// picture if that has the right size, else into a new one.
func decode(picture []byte, place image.Point, into *image.RGBA) (*image.RGBA, error) {
	// OpenCV throws where a header claims a size beyond its limits, and would
	// decode a dozen other formats; so Go's reader looks at the header first.
	header, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	size := image.Pt(header.Width, header.Height)
	if size.X <= 0 || size.Y <= 0 || size.X*size.Y > mostPixels {
		return nil, fmt.Errorf("%w: it claims to be %d×%d", errNoPicture, size.X, size.Y)
	}

	bgr, err := gocv.IMDecode(picture, readFlag(size, place))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	defer bgr.Close()
	if bgr.Empty() {
		return nil, errNoPicture
	}
	return toRGBA(bgr, into)
}

// toRGBA lets OpenCV write straight into the Go picture's memory.
func toRGBA(bgr gocv.Mat, into *image.RGBA) (*image.RGBA, error) {
	bounds := image.Rect(0, 0, bgr.Cols(), bgr.Rows())
	if into == nil || into.Rect != bounds {
		into = image.NewRGBA(bounds)
	}
	// The Mat holds on to the memory between two calls into C, which the rules of
	// cgo allow for pinned memory only.
	var pin runtime.Pinner
	pin.Pin(&into.Pix[0])
	defer pin.Unpin()
	rgba, err := gocv.NewMatFromBytes(bounds.Dy(), bounds.Dx(), gocv.MatTypeCV8UC4, into.Pix)
	if err != nil {
		return nil, fmt.Errorf("wrap the preview's picture: %w", err)
	}
	defer rgba.Close()
	gocv.CvtColor(bgr, &rgba, gocv.ColorBGRToRGBA)
	return into, nil
}

// readFlag picks the smallest decoding that still fills the place. JPEG decodes
// to a half, a quarter and an eighth at a fraction of the cost: of 720p at half
// size, a third.
func readFlag(size, place image.Point) gocv.IMReadFlag {
	switch {
	case fills(size, place, 8):
		return gocv.IMReadReducedColor8
	case fills(size, place, 4):
		return gocv.IMReadReducedColor4
	case fills(size, place, 2):
		return gocv.IMReadReducedColor2
	default:
		return gocv.IMReadColor
	}
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
