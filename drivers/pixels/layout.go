package pixels

import (
	"fmt"

	"fanlight/drivers/pixels/turbo"
)

// Layout is how an uncompressed picture lies in memory.
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
	NV16                 // 4:2:2, a plane of Y and one of U and V in turns
	NV24                 // 4:4:4, a plane of Y and one of U and V in turns
	RGB24                // "RGB3"
	BGR24                // "BGR3"
	RGBA32               // "AB24" and "XB24"; the fourth byte is not looked at
	BGRA32               // "AR24" and "XR24"; the fourth byte is not looked at
	Grey                 // one byte a pixel, of the full range ("GREY")
)

// layouts says how each Layout lies.
var layouts = [...]struct {
	name   string
	pixel  int // bytes a pixel of the first plane
	chroma chroma
	// Where they are: the bytes in two pixels of pairs, the turns in onePlane, the
	// order in twoPlanes.
	y, u, v int
	format  turbo.Format // of those whose pixels have colours of their own
}{
	YUYV:   {name: "YUYV", pixel: 2, chroma: pairs, y: 0, u: 1, v: 3},
	UYVY:   {name: "UYVY", pixel: 2, chroma: pairs, y: 1, u: 0, v: 2},
	YVYU:   {name: "YVYU", pixel: 2, chroma: pairs, y: 0, u: 3, v: 1},
	NV12:   {name: "NV12", pixel: 1, chroma: onePlane, u: 0, v: 1},
	NV21:   {name: "NV21", pixel: 1, chroma: onePlane, u: 1, v: 0},
	I420:   {name: "I420", pixel: 1, chroma: twoPlanes, u: 0, v: 1},
	YV12:   {name: "YV12", pixel: 1, chroma: twoPlanes, u: 1, v: 0},
	NV16:   {name: "NV16", pixel: 1, chroma: fullLines, u: 0, v: 1},
	NV24:   {name: "NV24", pixel: 1, chroma: fullPlane, u: 0, v: 1},
	RGB24:  {name: "RGB24", pixel: 3, format: turbo.RGB},
	BGR24:  {name: "BGR24", pixel: 3, format: turbo.BGR},
	RGBA32: {name: "RGBA32", pixel: 4, format: turbo.RGBX},
	BGRA32: {name: "BGRA32", pixel: 4, format: turbo.BGRX},
	Grey:   {name: "Grey", pixel: 1},
}

// chroma is where a layout keeps the colours of pixels that share them.
type chroma int

const (
	none      chroma = iota // every pixel has its own
	pairs                   // two neighbours share theirs, between the Ys
	onePlane                // four share theirs, in a plane with the first plane's stride
	twoPlanes               // four share theirs, in two planes of half the first plane's stride
	fullLines               // two neighbours share theirs, in a plane with the first plane's stride
	fullPlane               // every pixel has its own, in a plane of twice the first plane's stride
)

// fourShare reports whether two lines share their colours as well.
func (c chroma) fourShare() bool { return c == onePlane || c == twoPlanes }

// lines is how many lines of the first plane the colours of a picture so high take behind
// it, rounded down.
func (c chroma) lines(height int) int {
	switch c {
	case onePlane, twoPlanes:
		return height / 2
	case fullLines:
		return height
	case fullPlane:
		return 2 * height
	}
	return 0
}

// String is the layout's name.
func (l Layout) String() string {
	if !l.known() {
		return fmt.Sprintf("Layout(%d)", int(l))
	}
	return layouts[l].name
}

func (l Layout) known() bool { return l >= 0 && int(l) < len(layouts) }
