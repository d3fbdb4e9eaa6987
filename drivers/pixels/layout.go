package pixels

import (
	"fmt"

	"gocv.io/x/gocv"
)

// Layout is how an uncompressed picture lies in memory. YUV is that of BT.601 in
// the limited range, which is what V4L2 means where a camera says nothing else.
type Layout int

// The layouts, with V4L2's code where it has another name. Bytes are named in the
// order of their addresses.
const (
	YUYV   Layout = iota // packed 4:2:2
	UYVY                 // packed 4:2:2
	YVYU                 // packed 4:2:2
	NV12                 // 4:2:0, a plane of Y and one of U and V in turns
	NV21                 // 4:2:0, a plane of Y and one of V and U in turns
	I420                 // 4:2:0, planes of Y, U and V ("YU12")
	YV12                 // 4:2:0, planes of Y, V and U
	RGB24                // "RGB3"
	BGR24                // "BGR3"
	RGBA32               // "AB24" and "XB24"; the fourth byte is not looked at
	BGRA32               // "AR24" and "XR24"; the fourth byte is not looked at
	Grey                 // one byte a pixel, of the full range ("GREY")
)

// unconverted stands for the code of layouts that the encoder takes as they are.
const unconverted gocv.ColorConversionCode = -1

// layouts says what OpenCV makes of each Layout.
var layouts = [...]struct {
	name   string
	pixel  int // bytes a pixel of the first plane
	chroma chroma
	toBGR  gocv.ColorConversionCode
}{
	YUYV:   {"YUYV", 2, pairs, gocv.ColorYUVToBGRYUY2},
	UYVY:   {"UYVY", 2, pairs, gocv.ColorYUVToBGRUYVY},
	YVYU:   {"YVYU", 2, pairs, gocv.ColorYUVToBGRYVYU},
	NV12:   {"NV12", 1, onePlane, gocv.ColorYUVToBGRNV12},
	NV21:   {"NV21", 1, onePlane, gocv.ColorYUVToBGRNV21},
	I420:   {"I420", 1, twoPlanes, gocv.ColorYUVToBGRIYUV},
	YV12:   {"YV12", 1, twoPlanes, gocv.ColorYUVToBGRYV12},
	RGB24:  {"RGB24", 3, none, gocv.ColorBGRToRGB},
	BGR24:  {"BGR24", 3, none, unconverted},
	RGBA32: {"RGBA32", 4, none, gocv.ColorRGBAToBGR},
	BGRA32: {"BGRA32", 4, none, unconverted},
	Grey:   {"Grey", 1, none, unconverted},
}

// chroma is where a layout keeps the colours of pixels that share them.
type chroma int

const (
	none      chroma = iota // every pixel has its own
	pairs                   // two neighbours share theirs, between the Ys
	onePlane                // four share theirs, in a plane with the first plane's stride
	twoPlanes               // four share theirs, in two planes of half the first plane's stride
)

// String is the layout's name.
func (l Layout) String() string {
	if !l.known() {
		return fmt.Sprintf("Layout(%d)", int(l))
	}
	return layouts[l].name
}

func (l Layout) known() bool { return l >= 0 && int(l) < len(layouts) }
