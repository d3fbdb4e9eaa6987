package pixels

import (
	"fmt"
	"image"
	"runtime"

	"gocv.io/x/gocv"
)

// Raw is one uncompressed picture as a camera delivered it.
type Raw struct {
	// Pix is borrowed, and only read. It need not be Go's memory: a V4L2 buffer
	// mapped into the process will do. All planes lie in it, one behind the other.
	Pix    []byte
	Layout Layout
	// Width and Height are the picture's size in pixels.
	Width, Height int
	// Stride is the bytes of a line of the first plane, padding included (V4L2's
	// bytesperline); zero stands for lines without padding.
	Stride int
}

// Encode makes a JPEG file of the picture, with 4:2:0 chroma. Quality is libjpeg's
// scale from 1 to 100; zero stands for [DefaultQuality]. The result is the caller's.
func (r Raw) Encode(quality int) ([]byte, error) {
	r, err := r.checked()
	if err != nil {
		return nil, err
	}
	// The Mat holds on to the memory between two calls into C, which the rules of
	// cgo allow for pinned memory only.
	var pin runtime.Pinner
	pin.Pin(&r.Pix[0])
	defer pin.Unpin()

	picture, err := r.wrap()
	if err != nil {
		return nil, fmt.Errorf("wrap a raw picture: %w", err)
	}
	defer picture.Close()
	toBGR := layouts[r.Layout].toBGR
	if toBGR == unconverted {
		return encode(picture, quality)
	}
	bgr := gocv.NewMat()
	defer bgr.Close()
	gocv.CvtColor(picture, &bgr, toBGR)
	if bgr.Cols() == r.Width {
		return encode(bgr, quality)
	}
	unpadded := bgr.Region(image.Rect(0, 0, r.Width, r.Height))
	defer unpadded.Close()
	return encode(unpadded, quality)
}

// checked is the picture with its stride filled in, or an error where the layout
// does not allow its size or the memory does not hold it.
func (r Raw) checked() (Raw, error) {
	if !r.Layout.known() {
		return r, fmt.Errorf("there is no %v for a raw picture", r.Layout)
	}
	if err := checkSize(r.Width, r.Height); err != nil {
		return r, err
	}
	l := layouts[r.Layout]
	if l.chroma != none && r.Width%2 != 0 || l.chroma >= onePlane && r.Height%2 != 0 {
		return r, fmt.Errorf("a %v picture cannot be %d×%d: its pixels share colours two by two, so choose an even size",
			r.Layout, r.Width, r.Height)
	}
	line := r.Width * l.pixel
	if r.Stride == 0 || r.rows() == 1 {
		r.Stride = line
	}
	if r.Stride < line || l.chroma == twoPlanes && r.Stride%2 != 0 {
		return r, fmt.Errorf("a %v picture %d pixels wide cannot have lines of %d bytes", r.Layout, r.Width, r.Stride)
	}
	// The last line may lack its padding, unless that is converted with the rest.
	if l.chroma == twoPlanes {
		line = r.Stride
	}
	if padded := r.rows() - 1; len(r.Pix) < line || padded > 0 && (len(r.Pix)-line)/padded < r.Stride {
		return r, fmt.Errorf("a %v picture of %d×%d with lines of %d bytes was cut short: there are %d bytes of it",
			r.Layout, r.Width, r.Height, r.Stride, len(r.Pix))
	}
	return r, nil
}

// rows is the lines of all planes together, in lines of the first plane.
func (r Raw) rows() int {
	if layouts[r.Layout].chroma >= onePlane {
		return r.Height + r.Height/2
	}
	return r.Height
}

// wrap shows OpenCV a checked picture where it lies. gocv knows no stride, so the
// lines are wrapped whole, and the padding is cut off. That of [twoPlanes] stays:
// OpenCV looks for their lines as if it were pixels.
func (r Raw) wrap() (gocv.Mat, error) {
	l := layouts[r.Layout]
	lines, err := gocv.NewMatFromBytes(r.rows(), r.Stride, gocv.MatTypeCV8UC1, r.Pix)
	if err != nil || l.chroma == twoPlanes {
		return lines, err
	}
	defer lines.Close()
	used := lines.Region(image.Rect(0, 0, r.Width*l.pixel, r.rows()))
	defer used.Close()
	return used.Reshape(l.pixel, 0), nil
}
