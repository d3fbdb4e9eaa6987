package pixels

import (
	"bytes"
	"cmp"
	"fmt"

	"gocv.io/x/gocv"
)

const (
	// DefaultQuality stands where a quality of zero is given.
	DefaultQuality = 80

	// mostPixels is the largest picture: 64 megapixels, 192 MB decoded.
	mostPixels = 64 << 20

	// longestSide is that of a JPEG picture in pixels, set by libjpeg.
	longestSide = 65500
)

// checkSize returns an error for what OpenCV would refuse as a JPEG's size.
func checkSize(width, height int) error {
	if width < 1 || height < 1 {
		return fmt.Errorf("a picture of %d×%d has no pixels", width, height)
	}
	if width > longestSide || height > longestSide || width*height > mostPixels {
		return fmt.Errorf("a picture of %d×%d is too large: at most %d pixels a side and %d in all can be worked on",
			width, height, longestSide, mostPixels)
	}
	return nil
}

// encode makes a baseline JPEG file with 4:2:0 chroma of a picture of one, three
// (BGR) or four (BGRA) bytes a pixel and a size that [checkSize] approved.
func encode(picture gocv.Mat, quality int) ([]byte, error) {
	quality = cmp.Or(quality, DefaultQuality)
	if quality < 1 || quality > 100 {
		return nil, fmt.Errorf("there is no JPEG quality %d: choose one from 1 to 100", quality)
	}
	native, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, picture, []int{gocv.IMWriteJpegQuality, quality})
	if err != nil {
		return nil, fmt.Errorf("encode a picture: %w", err)
	}
	defer native.Close()
	return bytes.Clone(native.GetBytes()), nil
}
