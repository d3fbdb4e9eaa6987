package pixels

import "fmt"

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
	Stride  int
	Colours Colours
}

// Encode makes a JPEG file of the picture, with 4:2:0 chroma. Quality is libjpeg's
// scale from 1 to 100; zero stands for [DefaultQuality]. The result is the caller's.
func (r Raw) Encode(quality int) ([]byte, error) {
	r, err := r.checked()
	if err != nil {
		return nil, err
	}
	if quality, err = checkQuality(quality); err != nil {
		return nil, err
	}
	b := spare.Get().(*buffers)
	defer spare.Put(b)
	if err := r.planes(&b.decoded); err != nil {
		return nil, fmt.Errorf("read a raw picture: %w", err)
	}
	return encode(&b.decoded, quality)
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
	if l.chroma != none && r.Width%2 != 0 || l.chroma.fourShare() && r.Height%2 != 0 {
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
	// The last line may lack its padding, of which planes of half the stride have half.
	if l.chroma == twoPlanes {
		line = r.Stride - (r.Stride-line)/2
	}
	if padded := r.rows() - 1; len(r.Pix) < line || padded > 0 && (len(r.Pix)-line)/padded < r.Stride {
		return r, fmt.Errorf("a %v picture of %d×%d with lines of %d bytes was cut short: there are %d bytes of it",
			r.Layout, r.Width, r.Height, r.Stride, len(r.Pix))
	}
	return r, nil
}

// rows is the lines of all planes together, in lines of the first plane.
func (r Raw) rows() int {
	return r.Height + layouts[r.Layout].chroma.lines(r.Height)
}
