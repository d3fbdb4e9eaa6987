package pixels

import (
	"fmt"
	"image"

	"gocv.io/x/gocv"
)

// Shrink makes a smaller JPEG file of one, in its own shape and of the width in
// pixels; zero or a width that is not below the picture's keeps its size. Quality
// is libjpeg's scale from 1 to 100, and zero stands for [DefaultQuality]. The
// picture is only read, the result is the caller's. Safe for concurrent use.
func Shrink(picture []byte, width, quality int) ([]byte, error) {
	decoded, err := decode(picture, func(whole int) gocv.IMReadFlag { return reduction(whole, width) })
	if err != nil {
		return nil, fmt.Errorf("making a picture smaller: %w", err)
	}
	defer decoded.Close()
	if width <= 0 || width >= decoded.Cols() {
		return encode(decoded, quality)
	}
	height := max(1, (decoded.Rows()*width+decoded.Cols()/2)/decoded.Cols())
	small := gocv.NewMat()
	defer small.Close()
	// Area averages all the pixels that become one: the others alias.
	gocv.Resize(decoded, &small, image.Pt(width, height), 0, 0, gocv.InterpolationArea)
	return encode(small, quality)
}

// reduction picks the smallest decoding that is no narrower than wanted. A JPEG
// decodes to a half, a quarter and an eighth at a fraction of the cost.
func reduction(width, wanted int) gocv.IMReadFlag {
	switch {
	case wanted <= 0:
		return gocv.IMReadColor
	case wanted <= width/8:
		return gocv.IMReadReducedColor8
	case wanted <= width/4:
		return gocv.IMReadReducedColor4
	case wanted <= width/2:
		return gocv.IMReadReducedColor2
	default:
		return gocv.IMReadColor
	}
}
