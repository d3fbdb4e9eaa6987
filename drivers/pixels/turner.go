package pixels

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"time"

	"gocv.io/x/gocv"
	"golang.org/x/image/font"
)

var errNoPicture = errors.New("not a JPEG picture that can be turned or written on")

// Turner gives the pictures of one camera a Look. It keeps memory between them,
// and is for one goroutine at a time.
type Turner struct {
	look    Look
	quality int
	closed  bool

	turned      gocv.Mat // where pictures are turned to whose sides swap
	height      int
	face        font.Face // for pictures of that height
	text, clock label
}

// NewTurner makes a Turner whose pictures have a JPEG quality from 1 to 100; zero
// stands for [DefaultQuality]. It must be closed.
func NewTurner(look Look, quality int) *Turner {
	look.Text = oneLine(look.Text)
	return &Turner{look: look, quality: quality, turned: gocv.NewMat(), text: newLabel(), clock: newLabel()}
}

// Close gives the memory back.
func (t *Turner) Close() {
	if t.closed {
		return
	}
	t.closed = true
	t.turned.Close()
	t.text.close()
	t.clock.close()
}

// Turn gives a JPEG picture the Look. The picture is borrowed and not changed. A
// plain Look returns the very same slice, whatever is in it; any other returns
// memory of the caller's own. Taken is the time that a clock shows; zero means now.
//
// What the camera wrote beside the picture, EXIF above all, is gone after turning.
// So the orientation in there is followed first, as browsers and the preview do
// with untouched pictures: a picture stands the same with a clock and without.
func (t *Turner) Turn(picture []byte, taken time.Time) ([]byte, error) {
	if t.look.Plain() {
		return picture, nil
	}
	if t.closed {
		return nil, errors.New("turn a picture: the turner is closed already")
	}
	if err := t.look.Validate(); err != nil {
		return nil, err
	}
	bgr, err := decode(picture, whole)
	if err != nil {
		return nil, err
	}
	defer bgr.Close()
	turned := t.rotate(&bgr)
	if err := t.write(turned, taken); err != nil {
		return nil, err
	}
	return encode(*turned, t.quality)
}

// whole is the way to decode a picture of any width with all its pixels.
func whole(int) gocv.IMReadFlag { return gocv.IMReadColor }

// decode reads a JPEG picture as BGR, in the way that is picked by its width.
func decode(picture []byte, way func(width int) gocv.IMReadFlag) (gocv.Mat, error) {
	// OpenCV throws where a header claims a size beyond its limits, and would
	// decode a dozen other formats; so Go's reader looks at the header first.
	header, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	if err := checkSize(header.Width, header.Height); err != nil {
		return gocv.Mat{}, err
	}
	// Where a picture stops short, OpenCV goes on with what lies in its memory, an
	// earlier picture perhaps. Cameras pad behind the end marker with zeros.
	if !bytes.HasSuffix(bytes.TrimRight(picture, "\x00"), []byte{0xff, 0xd9}) {
		return gocv.Mat{}, fmt.Errorf("%w: its end is missing", errNoPicture)
	}
	bgr, err := gocv.IMDecode(picture, way(header.Width))
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	if bgr.Empty() {
		bgr.Close()
		return gocv.Mat{}, errNoPicture
	}
	return bgr, nil
}

// rotate turns and mirrors a picture, in its own memory if it can. Rotations that
// swap the sides are a transposition and a flip; mirroring changes the flip only.
func (t *Turner) rotate(picture *gocv.Mat) *gocv.Mat {
	const aroundX, aroundY, aroundBoth = 0, 1, -1 // OpenCV's codes
	if t.look.Rotate%180 != 0 {
		gocv.Transpose(*picture, &t.turned)
		picture = &t.turned
	}
	flip := func(code int) { gocv.Flip(*picture, picture, code) }
	switch {
	case t.look.Rotate == 0 && t.look.Mirror, t.look.Rotate == 90 && !t.look.Mirror:
		flip(aroundY)
	case t.look.Rotate == 180 && t.look.Mirror, t.look.Rotate == 270 && !t.look.Mirror:
		flip(aroundX)
	case t.look.Rotate == 180, t.look.Rotate == 270:
		flip(aroundBoth)
	}
	return picture
}

// write burns in the text and the time. The time has the first claim to the room.
func (t *Turner) write(picture *gocv.Mat, taken time.Time) error {
	if t.look.Text == "" && !t.look.Clock {
		return nil
	}
	size := image.Pt(picture.Cols(), picture.Rows())
	if t.face == nil || t.height != size.Y {
		face, err := newFace(size.Y)
		if err != nil {
			return err
		}
		t.face, t.height = face, size.Y
	}
	room := size
	if t.look.Clock {
		if taken.IsZero() {
			taken = time.Now()
		}
		if err := t.clock.write(t.face, taken.Local().Format(time.DateTime), room); err != nil {
			return err
		}
		t.clock.burn(picture, size.Sub(t.clock.size))
		room.X -= t.clock.size.X
	}
	if t.look.Text != "" {
		if err := t.text.write(t.face, t.look.Text, room); err != nil {
			return err
		}
		t.text.burn(picture, image.Pt(0, size.Y-t.text.size.Y))
	}
	return nil
}
