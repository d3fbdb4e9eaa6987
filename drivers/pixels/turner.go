package pixels

import (
	"errors"
	"image"
	"time"

	"golang.org/x/image/font"

	"fanlight/drivers/pixels/turbo"
)

// Turner gives the pictures of one camera a Look. It keeps memory between them,
// and is for one goroutine at a time.
type Turner struct {
	look    Look
	quality int
	closed  bool

	buffers     buffers
	height      int
	face        font.Face // for pictures of that height
	text, clock label
}

// NewTurner makes a Turner. Where it has to encode, its pictures have a JPEG quality
// from 1 to 100; zero stands for [DefaultQuality]. It must be closed.
func NewTurner(look Look, quality int) *Turner {
	look.Text = oneLine(look.Text)
	return &Turner{look: look, quality: quality}
}

// Close gives the memory back. Only a plain Look can be given afterwards.
func (t *Turner) Close() { *t = Turner{look: t.look, closed: true} }

// Turn gives a JPEG picture the Look. The picture is borrowed and not changed. A
// plain Look returns the very same slice, whatever is in it; any other returns
// memory of the caller's own. Taken is the time that a clock shows; zero means now.
//
// A picture that is only turned loses nothing: its blocks are moved. One whose size
// is not whole blocks, and one with text or a clock on it, is encoded anew.
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
	quality, err := checkQuality(t.quality)
	if err != nil {
		return nil, err
	}
	file, err := open(picture)
	if err != nil {
		return nil, err
	}
	way := file.upright.Then(t.look.way())
	if t.look.Text == "" && !t.look.Clock && file.CanTurn(way) {
		// A few encoders make blocks larger than the sampling takes.
		if moved, err := file.Turn(way); err == nil {
			return moved, nil
		}
	}
	decoded, err := file.decode(whole, file.Size(), &t.buffers)
	if err != nil {
		return nil, err
	}
	turned := turnPlanes(decoded, way, &t.buffers.turned)
	if err := t.write(turned, taken); err != nil {
		return nil, err
	}
	return encode(turned, quality)
}

// write burns in the text and the time. The time has the first claim to the room.
func (t *Turner) write(picture *turbo.Planes, taken time.Time) error {
	if t.look.Text == "" && !t.look.Clock {
		return nil
	}
	size := picture.Size()
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
		t.clock.write(t.face, taken.Local().Format(time.DateTime), room)
		t.clock.burn(picture, size.Sub(t.clock.size))
		room.X -= t.clock.size.X
	}
	if t.look.Text != "" {
		t.text.write(t.face, t.look.Text, room)
		t.text.burn(picture, image.Pt(0, size.Y-t.text.size.Y))
	}
	return nil
}
